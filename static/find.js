// Find steps in the graph: by typing, and by their status, with the counts of the legend. What matches is marked, and
// one after the other is brought into view.
(() => {
  'use strict';
  // The step in view, by its exact name.
  let current = null;
  // The status that is looked through.
  let status = null;

  const field = () => document.getElementById('find');
  const counts = () => [...document.querySelectorAll('.legend [data-tally]')];

  const report = (query, hits) => {
    const text = document.getElementById('found');
    const buttons = document.getElementById('matches');
    if (!text || !buttons) return;
    const at = `${hits.findIndex((a) => a.dataset.step === current) + 1} of ${hits.length}`;
    const found = hits.length ? at : 'No step matches';
    text.textContent = query.isEmpty ? '' : found;
    buttons.hidden = query.isEmpty || hits.length < 2;
    for (const count of counts()) {
      const isOn = count.dataset.tally === status;
      count.setAttribute('aria-pressed', String(isOn));
      if (isOn && hits.length) count.dataset.at = at;
      else delete count.dataset.at;
    }
  };

  // Marks what matches: both names and the type are looked at.
  const mark = () => {
    const svg = document.getElementById('dag');
    if (!field() || !svg) return [];
    if (!counts().some((count) => count.dataset.tally === status)) status = null;
    const query = textSearch.parse(field().value);
    const isAsked = !query.isEmpty || status !== null;
    const isFound = ({ dataset: { step, title, type } }) => query.isEmpty
      || textSearch.matches(query, title === undefined ? [step] : [title, step], [type]);
    const all = graphView.nodes();
    const hits = all.filter((a) => isAsked && (!status || a.dataset.status === status) && isFound(a));
    if (!hits.some((a) => a.dataset.step === current)) current = hits[0]?.dataset.step ?? null;
    svg.classList.toggle('finding', isAsked);
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

  // Leads on into the graph.
  const enter = () => {
    const hit = mark().find((a) => a.dataset.step === current);
    if (hit) graphView.go(hit);
    return hit !== undefined;
  };

  // The steps of a status, one with each click; after the last, all steps are shown again.
  const look = (count, by) => {
    if (status !== count.dataset.tally) {
      status = count.dataset.tally;
      current = null;
      show();
    } else {
      const hits = mark();
      const at = hits.findIndex((a) => a.dataset.step === current) + by;
      if (at < 0 || at >= hits.length) status = null;
      if (status === null) mark();
      else go(by);
    }
    const region = document.getElementById('announcements');
    if (region) region.textContent = count.dataset.at ? `${current}, ${count.dataset.at}` : 'All steps';
  };

  mark();
  document.addEventListener('htmx:after:swap', (event) => {
    if (event.detail?.ctx?.target === document.body) status = null;
    mark();
  });
  document.addEventListener('input', (event) => {
    if (event.target.id !== 'find') return;
    current = null;
    show();
  });
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.getElementById('dialog')?.open) return;
    if (event.key === 'Escape' && status !== null) {
      event.preventDefault();
      status = null;
      mark();
    }
    const isField = event.target.id === 'find';
    if (event.key === 'Enter' && isField) {
      event.preventDefault();
      go(event.shiftKey ? -1 : 1);
    } else if (event.key === 'ArrowDown' && (isField || event.target.closest?.('[data-tally]'))) {
      if (enter()) event.preventDefault();
    }
  }, true);
  document.addEventListener('click', (event) => {
    const button = event.target.closest?.('[data-find]');
    if (button) go(button.dataset.find === 'next' ? 1 : -1);
    const count = event.target.closest?.('.legend [data-tally]');
    if (count) look(count, event.shiftKey ? -1 : 1);
  });
})();
