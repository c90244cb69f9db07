// The menu of the person: arrow keys go through it, Escape and whatever is outside of it close it.
(() => {
  'use strict';
  const menu = () => document.querySelector('.menu[open]');
  const items = (open) => [...open.querySelectorAll('.choices :is(a[href], button)')].filter((one) => one.checkVisibility());
  const close = (open) => {
    open.open = false;
    open.querySelector('summary').focus();
  };

  const ends = { Home: 0, End: -1 };
  const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
  document.addEventListener('keydown', (event) => {
    const summary = event.target.closest?.('.menu > summary');
    if (summary && ['ArrowDown', 'ArrowUp'].includes(event.key)) summary.parentElement.open = true;
    const open = menu();
    if (!open?.contains(event.target)) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      close(open);
      return;
    }
    const all = items(open);
    const at = all.indexOf(document.activeElement);
    const from = at < 0 && steps[event.key] < 0 ? 0 : at;
    const to = ends[event.key] ?? (event.key in steps ? (from + steps[event.key] + all.length) % all.length : null);
    if (to === null || !all.length) return;
    event.preventDefault();
    all.at(to).focus();
  });

  const leave = ({ target }) => {
    const open = menu();
    if (open && target instanceof Node && !open.contains(target)) open.open = false;
  };
  document.addEventListener('pointerdown', leave);
  document.addEventListener('focusin', leave);
})();
