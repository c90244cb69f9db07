// Rows of lists: a click anywhere in one opens it, as its link does; what is selected in it stays. A cell may narrow the
// list. The arrow keys lead along the last executions of a pipeline.
(() => {
  'use strict';
  const CONTROLS = 'a, button, summary, input, select, label';
  const linkOf = (target) => {
    if (target.closest?.(CONTROLS)) return null;
    return target.closest?.('tr.opens')?.querySelector('a.opens') ?? null;
  };
  const follow = (link, { ctrlKey, metaKey, shiftKey, altKey }) => {
    link.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, ctrlKey, metaKey, shiftKey, altKey }));
  };

  document.addEventListener('click', (event) => {
    const link = linkOf(event.target);
    if (link && getSelection().isCollapsed) follow(link, event);
  });
  // A cell that narrows the list does so in place.
  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('a.narrows');
    if (!link || event.defaultPrevented || !livePage.isPlainClick(event)) return;
    event.preventDefault();
    htmx.ajax('GET', link.getAttribute('href'), { source: link, target: '#live', swap: 'outerMorph', push: 'true' });
  });
  // From the last status of a pipeline to its executions before, and among them.
  document.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const from = event.target.closest?.('.last > a, .strip a');
    if (!step || !from || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const row = from.closest('tr');
    const stops = [...row.querySelectorAll('.strip a'), row.querySelector('.last > a')];
    const next = stops[stops.indexOf(from) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
  // The middle button opens a new tab.
  document.addEventListener('auxclick', (event) => {
    const link = event.button === 1 ? linkOf(event.target) : null;
    if (link) follow(link, { ctrlKey: true, metaKey: true });
  });
})();
