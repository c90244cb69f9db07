// What must come before the first frame: the theme the reader chose. All other scripts are fetched
// once the page is read, so that what was asked for is seen before they run; the load event still
// waits for them. In a frame the page around it chooses, and nothing is kept.
(() => {
  'use strict';
  const { all, frame } = document.currentScript.dataset;
  if (!frame) {
    try {
      const theme = localStorage.getItem('sluicegate-theme');
      if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
    } catch { /* nothing depends on it */ }
  }
  const begin = () => {
    for (const src of [all, frame]) {
      if (!src) continue;
      const script = document.createElement('script');
      script.src = src;
      script.async = false;
      document.head.append(script);
    }
  };
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', begin);
  else begin();
})();
