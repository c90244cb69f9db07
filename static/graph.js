// The graph: zoom, drag, keys along its edges, and the side panel. The canvas is an ordinary
// scrolling box, so that what the script adds is only convenience.
(() => {
  'use strict';
  const svg = () => document.getElementById('dag');
  const canvas = () => document.getElementById('canvas');
  const nodes = () => [...(svg()?.querySelectorAll('a[data-step]') ?? [])];
  const named = (name) => svg()?.querySelector(`a[data-step="${CSS.escape(name)}"]`);
  let zoom = null; // null: fitted
  let focused = null;

  // ---- Zoom: the graph's size; the canvas scrolls. ----
  const natural = () => { const box = svg().viewBox.baseVal; return [box.width, box.height]; };
  const framed = document.documentElement.dataset.framed !== undefined;
  const fitted = () => {
    const [width, height] = natural();
    // In a frame the canvas is as tall as its graph: only the width bounds it.
    if (framed) return Math.min(1, Math.max(0.6, (canvas().clientWidth - 20) / width));
    const [w, h] = [canvas().clientWidth - 20, canvas().clientHeight - 20];
    // Wide graphs stay readable and scroll; small ones are not blown up.
    return Math.min(1, Math.max(w < 600 ? 0.75 : 0.6, Math.min(w / width, Math.max(h / height, 0.75))));
  };
  // In a sheet of our own: an attribute would be copied by swaps, which the page's policy forbids.
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets.push(sheet);
  const size = (scale) => {
    const [width, height] = natural();
    sheet.replaceSync(`#dag { width: ${width * scale}px; height: ${height * scale}px }`);
  };
  const rescale = (to, cx, cy) => {
    const box = canvas();
    const from = zoom ?? fitted();
    const next = Math.min(2.5, Math.max(0.1, to));
    const [x, y] = [cx ?? box.clientWidth / 2, cy ?? box.clientHeight / 2];
    const [fx, fy] = [(box.scrollLeft + x) / from, (box.scrollTop + y) / from];
    zoom = next;
    size(next);
    box.scrollLeft = fx * next - x;
    box.scrollTop = fy * next - y;
    soon();
  };
  const fit = (whole) => {
    zoom = null;
    if (whole) {
      const [width, height] = natural();
      zoom = Math.min(1, (canvas().clientWidth - 20) / width, framed ? 1 : (canvas().clientHeight - 20) / height);
    }
    size(zoom ?? fitted());
    soon();
  };

  // ---- Focus: one stop for Tab, arrows along the edges. ----
  const stops = () => {
    const all = nodes();
    const at = all.find((a) => a.dataset.step === focused) ?? all[0];
    for (const a of all) a.setAttribute('tabindex', a === at ? '0' : '-1');
  };
  const go = (a) => {
    if (!a) return;
    focused = a.dataset.step;
    stops();
    a.focus({ preventScroll: true });
    a.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  };
  const middle = (a) => { const r = a.getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2]; };
  const nearest = (from, among) => {
    const [x, y] = middle(from);
    return among.map((a) => [a, middle(a)]).sort((p, q) => Math.hypot(p[1][0] - x, p[1][1] - y) - Math.hypot(q[1][0] - x, q[1][1] - y))[0]?.[0];
  };
  const step = (a, key) => {
    const along = (mine, theirs) => [...svg().querySelectorAll(`.edges path[data-${mine}="${CSS.escape(a.dataset.step)}"]`)].map((path) => named(path.dataset[theirs])).filter((other) => other && other !== a);
    if (key === 'ArrowDown') return nearest(a, along('from', 'to'));
    if (key === 'ArrowUp') return nearest(a, along('to', 'from'));
    const [x, y] = middle(a);
    const sign = key === 'ArrowRight' ? 1 : -1;
    const row = nodes().filter((other) => { const [ox, oy] = middle(other); return Math.abs(oy - y) < 20 && (ox - x) * sign > 1; });
    return nearest(a, row);
  };

  // ---- The panel: the step's own page, beside the graph. ----
  const panel = () => document.getElementById('panel');
  const mark = () => {
    const open = panel()?.querySelector('[data-panel]')?.dataset.panel;
    for (const a of nodes()) {
      if (a.dataset.step === open) a.setAttribute('aria-current', 'true');
      else a.removeAttribute('aria-current');
    }
  };
  const address = (name) => {
    const url = new URL(location.href);
    if (name === null) url.searchParams.delete('step'); else url.searchParams.set('step', name);
    history.replaceState(history.state, '', url);
  };
  const show = async (a) => {
    address(a.dataset.step);
    // Asked for by the panel itself, so that the server knows what the answer is for.
    await htmx.ajax('GET', a.getAttribute('href'), { source: panel(), target: panel(), swap: 'innerHTML' });
  };
  const shut = () => {
    const open = panel().querySelector('[data-panel]')?.dataset.panel;
    panel().replaceChildren();
    address(null);
    mark();
    if (open) go(named(open));
  };

  // ---- Finding, in find.js, brings steps into view. ----
  const NAME_PX = 12.5; // as in graph.css
  const READABLE_PX = 11;
  const reveal = (a) => {
    if ((zoom ?? fitted()) < READABLE_PX / NAME_PX) rescale(READABLE_PX / NAME_PX);
    const [box, node] = [canvas().getBoundingClientRect(), a.getBoundingClientRect()];
    const isInside = node.left >= box.left + 24 && node.right <= box.right - 24 && node.top >= box.top + 24 && node.bottom <= box.bottom - 24;
    const met = document.elementFromPoint(node.left + node.width / 2, node.top + node.height / 2);
    if (!isInside || !a.contains(met)) canvas().scrollBy(node.left + node.width / 2 - box.left - box.width / 2, node.top + node.height / 2 - box.top - box.height / 2);
    a.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  };
  globalThis.graphView = { nodes, go, reveal };

  // ---- Where one is: a small map, while the graph is larger than the canvas. ----
  let sketched = null;
  const sketch = (map) => {
    const [width, height] = natural();
    const scale = Math.min(160 / width, 112 / height);
    const paths = new Map();
    for (const a of nodes()) {
      const [, x, y] = /translate\(([\d.-]+) ([\d.-]+)\)/.exec(a.getAttribute('transform')) ?? [];
      const box = a.firstElementChild;
      const kind = a.getAttribute('class');
      paths.set(kind, `${paths.get(kind) ?? ''}M${x} ${y}h${box.getAttribute('width')}v${box.getAttribute('height')}h-${box.getAttribute('width')}z`);
    }
    const signature = [...paths].join();
    if (sketched === signature && map.firstChild) return;
    sketched = signature;
    const make = (name, attributes) => {
      const element = document.createElementNS('http://www.w3.org/2000/svg', name);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      return element;
    };
    const overview = make('svg', { viewBox: `0 0 ${width} ${height}`, width: Math.max(24, width * scale), height: Math.max(16, height * scale) });
    for (const [kind, d] of paths) overview.append(make('path', { class: kind, d }));
    overview.append(make('rect', { class: 'view' }));
    map.replaceChildren(overview);
  };
  const view = () => {
    const [map, box] = [document.getElementById('map'), canvas()];
    if (!map || !box || !svg()) return;
    map.hidden = box.scrollWidth <= box.clientWidth + 1 && box.scrollHeight <= box.clientHeight + 1;
    if (map.hidden) return;
    sketch(map);
    const scale = zoom ?? fitted();
    const frame = map.querySelector('.view');
    const [width, height] = natural();
    const at = { x: box.scrollLeft / scale, y: box.scrollTop / scale, width: Math.min(width, box.clientWidth / scale), height: Math.min(height, box.clientHeight / scale) };
    for (const [key, value] of Object.entries(at)) frame.setAttribute(key, value.toFixed(0));
  };
  let asked = 0;
  const soon = () => { cancelAnimationFrame(asked); asked = requestAnimationFrame(view); };
  const jump = (event) => {
    const overview = document.querySelector('#map svg');
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(overview.getScreenCTM().inverse());
    const [box, scale] = [canvas(), zoom ?? fitted()];
    box.scrollTo(point.x * scale - box.clientWidth / 2, point.y * scale - box.clientHeight / 2);
  };
  document.addEventListener('scroll', (event) => { if (event.target.id === 'canvas') soon(); }, { capture: true, passive: true });
  document.addEventListener('pointerdown', (event) => {
    const map = event.target.closest?.('#map');
    if (!map) return;
    event.preventDefault();
    map.setPointerCapture(event.pointerId);
    jump(event);
  });
  document.addEventListener('pointermove', (event) => {
    if (event.target.closest?.('#map')?.hasPointerCapture(event.pointerId)) jump(event);
  });

  // A graph larger than the canvas opens at what matters most in it.
  const begin = () => {
    const box = canvas();
    const find = (...words) => words.map((word) => svg().querySelector(`a${word}`)).find(Boolean);
    const a = find('[aria-current]', '[data-status="Failed"]', '[data-status="Executing"]', '[data-status="Starting"]', '[data-status="Stopping"]') ?? nodes()[0];
    if (!a) return;
    const [node, frame] = [a.getBoundingClientRect(), box.getBoundingClientRect()];
    box.scrollLeft += node.left + node.width / 2 - frame.left - frame.width / 2;
    if (node.bottom > frame.bottom - 24) box.scrollTop += node.top + node.height / 2 - frame.top - frame.height / 2;
  };

  let begun = null;
  const ready = () => {
    if (!svg() || !canvas()) return;
    size(zoom ?? fitted());
    stops();
    mark();
    if (begun !== canvas()) { begun = canvas(); begin(); }
    soon();
  };
  ready();
  window.addEventListener('resize', () => {
    if (!svg()) return;
    if (zoom === null) size(fitted());
    soon();
  });
  document.addEventListener('htmx:after:swap', (event) => {
    const target = event.detail?.ctx?.target;
    if (target === document.body) zoom = focused = null;
    ready();
  });

  document.addEventListener('click', (event) => {
    const button = event.target.closest?.('[data-zoom]');
    if (button && svg()) {
      if (button.dataset.zoom === 'fit') fit(true);
      else rescale((zoom ?? fitted()) * (button.dataset.zoom === 'in' ? 1.25 : 0.8));
      return;
    }
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || !panel()) return;
    const closing = event.target.closest?.('[data-panel-close]');
    if (closing && svg()) { event.preventDefault(); shut(); return; }
    const a = event.target.closest?.('#dag a[data-step]');
    if (!a) return;
    event.preventDefault();
    if (dragged) return;
    focused = a.dataset.step;
    stops();
    show(a);
  });
  document.addEventListener('focusin', (event) => {
    const a = event.target.closest?.('#dag a[data-step]');
    if (a) focused = a.dataset.step;
  });
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape' && panel()?.childElementCount && svg() && !document.getElementById('dialog')?.open) return shut();
    const a = event.target.closest?.('#dag a[data-step]');
    if (!a) return;
    if (event.key.startsWith('Arrow')) { event.preventDefault(); go(step(a, event.key)); }
    else if (event.key === '+' || event.key === '=') rescale((zoom ?? fitted()) * 1.25);
    else if (event.key === '-') rescale((zoom ?? fitted()) * 0.8);
    else if (event.key === '0') fit(true);
  });
  document.addEventListener('wheel', (event) => {
    const box = event.target.closest?.('#canvas');
    if (!box || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    const at = box.getBoundingClientRect();
    rescale((zoom ?? fitted()) * Math.exp(-event.deltaY / 300), event.clientX - at.left, event.clientY - at.top);
  }, { passive: false });

  // ---- Drag the ground. ----
  let drag = null;
  let dragged = false;
  document.addEventListener('pointerdown', (event) => {
    dragged = false;
    const box = event.target.closest?.('#canvas');
    if (!box || event.pointerType !== 'mouse' || event.button !== 0) return;
    drag = { x: event.clientX, y: event.clientY, left: box.scrollLeft, top: box.scrollTop };
  });
  document.addEventListener('pointermove', (event) => {
    if (!drag || !canvas()) return;
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!dragged && Math.hypot(dx, dy) < 5) return;
    dragged = true;
    canvas().classList.add('dragging');
    canvas().scrollLeft = drag.left - dx;
    canvas().scrollTop = drag.top - dy;
  });
  const drop = () => { drag = null; canvas()?.classList.remove('dragging'); };
  document.addEventListener('pointerup', drop);
  document.addEventListener('pointercancel', drop);
  document.addEventListener('dragstart', (event) => { if (event.target.closest?.('#dag')) event.preventDefault(); });
})();
