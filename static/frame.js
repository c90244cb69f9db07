// In a frame: tells the page around it how tall this one is and where it stands, and takes its theme.
// Only pages of the origins that the settings name are spoken to, and only theirs are heard.
(() => {
  'use strict';
  const root = document.documentElement;
  if (window.parent === window) return;
  const own = (word) => (word === "'self'" ? location.origin : word);
  const exact = (origin) => { try { return new URL(origin).origin === origin; } catch { return false; } };
  const parents = (root.dataset.parents ?? '').split(' ').map(own).filter(exact);

  // ---- Out: to the page around this one, where its origin is told; else to each that it may be, and
  // the browser lets only the right one have it. ----
  let heard = null;
  const around = () => {
    const told = location.ancestorOrigins?.[0] ?? heard;
    return told ? parents.filter((origin) => origin === told) : parents;
  };
  const tell = (message) => { for (const origin of around()) window.parent.postMessage(message, origin); };

  let height = 0;
  const measure = () => {
    const box = document.getElementById('dialog');
    const lowest = box?.open ? box.getBoundingClientRect().bottom + window.scrollY + 24 : 0;
    const now = Math.ceil(Math.max(root.getBoundingClientRect().height, lowest));
    if (now === height) return;
    height = now;
    tell({ type: 'sluicegate:height', height });
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
    tell({ type: 'sluicegate:route', path, title: document.title });
  };

  // ---- In: the theme, and nothing else. It travels on with every link, for there may be no storage. ----
  let theme = null;
  window.addEventListener('message', (event) => {
    if (event.source !== window.parent || !parents.includes(event.origin)) return;
    const said = event.data;
    if (said?.type !== 'sluicegate:theme' || !['light', 'dark', 'auto'].includes(said.theme)) return;
    heard = event.origin;
    theme = said.theme;
    if (theme === 'auto') delete root.dataset.theme; else root.dataset.theme = theme;
  });
  document.addEventListener('click', (event) => {
    const a = event.target.closest?.('a[href]:not([target], [download])');
    if (!theme || !a || a.origin !== location.origin || a.getAttribute('href').startsWith('#')) return;
    const url = new URL(a.href);
    url.searchParams.set('theme', theme);
    a.href = url.pathname + url.search + url.hash;
  }, true);

  // ---- A dialog belongs where the reader looks. A frame as tall as its page is seen in part: the
  // browser tells which, and until it does, the dialog opens where the reader last pointed. ----
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets.push(sheet);
  const ROOM = 480; // Less than this is no room for a form: the page grows instead.
  const place = (top, room) => sheet.replaceSync(`#dialog { top: ${Math.max(8, Math.round(top))}px; max-height: ${room < ROOM ? 'none' : `${Math.round(room)}px`} }`);
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

  // ---- Whatever changes the height or the address is told of. ----
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
