// Keys: `/` searches, `g` and a letter navigates, `c` and `r` act, `j` and `k` go through rows, `?` lists them.
(() => {
  'use strict';
  const KEYS = [
    ['/', 'Search'],
    ['g p', 'Pipelines'],
    ['g e', 'Executions'],
    ['g m', 'Models'],
    ['g a', 'Activity'],
    ['c', 'Create execution'],
    ['r', 'Retry the execution; in the graph of one that runs, follow what runs'],
    ['j k', 'In a list: next row, previous row'],
    ['?', 'This list'],
    ['← →', 'From the last status of a pipeline: along its last ten executions'],
    ['← ↑ ↓ →', 'In a graph: move along its edges'],
    ['Enter', 'In a graph: open the step, or unfold the group'],
    ['o', 'In a graph: unfold a group of steps, fold it again'],
    ['Enter', 'In Find: next match; with Shift the previous one'],
    ['↓', 'In Find: into the graph'],
    ['+ − 0', 'In a graph: zoom in, zoom out, fit'],
    ['[', 'In a graph: only what leads to the chosen step'],
    [']', 'In a graph: only what follows from the chosen step'],
    ['Enter', 'On a count above a graph: the next step of that status; with Shift the previous one'],
    ['f', 'In a graph: full screen'],
    ['Esc', 'Close'],
  ];
  const dialog = () => document.getElementById('dialog');
  const target = (key) => document.querySelector(`[data-key="${CSS.escape(key)}"]`);

  const make = (name, className, ...content) => {
    const element = document.createElement(name);
    element.className = className;
    element.append(...content);
    return element;
  };

  const list = () => {
    const facts = make('dl', 'facts keys');
    for (const [key, meaning] of KEYS) {
      // A page in a frame has no navigation.
      if (key.startsWith('g ') && !target(key)) continue;
      facts.append(make('dt', '', make('kbd', '', key)), make('dd', '', meaning));
    }
    return facts;
  };

  const help = () => {
    const box = dialog();
    if (box.open) return;
    const title = make('h2', '', 'Keys');
    title.id = 'dialog-title';
    const close = make('button', 'btn', 'Close');
    close.type = 'button';
    close.dataset.close = '';
    close.autofocus = true;
    box.replaceChildren(make(
      'div', 'sheet small',
      make('header', 'sheet-head', title),
      make('div', 'sheet-body', list()),
      make('footer', 'sheet-foot', make('div', 'btns', close)),
    ));
    box.showModal();
  };
  document.addEventListener('click', ({ target }) => {
    const button = target.closest?.('[data-keys]');
    if (!button) return;
    const menu = button.closest('details');
    // The focus comes back to what is still shown then.
    menu.querySelector('summary').focus();
    menu.open = false;
    help();
  });

  // What a key opens, where the page offers it: the form, as the button does.
  const ACTIONS = {
    c: 'main a[hx-get*="/executions/new"]:not([hx-get*="copy="])',
    r: '#banner a[hx-get*="/retry"]',
  };

  // Focus on the link of the next row, or of the previous one; Enter opens it.
  const go = (step) => {
    const links = [...document.querySelectorAll('tbody td.name > a')];
    if (!links.length) return false;
    const at = links.findIndex((link) => link.closest('tr').contains(document.activeElement));
    const next = at < 0 ? 0 : Math.min(Math.max(at + step, 0), links.length - 1);
    links[next].focus();
    links[next].scrollIntoView({ block: 'nearest' });
    return true;
  };

  let prefixed = false;
  document.addEventListener('keydown', (event) => {
    // Brackets need AltGr on some keyboards, which counts as Ctrl and Alt.
    const isModified = event.ctrlKey || event.metaKey || event.altKey;
    if (isModified && !event.getModifierState('AltGraph') || dialog()?.open) return;
    if (event.target.closest?.('input, textarea, select, [contenteditable]')) return;
    const key = prefixed ? `g ${event.key}` : event.key;
    prefixed = event.key === 'g' && !prefixed;
    if (key === 'j' || key === 'k') {
      if (go(key === 'j' ? 1 : -1)) event.preventDefault();
      return;
    }
    const action = ACTIONS[key] && document.querySelector(ACTIONS[key]);
    const element = event.key === '?' ? null : action ?? target(key);
    if (event.key !== '?' && !element) return;
    event.preventDefault();
    if (!element) return help();
    if (element.matches('input')) {
      element.focus();
      element.select();
    } else {
      element.click();
    }
  });
})();
