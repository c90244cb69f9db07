// The answer to a poll of many items has only those that changed, each with its number. The others stay as they are:
// the page's settings let a swap skip the children of a list that is marked so.
(() => {
  'use strict';
  const LISTS = '[data-items]';
  const ITEMS = '[data-item]';

  document.addEventListener('htmx:before:swap', (event) => {
    const { tasks = [] } = event.detail ?? {};
    for (const { fragment, target, sourceElement } of [...tasks]) {
      if (!fragment?.querySelector('[data-items=changed]') || !(target instanceof Element)) continue;
      const shown = target.querySelectorAll(LISTS);
      for (const [at, list] of [...fragment.querySelectorAll(LISTS)].entries()) {
        const items = shown[at]?.querySelectorAll(ITEMS) ?? [];
        for (const item of list.querySelectorAll(ITEMS)) {
          const old = items[item.dataset.item];
          item.dataset.item = '';
          if (!old) continue;
          const one = document.createDocumentFragment();
          one.append(item);
          tasks.push({ type: 'oob', fragment: one, target: old, swapSpec: { style: 'outerMorph' }, sourceElement });
        }
      }
    }
  });
})();
