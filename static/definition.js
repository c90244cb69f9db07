// The definition of a pipeline: colours for what its text is made of, and find in it, one match after the other. Folded
// parts that hold a match are opened.
(() => {
  'use strict';
  const MAX_MATCHES = 1000;
  // A key, a text, a number, or a literal.
  const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|-?\b\d[\d.eE+-]*|\b(?:true|false|null)\b/g;
  // More would take longer than what they are worth.
  const MAX_TOKENS = 40_000;

  const blocks = () => document.querySelectorAll('#json pre');
  const rangeOf = (node, from, to) => {
    const range = new Range();
    range.setStart(node, from);
    range.setEnd(node, to);
    return range;
  };

  const colour = () => {
    if (!globalThis.Highlight || !document.getElementById('json')) return;
    const found = { key: [], text: [], value: [] };
    let left = MAX_TOKENS;
    for (const block of blocks()) {
      const node = block.firstChild;
      if (!node?.data) continue;
      for (const { index, 0: all, 1: quoted, 2: colon } of node.data.matchAll(TOKEN)) {
        left -= 1;
        if (left < 0) break;
        const kind = quoted ? (colon ? 'key' : 'text') : 'value';
        found[kind].push(rangeOf(node, index, index + (quoted ?? all).length));
      }
    }
    for (const [kind, ranges] of Object.entries(found)) CSS.highlights.set(`json-${kind}`, new Highlight(...ranges));
  };

  // Each text is prepared once, when it is first searched.
  const prepared = new WeakMap();
  const prepare = (node) => {
    const { data } = node;
    if (prepared.get(node)?.data !== data) prepared.set(node, { data, text: textSearch.prepare(data) });
    return prepared.get(node).text;
  };

  const matches = (phrase) => {
    const ranges = [];
    for (const block of blocks()) {
      const node = block.firstChild;
      if (!node?.data) continue;
      for (const [from, to] of textSearch.occurrences(prepare(node), phrase, MAX_MATCHES - ranges.length)) {
        ranges.push(rangeOf(node, from, to));
      }
    }
    return ranges;
  };

  // What is found, and which of it is shown.
  let found = [];
  let at = 0;

  const show = () => {
    const count = document.getElementById('sought');
    const buttons = document.getElementById('sought-steps');
    const phrase = document.getElementById('seek')?.value ?? '';
    const total = `${found.length}${found.length === MAX_MATCHES ? ' or more' : ''}`;
    const words = found.length ? `${at + 1} of ${total}` : 'No match';
    if (count) count.textContent = phrase.trim() ? words : '';
    if (buttons) buttons.hidden = found.length < 2;
    const [all, here] = ['sought', 'sought-here'];
    CSS.highlights.delete(all);
    CSS.highlights.delete(here);
    if (!found.length) return;
    CSS.highlights.set(all, Object.assign(new Highlight(...found), { priority: 1 }));
    CSS.highlights.set(here, Object.assign(new Highlight(found[at]), { priority: 2 }));
  };

  // Marks what is found; what was shown stays so where it can.
  const mark = () => {
    const phrase = document.getElementById('seek')?.value ?? '';
    if (!globalThis.Highlight) return;
    found = phrase.trim() ? matches(phrase) : [];
    for (const range of found) range.startContainer.parentElement.closest('details')?.setAttribute('open', '');
    at = Math.min(at, Math.max(found.length - 1, 0));
    show();
  };

  const reveal = () => {
    const box = document.getElementById('json');
    if (!box || !found.length) return;
    const [match, frame] = [found[at].getBoundingClientRect(), box.getBoundingClientRect()];
    const isSeen = match.top >= frame.top && match.bottom <= frame.bottom;
    if (!isSeen) box.scrollTop += match.top - frame.top - 80;
    // In a frame the page scrolls, not the box.
    if (match.top < 0 || match.bottom > innerHeight) {
      found[at].startContainer.parentElement.scrollIntoView({ block: 'nearest' });
    }
  };

  const go = (by) => {
    if (!found.length) return;
    at = (at + by + found.length) % found.length;
    show();
    reveal();
  };

  document.addEventListener('input', (event) => {
    if (event.target.id !== 'seek') return;
    at = 0;
    mark();
    reveal();
  });
  document.addEventListener('keydown', (event) => {
    if (event.target.id !== 'seek' || event.key !== 'Enter') return;
    event.preventDefault();
    go(event.shiftKey ? -1 : 1);
  });
  document.addEventListener('click', (event) => {
    const button = event.target.closest?.('[data-seek]');
    if (button) go(button.dataset.seek === 'next' ? 1 : -1);
  });
  colour();
  // A new definition has other texts.
  document.addEventListener('htmx:after:swap', () => {
    if (!document.getElementById('json')) return;
    colour();
    mark();
  });
})();
