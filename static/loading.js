// A page that is slow to load: after 300 ms its outline. The outline lies over the page that is left, so that going
// back to that page shows it unchanged.
(() => {
  'use strict';
  const OUTLINE_AFTER_MS = 300;
  // A link may lead to a file, which leaves the page where it is.
  const OUTLINE_FOR_MS = 20_000;

  const make = (name, className, content = []) => {
    const element = document.createElement(name);
    element.className = className;
    element.append(...content);
    return element;
  };

  /** The outline of the page at an address: its header, tabs, and either a graph or rows. */
  const outline = (path) => {
    const part = (className, bars) => make('div', className, bars.map((bar) => make('i', bar)));
    const isPipeline = /\/pipelines\/./.test(path);
    const isExecution = /\/executions\/(?!new$)[^/]+/.test(path);
    const isGraph = /\/graph$|\/executions\/(?!new$)[^/]+$/.test(path);
    const parts = [part('o-head', [...(isPipeline ? ['o-crumb'] : []), 'o-title', 'o-line'])];
    if (isExecution) parts.push(part('card o-banner', ['o-dot', 'o-line']));
    parts.push(isPipeline ? part('o-tabs', Array(isExecution ? 4 : 5).fill('o-tab')) : part('o-tools', ['o-field']));
    parts.push(isGraph ? part('card o-canvas', Array(3).fill('o-node')) : part('card o-rows', Array(12).fill('o-row')));
    const layer = make('div', '', parts);
    layer.id = 'outline';
    layer.setAttribute('aria-hidden', 'true');
    return layer;
  };

  let timer = 0;
  const stop = () => {
    clearTimeout(timer);
    document.getElementById('outline')?.remove();
  };
  const start = (event, path) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      // A later listener may have taken the click.
      if (event.defaultPrevented) return;
      stop();
      document.getElementById('main')?.append(outline(path));
      livePage.announce('Loading');
      timer = setTimeout(stop, OUTLINE_FOR_MS);
    }, OUTLINE_AFTER_MS);
  };

  document.addEventListener('click', (event) => {
    const a = event.target.closest?.('a[href]');
    if (!a || !livePage.isPlainClick(event)) return;
    if (a.target || a.hasAttribute('download') || a.hasAttribute('hx-get') || a.origin !== location.origin) return;
    if (a.getAttribute('href').startsWith('#')) return;
    start(event, a.pathname);
  });
  window.addEventListener('pageshow', stop);
  window.addEventListener('pagehide', () => clearTimeout(timer));
  globalThis.navigation?.addEventListener('navigateerror', stop);
  document.addEventListener('keydown', (event) => { if (event.key === 'Escape') stop(); });
})();
