// The graph under the pointer: the mouse drags its ground, two fingers pinch it, a double tap zooms in and out again.
// One finger scrolls the canvas, as it scrolls everything else.
(() => {
  'use strict';
  const DRAG_AFTER_PX = 5;
  const DOUBLE_TAP_MS = 300;
  const DOUBLE_TAP_PX = 30;
  const DOUBLE_TAP_ZOOM = 1.8;
  const within = (event) => event.target.closest?.('#canvas');

  // ---- The mouse drags. ----
  let drag = null;
  let dragged = false;
  document.addEventListener('pointerdown', (event) => {
    dragged = false;
    const box = within(event);
    if (!box || event.pointerType !== 'mouse' || event.button !== 0) return;
    drag = { box, x: event.clientX, y: event.clientY, left: box.scrollLeft, top: box.scrollTop };
  });
  document.addEventListener('pointermove', (event) => {
    if (!drag) return;
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!dragged && Math.hypot(dx, dy) < DRAG_AFTER_PX) return;
    dragged = true;
    drag.box.classList.add('dragging');
    drag.box.scrollLeft = drag.left - dx;
    drag.box.scrollTop = drag.top - dy;
  });
  const drop = () => {
    drag?.box.classList.remove('dragging');
    drag = null;
  };
  document.addEventListener('pointerup', drop);
  document.addEventListener('pointercancel', drop);
  document.addEventListener('dragstart', (event) => { if (event.target.closest?.('#dag')) event.preventDefault(); });
  // What ends a drag is not a click on the step below it.
  document.addEventListener('click', (event) => {
    if (!dragged || !within(event)) return;
    event.preventDefault();
    event.stopPropagation();
  }, true);

  // ---- Two fingers pinch: the point between them stays between them. ----
  let pinch = null;
  const between = ([a, b], box) => {
    const at = box.getBoundingClientRect();
    return [
      (a.clientX + b.clientX) / 2 - at.left, (a.clientY + b.clientY) / 2 - at.top,
      Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY),
    ];
  };
  document.addEventListener('touchstart', (event) => {
    const box = within(event);
    pinch = null;
    if (!box || event.touches.length !== 2) return;
    event.preventDefault();
    const [x, y, distance] = between(event.touches, box);
    pinch = { box, x, y, distance: Math.max(1, distance), scale: graphView.scale() };
  }, { passive: false });
  document.addEventListener('touchmove', (event) => {
    if (!pinch || event.touches.length !== 2) return;
    event.preventDefault();
    const [x, y, distance] = between(event.touches, pinch.box);
    pinch.box.scrollBy(pinch.x - x, pinch.y - y);
    [pinch.x, pinch.y] = [x, y];
    graphView.rescale(pinch.scale * distance / pinch.distance, x, y);
  }, { passive: false });
  document.addEventListener('touchend', (event) => { if (event.touches.length < 2) pinch = null; });

  // ---- A double tap, or a double click on the ground. ----
  const zoomAt = (box, event) => {
    const at = box.getBoundingClientRect();
    const isZoomed = graphView.scale() > graphView.fitted() * 1.01;
    graphView.rescale(graphView.fitted() * (isZoomed ? 1 : DOUBLE_TAP_ZOOM), event.clientX - at.left, event.clientY - at.top);
  };
  let tap = null;
  document.addEventListener('pointerup', (event) => {
    const box = within(event);
    if (!box || event.pointerType === 'mouse' || !event.isPrimary) return;
    const { timeStamp, clientX: x, clientY: y } = event;
    const isSecond = tap && timeStamp - tap.timeStamp < DOUBLE_TAP_MS && Math.hypot(x - tap.x, y - tap.y) < DOUBLE_TAP_PX;
    tap = isSecond ? null : { timeStamp, x, y };
    if (isSecond) zoomAt(box, event);
  });
  document.addEventListener('dblclick', (event) => {
    const box = within(event);
    if (!box || event.pointerType === 'touch' || event.sourceCapabilities?.firesTouchEvents || event.target.closest('a')) return;
    zoomAt(box, event);
  });
})();
