// Find a step in the graph by typing. What matches is marked, and one after the other is brought into view.
(() => {
  'use strict';
  // The step in view, by its exact name.
  let current = null;

  const field = () => document.getElementById('find');

  const report = (query, hits) => {
    const text = document.getElementById('found');
    const buttons = document.getElementById('matches');
    if (!text || !buttons) return;
    const at = hits.findIndex((a) => a.dataset.step === current) + 1;
    const found = hits.length ? `${at} of ${hits.length}` : 'No step matches';
    text.textContent = query.isEmpty ? '' : found;
    buttons.hidden = hits.length < 2;
  };

  // Marks what matches: both names and the type are looked at.
  const mark = () => {
    const svg = document.getElementById('dag');
    if (!field() || !svg) return [];
    const query = textSearch.parse(field().value);
    const matches = ({ dataset: { step, title, type } }) => !query.isEmpty
      && textSearch.matches(query, title === undefined ? [step] : [title, step], [type]);
    const all = graphView.nodes();
    const hits = all.filter(matches);
    if (!hits.some((a) => a.dataset.step === current)) current = hits[0]?.dataset.step ?? null;
    svg.classList.toggle('finding', !query.isEmpty);
    for (const a of all) delete a.dataset.hit;
    for (const a of hits) a.dataset.hit = a.dataset.step === current ? 'current' : '';
    report(query, hits);
    return hits;
  };

  const show = () => {
    const hit = mark().find((a) => a.dataset.step === current);
    if (hit) graphView.reveal(hit);
  };

  // Goes on by one, from the last to the first.
  const go = (by) => {
    const hits = mark();
    if (!hits.length) return;
    const at = hits.findIndex((a) => a.dataset.step === current);
    current = hits[(at + by + hits.length) % hits.length].dataset.step;
    show();
  };

  mark();
  document.addEventListener('htmx:after:swap', mark);
  document.addEventListener('input', (event) => {
    if (event.target.id !== 'find') return;
    current = null;
    show();
  });
  document.addEventListener('keydown', (event) => {
    if (event.target.id !== 'find' || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Enter') {
      event.preventDefault();
      go(event.shiftKey ? -1 : 1);
    } else if (event.key === 'ArrowDown') {
      const hit = mark().find((a) => a.dataset.step === current);
      if (!hit) return;
      event.preventDefault();
      graphView.go(hit);
    }
  });
  document.addEventListener('click', (event) => {
    const button = event.target.closest?.('[data-find]');
    if (button) go(button.dataset.find === 'next' ? 1 : -1);
  });
})();
