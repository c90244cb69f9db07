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

  const dialog = () => document.getElementById('dialog');
  // The height a dialog would have if its middle did not scroll.
  const wholeHeight = (box) => {
    const middle = box.querySelector('.sheet-body');
    return box.offsetHeight + (middle ? middle.scrollHeight - middle.clientHeight : 0);
  };
  let height = 0;
  const measure = () => {
    const box = dialog();
    const lowest = box?.open ? box.getBoundingClientRect().top + window.scrollY + wholeHeight(box) + 24 : 0;
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

  // ---- A dialog stays in what is seen of the frame. Only the browser knows what that is, across origins as well; until
  // it reports, the dialog opens where the reader last pointed. ----
  const GAP_PX = 16;
  const SHARES = Array.from({ length: 101 }, (_, at) => at / 100);
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets.push(sheet);
  let placed = '';
  const place = (top, room) => {
    const rule = `[data-framed] #dialog { top: ${Math.max(GAP_PX / 2, Math.round(top))}px; max-height: ${Math.round(room)}px }`;
    const isNew = rule !== placed;
    if (isNew) sheet.replaceSync(rule);
    placed = rule;
    return isNew;
  };
  // As large as the frame's window, of which the window around it shows a part.
  const pane = document.createElement('div');
  pane.className = 'pane';
  let watcher = null;
  // A new observer reports at once, and then whenever another share is seen.
  const look = () => {
    if (!pane.isConnected) document.body.append(pane);
    watcher?.disconnect();
    watcher = new IntersectionObserver((entries) => {
      const last = (element) => entries.findLast(({ target }) => target === element);
      const [ofPane, ofDialog] = [last(pane), last(dialog())];
      if (ofPane?.intersectionRect.height > 0) {
        const { top, height: room } = ofPane.intersectionRect;
        // The window around may have scrolled to what got the focus before the dialog was here: look again.
        if (place(top + GAP_PX, room - 2 * GAP_PX) && dialog()?.open) requestAnimationFrame(look);
        measure();
      } else if (ofDialog && ofDialog.intersectionRatio < 0.99) {
        look();
      }
      if (!dialog()?.open) watcher.disconnect();
    }, { threshold: SHARES });
    watcher.observe(pane);
    if (dialog()?.open) watcher.observe(dialog());
  };
  for (const name of ['click', 'keydown']) {
    document.addEventListener(name, (event) => {
      if (dialog()?.open) return;
      // What a key does happens where the focus is.
      const pointed = event.detail ? event.clientY : event.target.getBoundingClientRect?.().top;
      if (pointed !== undefined) place(pointed - 120, window.innerHeight - 2 * GAP_PX);
      look();
    }, true);
  }
  window.addEventListener('resize', () => { if (dialog()?.open) look(); });

  // ---- Every change of the height or the address is reported. ----
  const resized = new ResizeObserver((entries) => {
    measure();
    if (dialog()?.open && entries.some(({ target }) => target === dialog())) look();
  });
  const watch = () => { for (const element of [root, document.body, dialog()]) if (element) resized.observe(element); };
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
