// What a graph answers: which steps lead to the chosen one and which follow from it, and what runs now; and all of it
// on the whole screen.
(() => {
  'use strict';
  const svg = () => document.getElementById('dag');
  const press = (button, on) => button?.setAttribute('aria-pressed', String(on));

  // ---- The steps before and after the chosen one. Without a direction, both are shown. ----
  let chosen = document.querySelector('#panel [data-panel]')?.dataset.panel ?? null;
  let only = null;

  // All that is found from `start` along the edges, in one direction.
  const along = (start, edges, near, far) => {
    const next = new Map();
    for (const { dataset } of edges) {
      if (next.has(dataset[near])) next.get(dataset[near]).push(dataset[far]);
      else next.set(dataset[near], [dataset[far]]);
    }
    const found = new Set();
    const rest = [start];
    while (rest.length) {
      for (const name of next.get(rest.pop()) ?? []) {
        if (found.has(name)) continue;
        found.add(name);
        rest.push(name);
      }
    }
    return found;
  };

  const trace = () => {
    const tools = document.getElementById('lineage');
    if (!svg() || !tools) return;
    const nodes = graphView.nodes();
    const edges = [...svg().querySelectorAll('.edges path')];
    // A step that is folded is traced as its fold.
    const at = chosen === null ? undefined : graphFolds.holder(chosen);
    const isTracing = at !== undefined;
    const self = isTracing ? graphView.key(at) : null;
    const up = isTracing && only !== 'down' ? along(self, edges, 'to', 'from') : new Set();
    const down = isTracing && only !== 'up' ? along(self, edges, 'from', 'to') : new Set();
    const kin = (name) => (name === self && 'self') || (up.has(name) && 'up') || (down.has(name) && 'down');
    const mark = (element, value) => {
      if (!isTracing || !value) delete element.dataset.kin;
      else if (element.dataset.kin !== value) element.dataset.kin = value;
    };
    for (const a of nodes) mark(a, kin(graphView.key(a)));
    for (const path of edges) {
      const { from, to } = path.dataset;
      const isAbove = up.has(from) && (to === self || up.has(to));
      mark(path, (isAbove && 'up') || (down.has(to) && (from === self || down.has(from)) && 'down'));
    }
    svg().classList.toggle('tracing', isTracing);
    svg().classList.toggle('only', isTracing && only !== null);
    tools.hidden = !isTracing;
    for (const button of tools.children) press(button, button.dataset.lineage === only);
  };
  document.addEventListener('sluicegate:chosen', (event) => {
    chosen = event.detail;
    if (chosen === null) only = null;
    trace();
  });

  // ---- What runs is kept in view, until the reader moves the graph. ----
  const RUNNING = ['Starting', 'Executing', 'Stopping'];
  let isFollowing = false;
  const follow = () => {
    press(document.getElementById('follow'), isFollowing);
    if (!isFollowing || !svg()) return;
    graphView.keep([...new Set(graphFolds.steps().filter((step) => RUNNING.includes(step.status)).map((step) => step.a))]);
  };
  const stay = () => {
    if (!isFollowing) return;
    isFollowing = false;
    follow();
  };
  const moved = (event) => {
    const box = event.target.closest?.('#canvas, #map');
    if (box && (event.type !== 'pointerup' || box.id === 'map' || box.classList.contains('dragging'))) stay();
  };
  // Before `pan.js` ends the drag.
  for (const type of ['wheel', 'touchmove', 'pointerup']) {
    document.addEventListener(type, moved, { capture: true, passive: true });
  }

  // ---- The whole screen, where the page around a frame allows it. ----
  const whole = () => document.querySelector('.split:has(#dag)');
  if (!document.fullscreenEnabled) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('[data-full] { display: none }');
    document.adoptedStyleSheets.push(sheet);
  }
  const showFull = () => press(document.querySelector('[data-full]'), document.fullscreenElement !== null);
  document.addEventListener('fullscreenchange', showFull);

  const refresh = () => {
    trace();
    follow();
    showFull();
  };
  refresh();
  document.addEventListener('htmx:after:swap', (event) => {
    if (event.detail?.ctx?.target === document.body) isFollowing = false;
    refresh();
  });

  document.addEventListener('click', (event) => {
    const button = event.target.closest?.('[data-lineage], #follow, [data-full]');
    if (!button || !svg()) return;
    if (button.id === 'follow') {
      isFollowing = !isFollowing;
      follow();
    } else if (button.dataset.lineage) {
      only = only === button.dataset.lineage ? null : button.dataset.lineage;
      trace();
    } else if (document.fullscreenElement) {
      document.exitFullscreen();
    } else if (document.fullscreenEnabled) {
      whole()?.requestFullscreen();
    }
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.defaultPrevented || !only || document.getElementById('dialog')?.open) return;
    if (event.target.closest?.('input, textarea, select')) return;
    event.preventDefault();
    only = null;
    trace();
  }, true);
})();
