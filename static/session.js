// When a request fails: the session has ended, or the console does not answer. Nothing is shown that
// the console did not send, nothing that was typed is lost, and polling slows down.
(() => {
  'use strict';
  const framed = document.documentElement.dataset.framed !== undefined;
  const dialog = () => document.getElementById('dialog');
  const polled = (ctx) => ctx?.sourceElement?.matches?.('#live, #step');

  // ---- How requests by script differ from visits. Proxies then refuse them instead of redirecting to a
  // sign-in page that a script cannot show; each looks for a different header. The console learns that it
  // is in a frame where the browser does not send that. ----
  const scriptHeaders = { Accept: 'text/html, application/json', 'X-Requested-With': 'XMLHttpRequest' };
  if (framed) scriptHeaders['Sluicegate-Framed'] = '1';
  document.addEventListener('htmx:config:request', (event) => {
    const request = event.detail?.ctx?.request;
    if (request) Object.assign(request.headers, scriptHeaders);
  });

  // ---- The notice: in the open dialog, else at the top of the page. ----
  let shown = null;
  // When the console last answered.
  let known = new Date();
  const make = (name, content, attributes = {}) => {
    const element = document.createElement(name);
    element.append(...content);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const here = () => { const url = new URL(location.href); for (const name of ['embed', 'theme']) url.searchParams.delete(name); return url.pathname + url.search; };
  const reload = () => make('a', ['reload'], { class: 'link', href: location.href, 'data-reload': '' });
  const words = {
    ended: () => {
      const tab = make('a', ['sign in in a new tab'], { class: 'link', href: here(), target: '_blank', rel: 'noopener' });
      const both = framed ? ['Your session has ended: ', tab, ', then ', reload(), '.'] : ['Your session has ended: ', reload(), ', or ', tab, ' and come back.'];
      return [make('b', both), ...(dialog()?.open ? [make('p', ['What you typed is kept. Sign in in a new tab, then send it again.'])] : [])];
    },
    away: () => ["Can't reach Sluicegate. Showing the last known state; retrying."],
    unsent: () => ["Can't reach Sluicegate. Send this again: the action is carried out only once."],
    failing: () => ['Could not refresh this page. Retrying automatically.'],
    gone: () => ['This no longer exists, or you can no longer see it. ', reload(), '.'],
  };
  const show = (what) => {
    const old = document.getElementById('lost');
    const at = (dialog()?.open && dialog().querySelector('.sheet-body')) || document.getElementById('main');
    const changed = shown !== what || !old || old.parentElement !== at;
    shown = what;
    if (!changed) return;
    old?.remove();
    if (what) {
      const stands = what === 'unsent' ? {} : { 'data-known': known.toISOString() };
      at?.prepend(make('div', [make('div', words[what]())], { id: 'lost', class: 'notice', role: 'alert', 'data-lost': what, ...stands }));
    }
    document.dispatchEvent(new Event('sluicegate:lost'));
  };
  document.addEventListener('close', () => { if (shown) show(shown); }, true);

  // ---- Fewer polls while they fail. ----
  const MAX_POLL_PAUSE_MS = 60_000;
  let failures = 0;
  let quiet = 0;
  const slower = (wait = Math.min(MAX_POLL_PAUSE_MS, 2000 * 2 ** failures)) => {
    failures += 1;
    // Not all pages of all readers at once.
    quiet = Date.now() + wait * (0.75 + Math.random() / 2);
  };
  const well = () => { known = new Date(); failures = quiet = 0; if (shown) show(null); };
  const ended = () => { slower(MAX_POLL_PAUSE_MS); show('ended'); };
  // A page that nobody sees polls about as seldom as one on which nothing runs: its title and icon still change.
  const HIDDEN_POLL_PAUSE_MS = 25_000;
  const polledAt = new Map();
  document.addEventListener('htmx:before:request', (event) => {
    const { ctx } = event.detail ?? {};
    if (!polled(ctx)) return;
    const { id } = ctx.sourceElement;
    const now = Date.now();
    const isSoon = document.hidden && now < (polledAt.get(id) ?? 0) + HIDDEN_POLL_PAUSE_MS;
    if (now < quiet || isSoon) event.preventDefault();
    else polledAt.set(id, now);
  });

  // ---- Whose response it is. Every response of the console has a request id; one without it comes
  // from something else, such as a proxy's sign-in page. ----
  const ours = (headers) => ['X-Request-Id', 'HX-PTag', 'HX-Location'].some((name) => headers.has(name));
  const judge = (status, headers) => {
    if (status === 401) return 'ended';
    if (status === 304 || ours(headers)) return 'ours';
    return status < 400 || status === 403 ? 'ended' : 'away';
  };
  // Whether a redirect led to another site: fetch itself reports only that it failed.
  const ask = async () => {
    try {
      const answer = await fetch(location.href, { redirect: 'manual', mode: 'same-origin', cache: 'no-store', headers: { ...scriptHeaders, 'HX-Request-Type': 'partial' } });
      return answer.type === 'opaqueredirect' ? 'ended' : judge(answer.status, answer.headers);
    } catch { return 'away'; }
  };

  document.addEventListener('htmx:before:response', (event) => {
    const { ctx } = event.detail;
    const response = ctx?.response;
    if (!response) return;
    const verdict = judge(response.status, response.headers);
    if (verdict === 'ended') {
      event.preventDefault();
      ended();
    } else if (verdict === 'away') {
      event.preventDefault();
      if (polled(ctx)) slower();
      show(polled(ctx) ? 'away' : 'unsent');
    } else if (ctx.sourceElement?.matches?.('[data-unavailable]') && response.status >= 500) {
      // The page that waits for SageMaker says so already.
      event.preventDefault();
      slower();
      if (shown) show(null);
    } else if (polled(ctx) && response.status >= 400) {
      event.preventDefault();
      slower();
      show([403, 404].includes(response.status) ? 'gone' : 'failing');
    } else if (polled(ctx) && response.status === 200 && !(response.headers.get('content-type') ?? '').startsWith('text/html')) {
      event.preventDefault();
    } else {
      well();
    }
  });
  // Some proxies name their own answers too; but a part of a page is no document, and a page of ours has its mark.
  document.addEventListener('htmx:after:request', (event) => {
    const { ctx } = event.detail;
    if (!ctx?.text || ctx.response.status >= 400) return;
    const foreign = ctx.target === document.body ? !ctx.text.includes('<body data-title=') : /^\s*<(!doctype|html)\b/i.test(ctx.text);
    if (!foreign) return;
    event.preventDefault();
    ended();
  });
  document.addEventListener('htmx:error', async (event) => {
    const { ctx } = event.detail;
    if (!ctx || ctx.response) return;
    if (polled(ctx)) slower();
    if (await ask() === 'ended') ended();
    else show(polled(ctx) ? 'away' : 'unsent');
  });

  // ---- Back from signing in elsewhere, the page goes on by itself. ----
  const look = async () => { if (shown === 'ended' && !document.hidden && await ask() === 'ours') well(); };
  document.addEventListener('visibilitychange', look);
  window.addEventListener('focus', look);
  document.addEventListener('click', (event) => {
    if (!event.target.closest?.('[data-reload]') || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    location.reload();
  });

  // ---- A form on a page of its own leaves the page: first it is asked whether that leads anywhere. ----
  let asking = false;
  document.addEventListener('submit', async (event) => {
    const form = event.target;
    if (form.method !== 'post' || form.hasAttribute('hx-post') || event.defaultPrevented) return;
    event.preventDefault();
    if (asking) return;
    asking = true;
    const found = await ask();
    asking = false;
    if (found === 'ended') ended();
    else HTMLFormElement.prototype.submit.call(form);
  });
})();
