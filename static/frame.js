// In a frame: reports the height and the address of this page to the page around it, and takes its theme.
// Messages go only to, and come only from, the origins that the settings name.
(() => {
  'use strict';
  const root = document.documentElement;
  if (window.parent === window) return;
  const own = (word) => (word === "'self'" ? location.origin : word);
  const exact = (origin) => { try { return new URL(origin).origin === origin; } catch { return false; } };
  const parents = (root.dataset.parents ?? '').split(' ').map(own).filter(exact);

  // ---- Out: to the page around this one if its origin is known; else to each allowed origin, and the
  // browser delivers to the right one only. ----
  let heard = null;
  const around = () => {
    const parent = location.ancestorOrigins?.[0] ?? heard;
    return parent ? parents.filter((origin) => origin === parent) : parents;
  };
  const report = (message) => { for (const origin of around()) window.parent.postMessage(message, origin); };

  let height = 0;
  const measure = () => {
    const box = document.getElementById('dialog');
    const lowest = box?.open ? box.getBoundingClientRect().bottom + window.scrollY + 24 : 0;
    const now = Math.ceil(Math.max(root.getBoundingClientRect().height, lowest));
    if (now === height) return;
    height = now;
    report({ type: 'sluicegate:height', height });
  };
  let route = '';
  const where = () => {
    const url = new URL(location.href);
    for (const name of ['embed', 'theme']) url.searchParams.delete(name);
    const path = url.pathname + url.search;
    const now = `${path}\n${document.title}`;
    if (now === route) return;
    route = now;
    const whole = document.getElementById('whole');
    if (whole) whole.href = path;
    report({ type: 'sluicegate:route', path, title: document.title });
  };

  // ---- In: the theme, and nothing else. Every link carries it on, because there may be no storage. ----
  let theme = null;
  window.addEventListener('message', (event) => {
    if (event.source !== window.parent || !parents.includes(event.origin)) return;
    const message = event.data;
    if (message?.type !== 'sluicegate:theme' || !['light', 'dark', 'auto'].includes(message.theme)) return;
    heard = event.origin;
    theme = message.theme;
    if (theme === 'auto') delete root.dataset.theme; else root.dataset.theme = theme;
  });
  document.addEventListener('click', (event) => {
    const a = event.target.closest?.('a[href]:not([target], [download])');
    if (!theme || !a || a.origin !== location.origin || a.getAttribute('href').startsWith('#')) return;
    const url = new URL(a.href);
    url.searchParams.set('theme', theme);
    a.href = url.pathname + url.search + url.hash;
  }, true);

  // ---- A dialog opens where the reader looks. Of a frame as tall as its page only a part is visible: the
  // browser reports which, and until then the dialog opens where the reader last pointed. ----
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets.push(sheet);
  const MIN_FORM_HEIGHT = 480; // In pixels. With less than this the page grows instead.
  const place = (top, room) => sheet.replaceSync(`#dialog { top: ${Math.max(8, Math.round(top))}px; max-height: ${room < MIN_FORM_HEIGHT ? 'none' : `${Math.round(room)}px`} }`);
  const look = (pointed) => {
    if (pointed !== undefined) place(pointed + window.scrollY - 120, 0);
    const watcher = new IntersectionObserver(([{ intersectionRect: seen }]) => {
      watcher.disconnect();
      if (seen.height > 0) place(seen.top + window.scrollY + 16, seen.height - 32);
      measure();
    });
    watcher.observe(root);
  };
  for (const name of ['click', 'keydown']) {
    document.addEventListener(name, (event) => {
      if (document.getElementById('dialog')?.open) return;
      // What a key does happens where the focus is.
      look(event.detail ? event.clientY : event.target.getBoundingClientRect?.().top);
    }, true);
  }

  // ---- Every change of the height or the address is reported. ----
  const resized = new ResizeObserver(measure);
  const watch = () => { for (const element of [root, document.body, document.getElementById('dialog')]) if (element) resized.observe(element); };
  const changed = () => { watch(); measure(); where(); };
  for (const name of ['htmx:finally:swap', 'htmx:after:history:push', 'htmx:after:history:replace']) document.addEventListener(name, changed);
  const title = document.querySelector('title');
  if (title) new MutationObserver(where).observe(title, { childList: true });
  document.addEventListener('toggle', measure, true);
  document.addEventListener('close', measure, true);
  globalThis.navigation?.addEventListener('currententrychange', where);
  window.addEventListener('pageshow', changed);
  changed();
})();
