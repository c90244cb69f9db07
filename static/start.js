// What must come before the first frame: the theme the reader chose. All other scripts are fetched
// once the page is read, so that what was asked for is seen before they run; the load event still
// waits for them. Those of the graph are fetched where there is one. In a frame the page around it
// chooses, and nothing is kept.
(() => {
  'use strict';
  const { all, graph, frame } = document.currentScript.dataset;
  if (!frame) {
    try {
      const theme = localStorage.getItem('sluicegate-theme');
      if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
    } catch { /* nothing depends on it */ }
  }
  const load = (src) => {
    const script = document.createElement('script');
    script.src = src;
    script.async = false;
    document.head.append(script);
  };
  let isDrawn = false;
  const drawn = () => {
    if (isDrawn || !document.getElementById('canvas')) return;
    isDrawn = true;
    load(graph);
  };
  const begin = () => {
    load(all);
    drawn();
    if (frame) load(frame);
    document.addEventListener('htmx:after:swap', drawn);
  };
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', begin);
  else begin();
})();
