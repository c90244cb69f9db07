// Find steps in the graph: by typing, and by their status, with the counts of the legend. What matches is marked, and
// one after the other is brought into view; where it is folded, its fold is opened.
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
    const at = `${hits.findIndex((step) => step.name === current) + 1} of ${hits.length}`;
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
    const isFound = ({ name, title, type }) => query.isEmpty || textSearch.matches(query, [title, name], [type]);
    const hits = isAsked ? graphFolds.steps().filter((step) => (!status || step.status === status) && isFound(step)) : [];
    if (!hits.some((step) => step.name === current)) current = hits[0]?.name ?? null;
    svg.classList.toggle('finding', isAsked);
    for (const a of graphView.nodes()) delete a.dataset.hit;
    for (const { a } of hits) a.dataset.hit = '';
    const at = hits.find((step) => step.name === current)?.a;
    if (at) at.dataset.hit = 'current';
    report(query, hits);
    return hits;
  };

  // Opens the fold of the current one, where that is folded.
  const open = async () => {
    if (current === null || graphView.named(current)) return;
    await graphFolds.unfolded(current);
    mark();
  };
  const show = () => {
    const hit = mark().find((step) => step.name === current);
    if (hit) graphView.reveal(hit.a);
  };
  const showOpen = async () => {
    mark();
    await open();
    show();
  };

  // Goes on by one, from the last to the first.
  const go = async (by) => {
    const hits = mark();
    if (!hits.length) return;
    const at = hits.findIndex((step) => step.name === current);
    // What is folded was not shown yet.
    const isHidden = !graphView.named(current) && by > 0;
    current = hits[(at + (isHidden ? 0 : by) + hits.length) % hits.length].name;
    await showOpen();
  };

  // Leads on into the graph.
  const enter = () => {
    const hit = mark().find((step) => step.name === current);
    if (!hit) return false;
    open().then(() => graphView.go(graphView.named(current)));
    return true;
  };

  // The steps of a status, one with each click; after the last, all steps are shown again.
  const look = async (count, by) => {
    if (status !== count.dataset.tally) {
      status = count.dataset.tally;
      current = null;
      await showOpen();
    } else {
      const hits = mark();
      const at = hits.findIndex((step) => step.name === current) + by;
      if (at < 0 || at >= hits.length) status = null;
      if (status === null) mark();
      else await go(by);
    }
    livePage.announce(status === null ? 'All steps' : `${current}, ${count.dataset.at}`);
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
    // What can only be this one is opened; what goes on being typed opens no fold on the way.
    if (mark().length === 1) showOpen();
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
