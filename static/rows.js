// Rows of lists: a click anywhere in one opens it, as its link does; what is selected in it stays.
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
  // The middle button opens a new tab.
  document.addEventListener('auxclick', (event) => {
    const link = event.button === 1 ? linkOf(event.target) : null;
    if (link) follow(link, { ctrlKey: true, metaKey: true });
  });
})();
