// The definition of a pipeline: find in its text. Folded parts that hold a match are opened.
(() => {
  'use strict';
  const MAX_MATCHES = 1000;

  const matches = (needle, blocks) => {
    const ranges = [];
    for (const block of blocks) {
      const node = block.firstChild;
      const text = node?.data?.toLowerCase() ?? '';
      let at = text.indexOf(needle);
      while (at >= 0 && ranges.length < MAX_MATCHES) {
        const range = new Range();
        range.setStart(node, at);
        range.setEnd(node, at + needle.length);
        ranges.push(range);
        block.closest('details')?.setAttribute('open', '');
        at = text.indexOf(needle, at + needle.length);
      }
    }
    return ranges;
  };

  document.addEventListener('input', (event) => {
    if (event.target.id !== 'seek') return;
    const box = document.getElementById('json');
    const count = document.getElementById('sought');
    const needle = event.target.value.toLowerCase();
    CSS.highlights?.delete('sought');
    count.textContent = '';
    if (!needle || !globalThis.Highlight) return;
    const ranges = matches(needle, box.querySelectorAll('pre'));
    CSS.highlights.set('sought', new Highlight(...ranges));
    count.textContent = `${ranges.length}${ranges.length === MAX_MATCHES ? ' or more' : ''} found`;
    const first = ranges[0]?.getBoundingClientRect();
    if (first) box.scrollTop += first.top - box.getBoundingClientRect().top - 80;
  });
})();
