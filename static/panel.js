// The panel of a step beside a graph: its tabs, and its width, which is changed at its edge by dragging or with the
// arrow keys and lasts as long as the browser's tab.
(() => {
  'use strict';
  const KEY = 'sluicegate-panel-px';
  const [MIN_PX, MAX_PX, STEP_PX] = [340, 760, 20];
  const panel = () => document.querySelector('.split > #panel');
  const grip = () => document.getElementById('grip');

  // ---- Width ----
  const USUAL_PX = 440;
  let width = USUAL_PX;
  // In a sheet, for the page of a graph only: on the root, every element would inherit it, and have its style found anew.
  const sheet = new CSSStyleSheet();
  let shownPx = USUAL_PX;
  const kept = 'framed' in document.documentElement.dataset ? null : { get: () => sessionStorage.getItem(KEY), set: (px) => sessionStorage.setItem(KEY, px) };
  const show = () => {
    grip()?.setAttribute('aria-valuenow', width);
    if (width === shownPx) return;
    if (!document.adoptedStyleSheets.includes(sheet)) document.adoptedStyleSheets.push(sheet);
    sheet.replaceSync(`.split { --panel: ${width}px }`);
    shownPx = width;
  };
  const resize = (px) => {
    width = Math.round(Math.min(MAX_PX, Math.max(MIN_PX, px)));
    show();
    window.dispatchEvent(new Event('resize'));
    try { kept?.set(width); } catch { /* the width lasts as long as the page */ }
  };
  try { width = Number(kept?.get()) || width; } catch { /* as above */ }
  show();
  document.addEventListener('htmx:after:swap', show);

  document.addEventListener('pointerdown', (event) => {
    if (event.target !== grip()) return;
    event.preventDefault();
    grip().setPointerCapture(event.pointerId);
  });
  document.addEventListener('pointermove', (event) => {
    if (event.target === grip() && grip()?.hasPointerCapture(event.pointerId)) {
      resize(panel().getBoundingClientRect().right - event.clientX);
    }
  });
  document.addEventListener('keydown', (event) => {
    if (event.target !== grip()) return;
    const to = { ArrowLeft: width + STEP_PX, ArrowRight: width - STEP_PX, Home: MIN_PX, End: MAX_PX }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    resize(to);
  });

  // ---- A button that shows a step opens its panel where its graph is. ----
  document.addEventListener('click', (event) => {
    const shows = event.target.closest?.('a[data-shows-step]');
    if (!shows || !livePage.isPlainClick(event)) return;
    const name = shows.dataset.showsStep;
    if (!panel() || !document.getElementById('dag') || !globalThis.graphFolds?.holder(name)) return;
    event.preventDefault();
    graphView.choose(name);
  });

  // ---- Tabs: in place, and in the address of the graph. On a step's own page they are links. ----
  document.addEventListener('click', async (event) => {
    const tab = event.target.closest?.('.split > #panel .tabs a');
    if (!tab || !livePage.isPlainClick(event)) return;
    event.preventDefault();
    await htmx.ajax('GET', tab.getAttribute('href'), { source: panel(), target: panel(), swap: 'innerHTML' });
    const url = new URL(location.href);
    const part = tab.pathname.match(/\/steps\/[^/]+\/([a-z]+)$/)?.[1];
    if (part) url.searchParams.set('tab', part); else url.searchParams.delete('tab');
    history.replaceState(history.state, '', url);
    panel()?.querySelector('.tabs [aria-current]')?.focus({ preventScroll: true });
  });
})();
