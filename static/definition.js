// The definition of a pipeline: find in its text. Folded parts that hold a match are opened.
(() => {
  'use strict';
  const MAX_MATCHES = 1000;

  // Each text is prepared once, when it is first searched.
  const prepared = new WeakMap();
  const prepare = (node) => {
    const { data } = node;
    if (prepared.get(node)?.data !== data) prepared.set(node, { data, text: textSearch.prepare(data) });
    return prepared.get(node).text;
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

  // Marks what is found, and returns the place of the first.
  const mark = () => {
    const phrase = document.getElementById('seek')?.value ?? '';
    const count = document.getElementById('sought');
    CSS.highlights?.delete('sought');
    if (count) count.textContent = '';
    if (!phrase.trim() || !globalThis.Highlight) return null;
    const ranges = matches(phrase, document.querySelectorAll('#json pre'));
    CSS.highlights.set('sought', new Highlight(...ranges));
    count.textContent = `${ranges.length}${ranges.length === MAX_MATCHES ? ' or more' : ''} found`;
    return ranges[0]?.getBoundingClientRect() ?? null;
  };

  document.addEventListener('input', (event) => {
    if (event.target.id !== 'seek') return;
    const box = document.getElementById('json');
    const first = mark();
    if (first) box.scrollTop += first.top - box.getBoundingClientRect().top - 80;
  });
  // A new definition has other texts.
  document.addEventListener('htmx:after:swap', () => { if (document.getElementById('json')) mark(); });
})();
