// The graph: zoom, keys along its edges, and the side panel. The canvas is an ordinary scrolling box, so that what the
// script adds is only convenience. What the pointer does to it is in `pan.js`.
(() => {
  'use strict';
  const svg = () => document.getElementById('dag');
  const canvas = () => document.getElementById('canvas');
  // Steps, and folds: nodes that stand for many. Each is found by its key.
  const nodes = () => [...(svg()?.querySelectorAll('a[data-step], a[data-fold]') ?? [])];
  const key = (a) => a.dataset.step ?? a.dataset.fold;
  const keyed = (name) => nodes().find((a) => key(a) === name);
  const named = (name) => svg()?.querySelector(`a[data-step="${CSS.escape(name)}"]`);
  let zoom = null; // null: fitted
  let focused = null;

  // ---- Zoom: the graph's size; the canvas scrolls. ----
  const natural = () => { const box = svg().viewBox.baseVal; return [box.width, box.height]; };
  const framed = document.documentElement.dataset.framed !== undefined;
  // Names, which are 12.5 px high, are read at 11 px and more: a larger graph scrolls.
  const MIN_READABLE_SCALE = 0.88;
  // Below this nothing is read: steps are drawn as blocks in the colour of their status.
  const MIN_TEXT_SCALE = 0.45;
  // What fits the canvas as a whole. In a frame the canvas is as tall as its graph: only the width bounds it.
  const whole = () => {
    const [width, height] = natural();
    return Math.min(1, (canvas().clientWidth - 20) / width, framed ? 1 : (canvas().clientHeight - 20) / height);
  };
  // As it opens. It stays so while the panel opens beside it, and changes with the window only.
  let opened = null;
  const fitted = () => { opened ??= Math.max(MIN_READABLE_SCALE, whole()); return opened; };
  // In a sheet of our own: an attribute would be copied by swaps, which the page's policy forbids.
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets.push(sheet);
  let sized = null;
  const size = (scale) => {
    const [width, height] = natural();
    const rule = `#dag { width: ${width * scale}px; height: ${height * scale}px }`;
    // The same rule again would have every style found anew, at each poll.
    if (rule !== sized) sheet.replaceSync(rule);
    sized = rule;
    svg().classList.toggle('far', scale < MIN_TEXT_SCALE);
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
  const fit = () => {
    zoom = whole();
    size(zoom);
    soon();
  };

  // ---- The free part of the canvas: what is in the window, and in a narrow one not below the sheet that the panel is
  // there, nor below the tools above that. ----
  const MARGIN_PX = 16;
  const free = () => {
    const { left, right, top, bottom } = canvas().getBoundingClientRect();
    const over = panel()?.firstElementChild;
    const isSheet = over && getComputedStyle(over).position === 'fixed';
    const tools = document.getElementById('lineage');
    const cover = [over, tools?.hidden ? null : tools].filter(Boolean).map((box) => box.getBoundingClientRect().top);
    const end = isSheet ? Math.min(...cover) : window.innerHeight;
    return { left, right, top: Math.max(top, 0), bottom: Math.min(bottom, end) };
  };
  // Brings a step there, and out from under the map.
  const bring = (a) => {
    if (!a) return;
    if (framed) { a.scrollIntoView({ block: 'nearest', inline: 'nearest' }); return; }
    const part = free();
    if (part.bottom - part.top < 3 * a.getBoundingClientRect().height) {
      window.scrollBy(0, canvas().getBoundingClientRect().top - MARGIN_PX / 2);
    }
    scrollTo(() => a.getBoundingClientRect());
  };
  // The same within the canvas, for what `place` measures.
  const scrollTo = (place) => {
    const [box, part, node] = [canvas(), free(), place()];
    const into = (from, to, start, end) => Math.max(0, to + MARGIN_PX - end) || Math.min(0, from - MARGIN_PX - start);
    box.scrollBy(into(node.left, node.right, part.left, part.right), into(node.top, node.bottom, part.top, part.bottom));
    view();
    const [now, map] = [place(), document.getElementById('map')];
    const corner = map && !map.hidden ? map.getBoundingClientRect() : null;
    if (corner && now.right > corner.left && now.bottom > corner.top) box.scrollBy(0, now.bottom + MARGIN_PX / 2 - corner.top);
  };
  // All of these steps, where they fit together; else the first. The page around the canvas stays.
  const keep = (steps) => {
    if (!steps.length) return;
    const around = () => {
      const boxes = steps.map((a) => a.getBoundingClientRect());
      const edge = (side, pick) => pick(...boxes.map((box) => box[side]));
      return {
        left: edge('left', Math.min), right: edge('right', Math.max),
        top: edge('top', Math.min), bottom: edge('bottom', Math.max),
      };
    };
    const [all, part] = [around(), free()];
    const room = 2 * MARGIN_PX;
    const fits = all.right - all.left + room <= part.right - part.left && all.bottom - all.top + room <= part.bottom - part.top;
    scrollTo(fits ? around : () => steps[0].getBoundingClientRect());
  };

  // ---- Focus: one stop for Tab, arrows along the edges. ----
  const stops = () => {
    const all = nodes();
    const at = all.find((a) => key(a) === focused) ?? all[0];
    for (const a of all) {
      const index = a === at ? '0' : '-1';
      if (a.getAttribute('tabindex') !== index) a.setAttribute('tabindex', index);
    }
  };
  const go = (a) => {
    if (!a) return;
    focused = key(a);
    stops();
    a.focus({ preventScroll: true });
    bring(a);
  };
  const middle = (a) => { const r = a.getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2]; };
  const nearest = (from, among) => {
    const [x, y] = middle(from);
    return among.map((a) => [a, middle(a)]).sort((p, q) => Math.hypot(p[1][0] - x, p[1][1] - y) - Math.hypot(q[1][0] - x, q[1][1] - y))[0]?.[0];
  };
  const step = (a, arrow) => {
    const along = (mine, theirs) => [...svg().querySelectorAll(`.edges path[data-${mine}="${CSS.escape(key(a))}"]`)].map((path) => keyed(path.dataset[theirs])).filter((other) => other && other !== a);
    if (arrow === 'ArrowDown') return nearest(a, along('from', 'to'));
    if (arrow === 'ArrowUp') return nearest(a, along('to', 'from'));
    const [x, y] = middle(a);
    const sign = arrow === 'ArrowRight' ? 1 : -1;
    const row = nodes().filter((other) => { const [ox, oy] = middle(other); return Math.abs(oy - y) < 20 && (ox - x) * sign > 1; });
    return nearest(a, row);
  };

  // ---- The panel: the step's own page, beside the graph. ----
  const panel = () => document.getElementById('panel');
  const shown = () => panel()?.querySelector('[data-panel]')?.dataset.panel ?? null;
  const mark = (chosen) => {
    const shows = chosen === null ? undefined : graphFolds.holder(chosen);
    for (const a of nodes()) {
      if (a === shows) a.setAttribute('aria-current', 'true');
      else a.removeAttribute('aria-current');
    }
    document.dispatchEvent(new CustomEvent('sluicegate:chosen', { detail: chosen }));
  };
  const address = (name) => {
    const url = new URL(location.href);
    url.searchParams.delete('tab');
    if (name === null) url.searchParams.delete('step'); else url.searchParams.set('step', name);
    graphFolds.keep(url);
    history.replaceState(history.state, '', url);
  };
  const show = async (a) => {
    address(a.dataset.step);
    mark(a.dataset.step);
    // Asked for by the panel itself, so that the server knows what the answer is for.
    await htmx.ajax('GET', a.getAttribute('href'), { source: panel(), target: panel(), swap: 'innerHTML' });
    bring(named(a.dataset.step));
  };
  const shut = () => {
    const open = shown();
    panel().replaceChildren();
    address(null);
    mark(null);
    if (open) go(graphFolds.holder(open));
  };

  // ---- Finding, in find.js, brings steps into view, readable. ----
  const reveal = (a) => {
    if ((zoom ?? fitted()) < MIN_READABLE_SCALE) rescale(MIN_READABLE_SCALE);
    bring(a);
  };
  // What changes the graph keeps one of its nodes where it was.
  const hold = async (a, change, after) => {
    const before = a?.getBoundingClientRect();
    await change();
    const now = after()?.getBoundingClientRect();
    if (before && now) canvas().scrollBy(now.left - before.left, now.top - before.top);
    soon();
  };
  // Opens the panel of a step, wherever it is.
  const choose = async (name) => {
    const a = await graphFolds.unfolded(name);
    if (!a) return;
    focused = name;
    stops();
    await show(a);
  };
  globalThis.graphView = {
    nodes, key, keyed, named, go, reveal, keep, hold, choose, shown, shut, rescale, fitted, scale: () => zoom ?? fitted(),
  };

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
    const scale = zoom ?? fitted();
    const [width, height] = natural();
    // Not by what scrolls: there is room below the graph for as long as the map is shown.
    map.hidden = width * scale <= box.clientWidth - 16 && height * scale <= box.clientHeight - 16;
    if (map.hidden) return;
    sketch(map);
    const frame = map.querySelector('.view');
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
    if (a.hasAttribute('aria-current')) bring(a);
  };

  let begun = null;
  const ready = () => {
    if (!svg() || !canvas()) return;
    if (begun !== canvas()) opened = null;
    size(zoom ?? fitted());
    stops();
    mark(shown());
    if (begun !== canvas()) { begun = canvas(); begin(); }
    soon();
  };
  ready();
  window.addEventListener('resize', () => {
    if (!svg()) return;
    opened = null;
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
      if (button.dataset.zoom === 'fit') fit();
      else rescale((zoom ?? fitted()) * (button.dataset.zoom === 'in' ? 1.25 : 0.8));
      return;
    }
    if (!livePage.isPlainClick(event) || !panel()) return;
    const closing = event.target.closest?.('[data-panel-close]');
    if (closing && svg()) { event.preventDefault(); shut(); return; }
    // A step in the graph, or one that the panel names.
    const link = event.target.closest?.('#panel a[data-goto]');
    const name = link ? link.dataset.goto : event.target.closest?.('#dag a[data-step]')?.dataset.step;
    if (name === undefined || !svg() || !graphFolds.holder(name)) return;
    event.preventDefault();
    choose(name);
  });
  document.addEventListener('focusin', (event) => {
    const a = event.target.closest?.('#dag a');
    if (a) focused = key(a);
  });
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.key === 'Escape' && panel()?.childElementCount && svg() && !document.getElementById('dialog')?.open) return shut();
    const a = event.target.closest?.('#dag a');
    if (!a) return;
    if (event.key.startsWith('Arrow')) { event.preventDefault(); go(step(a, event.key)); }
    else if (event.key === '+' || event.key === '=') rescale((zoom ?? fitted()) * 1.25);
    else if (event.key === '-') rescale((zoom ?? fitted()) * 0.8);
    else if (event.key === '0') fit();
  });
  document.addEventListener('wheel', (event) => {
    const box = event.target.closest?.('#canvas');
    if (!box || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    const at = box.getBoundingClientRect();
    rescale((zoom ?? fitted()) * Math.exp(-event.deltaY / 300), event.clientX - at.left, event.clientY - at.top);
  }, { passive: false });
})();
