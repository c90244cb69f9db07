// The definition of a pipeline: find in its text. Folded parts that hold a match are opened.
(() => {
  'use strict';
  const MAX_MATCHES = 1000;

  // Each text is prepared once, when it is first searched.
  const prepared = new WeakMap();
  const prepare = (node) => {
    if (!prepared.has(node)) prepared.set(node, textSearch.prepare(node.data));
    return prepared.get(node);
  };

  const matches = (phrase, blocks) => {
    const ranges = [];
    for (const block of blocks) {
      const node = block.firstChild;
      if (!node?.data) continue;
      for (const [from, to] of textSearch.occurrences(prepare(node), phrase, MAX_MATCHES - ranges.length)) {
        const range = new Range();
        range.setStart(node, from);
        range.setEnd(node, to);
        ranges.push(range);
        block.closest('details')?.setAttribute('open', '');
      }
    }
    return ranges;
  };

  document.addEventListener('input', (event) => {
    if (event.target.id !== 'seek') return;
    const box = document.getElementById('json');
    const count = document.getElementById('sought');
    const phrase = event.target.value;
    CSS.highlights?.delete('sought');
    count.textContent = '';
    if (!phrase.trim() || !globalThis.Highlight) return;
    const ranges = matches(phrase, box.querySelectorAll('pre'));
    CSS.highlights.set('sought', new Highlight(...ranges));
    count.textContent = `${ranges.length}${ranges.length === MAX_MATCHES ? ' or more' : ''} found`;
    const first = ranges[0]?.getBoundingClientRect();
    if (first) box.scrollTop += first.top - box.getBoundingClientRect().top - 80;
  });
})();
