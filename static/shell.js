// The shell: dialog, theme, keys, the tab's title and icon, and copying.
(() => {
  'use strict';
  const dialog = () => document.getElementById('dialog');
  const say = (sentence) => { const at = document.getElementById('said'); if (at) at.textContent = sentence; };

  // ---- Theme: the system's, or the reader's choice where it can be kept. ----
  const themes = ['auto', 'light', 'dark'];
  const kept = () => { try { return localStorage.getItem('sluicegate-theme'); } catch { return null; } };
  const keep = (theme) => { try { localStorage.setItem('sluicegate-theme', theme); } catch { /* nothing depends on it */ } };
  const paint = (theme) => {
    const chosen = themes.includes(theme) ? theme : 'auto';
    if (chosen === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen;
    for (const button of document.querySelectorAll('[data-theme-choice]')) {
      button.setAttribute('aria-pressed', String(button.dataset.themeChoice === chosen));
      button.parentElement.hidden = false;
    }
  };

  // ---- The dialog holds forms made by the server. ----
  const open = () => {
    const box = dialog();
    if (!box || box.open) return;
    box.showModal();
    (box.querySelector('[autofocus]') ?? box.querySelector('input:not([type=hidden]), textarea, select, button'))?.focus();
  };
  const close = () => { const box = dialog(); if (box?.open) box.close(); };

  // What only works with a script is hidden until there is one.
  const reveal = () => {
    for (const element of document.querySelectorAll('.copy[hidden], .zoom[hidden], #seek[hidden]')) element.hidden = false;
  };
  const retitle = () => {
    const live = document.getElementById('live');
    if (live?.dataset.title) document.title = live.dataset.title;
    if (live?.dataset.icon) {
      const icon = document.getElementById('icon');
      if (icon && icon.getAttribute('href') !== live.dataset.icon) icon.setAttribute('href', live.dataset.icon);
    }
  };
  // Tabs that do not fit scroll; the chosen one is in view.
  const tabs = () => {
    const [bar, tab] = [document.querySelector('.tabs'), document.querySelector('.tabs [aria-current]')];
    if (bar && tab && tab.offsetLeft + tab.offsetWidth > bar.offsetLeft + bar.clientWidth + bar.scrollLeft) bar.scrollLeft = tab.offsetLeft - bar.offsetLeft - 40;
  };
  const status = () => document.getElementById('banner')?.dataset.status;
  let told = null;

  // In a frame the page around it chooses the theme.
  const framed = document.documentElement.dataset.framed !== undefined;
  const ready = () => { if (!framed) paint(kept()); reveal(); retitle(); tabs(); told = status(); };
  ready();

  document.addEventListener('htmx:after:swap', (event) => {
    const target = event.detail?.ctx?.target;
    if (target?.id === 'dialog' && target.childElementCount) open();
    if (target === document.body) {
      close();
      ready();
      window.scrollTo(0, 0);
      document.getElementById('main')?.focus({ preventScroll: true });
    }
    reveal();
    retitle();
    if (status() !== told) {
      told = status();
      if (told) say(document.querySelector('#banner strong')?.textContent ?? told);
    }
  });
  // What opened the dialog may be gone once its action is done: focus goes to what tells of it.
  document.addEventListener('sluicegate:done', () => {
    close();
    setTimeout(() => {
      if (document.activeElement && document.activeElement !== document.body) return;
      (document.querySelector('#banner a') ?? document.getElementById('main'))?.focus({ preventScroll: true });
    });
  });
  // Addresses say what is asked for, and nothing else.
  document.addEventListener('htmx:config:request', (event) => {
    const { sourceElement, request } = event.detail?.ctx ?? {};
    if (!sourceElement?.matches?.('form[role=search]')) return;
    for (const [name, value] of [...request.body]) if (value === '') request.body.delete(name);
  });

  document.addEventListener('click', async (event) => {
    const at = event.target.closest?.('[data-close], [data-theme-choice], [data-copy], #dialog');
    if (!at) return;
    if (at.matches('[data-close]')) {
      if (!dialog()?.open) return;
      event.preventDefault();
      close();
    } else if (at.dataset.themeChoice) {
      keep(at.dataset.themeChoice);
      paint(at.dataset.themeChoice);
    } else if (at.dataset.copy !== undefined) {
      try {
        await navigator.clipboard.writeText(at.dataset.copy);
        at.textContent = 'Copied';
        say('Copied');
        setTimeout(() => { at.textContent = 'Copy'; }, 1500);
      } catch { at.textContent = 'Not allowed here'; }
    } else if (event.target.id === 'dialog') {
      // A click beside the form must not lose what was typed into it.
      const box = at.getBoundingClientRect();
      const outside = event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
      if (outside && !at.querySelector('form')) close();
    }
  });

  // ---- Keys: `/` searches, `g` and a letter goes, `?` lists them. ----
  let going = false;
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || dialog()?.open) return;
    if (event.target.closest?.('input, textarea, select, [contenteditable]')) return;
    const key = going ? `g ${event.key}` : event.key;
    going = event.key === 'g' && !going;
    if (event.key === '?') return help(event);
    const at = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!at) return;
    event.preventDefault();
    if (at.matches('input')) { at.focus(); at.select(); } else at.click();
  });
  const help = (event) => {
    event.preventDefault();
    const box = dialog();
    if (box.open) return;
    const rows = [['/', 'Search'], ['g p', 'Pipelines'], ['g m', 'Models'], ['g a', 'Activity'], ['?', 'This list'], ['← ↑ ↓ →', 'In a graph: along its edges'], ['Enter', 'In a graph: open the step'], ['+ − 0', 'In a graph: zoom, fit'], ['Esc', 'Close']];
    const list = document.createElement('dl');
    list.className = 'facts keys';
    for (const [key, meaning] of rows) {
      // In a frame there is no way to go.
      if (key.startsWith('g ') && !document.querySelector(`[data-key="${key}"]`)) continue;
      const [dt, kbd, dd] = ['dt', 'kbd', 'dd'].map((name) => document.createElement(name));
      kbd.textContent = key;
      dt.append(kbd);
      dd.textContent = meaning;
      list.append(dt, dd);
    }
    const make = (name, className, ...inside) => {
      const element = document.createElement(name);
      element.className = className;
      element.append(...inside);
      return element;
    };
    const title = make('h1', '', 'Keys');
    title.id = 'dialog-title';
    const button = make('button', 'btn', 'Close');
    button.type = 'button';
    button.dataset.close = '';
    button.autofocus = true;
    box.replaceChildren(make('div', 'sheet small', make('header', 'sheet-head', title), make('div', 'sheet-body', list), make('footer', 'sheet-foot', make('div', 'btns', button))));
    box.showModal();
  };

  // ---- A page that is slow to come: after 300 ms its outline. It lies over the page that is left, so
  // that a way back to that page finds it whole. ----
  const outline = (path) => {
    const bar = (name) => { const element = document.createElement('i'); element.className = name; return element; };
    const layer = document.createElement('div');
    layer.id = 'outline';
    layer.setAttribute('aria-hidden', 'true');
    const part = (name, ...bars) => { const element = document.createElement('div'); element.className = name; element.append(...bars.map(bar)); layer.append(element); return element; };
    const execution = /\/executions\/(?!new$)[^/]+/.test(path);
    part('o-head', ...(/\/pipelines\/./.test(path) ? ['o-crumb'] : []), 'o-title', 'o-line');
    if (execution) part('card o-banner', 'o-dot', 'o-line');
    if (/\/pipelines\/./.test(path)) part('o-tabs', ...Array(execution ? 4 : 5).fill('o-tab'));
    else part('o-tools', 'o-field');
    if (/\/graph$|\/executions\/(?!new$)[^/]+$/.test(path)) part('card o-canvas', 'o-node', 'o-node', 'o-node');
    else part('card o-rows', ...Array(12).fill('o-row'));
    return layer;
  };
  let waiting = 0;
  const arrived = () => { clearTimeout(waiting); document.getElementById('outline')?.remove(); };
  const leaving = (event, path) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      // A later listener may have taken the click.
      if (event.defaultPrevented) return;
      arrived();
      document.getElementById('main')?.append(outline(path));
      say('Loading');
      // What is no page after all (a file) leaves this one standing.
      waiting = setTimeout(arrived, 20000);
    }, 300);
  };
  document.addEventListener('click', (event) => {
    const a = event.target.closest?.('a[href]');
    if (!a || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (a.target || a.hasAttribute('download') || a.hasAttribute('hx-get') || a.origin !== location.origin) return;
    if (a.getAttribute('href').startsWith('#')) return;
    leaving(event, a.pathname);
  });
  window.addEventListener('pageshow', arrived);
  window.addEventListener('pagehide', () => clearTimeout(waiting));
  globalThis.navigation?.addEventListener('navigateerror', arrived);
  document.addEventListener('keydown', (event) => { if (event.key === 'Escape') arrived(); });

  // ---- The definition: find in its text; what is found is unfolded. ----
  const MOST = 1000;
  const seek = (needle, blocks) => {
    const ranges = [];
    for (const block of blocks) {
      const node = block.firstChild;
      const hay = node?.data?.toLowerCase() ?? '';
      for (let at = hay.indexOf(needle); at >= 0 && ranges.length < MOST; at = hay.indexOf(needle, at + needle.length)) {
        const range = new Range();
        range.setStart(node, at);
        range.setEnd(node, at + needle.length);
        ranges.push(range);
        block.closest('details')?.setAttribute('open', '');
      }
    }
    return ranges;
  };
  document.addEventListener('input', (event) => {
    if (event.target.id !== 'seek') return;
    const box = document.getElementById('json');
    const out = document.getElementById('sought');
    const needle = event.target.value.toLowerCase();
    CSS.highlights?.delete('sought');
    out.textContent = '';
    if (!needle || !globalThis.Highlight) return;
    const ranges = seek(needle, box.querySelectorAll('pre'));
    CSS.highlights.set('sought', new Highlight(...ranges));
    out.textContent = `${ranges.length}${ranges.length === MOST ? ' or more' : ''} found`;
    const first = ranges[0]?.getBoundingClientRect();
    if (first) box.scrollTop += first.top - box.getBoundingClientRect().top - 80;
  });
})();
