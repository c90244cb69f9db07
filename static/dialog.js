// The dialog: it holds forms made by the server, and the list of keys.
(() => {
  'use strict';
  const dialog = () => document.getElementById('dialog');

  const open = () => {
    const box = dialog();
    if (!box || box.open) return;
    box.showModal();
    const first = 'input:not([type=hidden]), textarea, select, button';
    (box.querySelector('[autofocus]') ?? box.querySelector(first))?.focus();
  };
  const close = () => {
    const box = dialog();
    if (box?.open) box.close();
  };

  // What opened the dialog. An action that the page behind it no longer offers does not apply any more: its form is
  // fetched again, and is then answered with the reason. Not while that very action is on its way: then it is why.
  let opener = null;
  let sending = null;
  const offers = (address) => [...document.querySelectorAll('#live [hx-get]')].some((one) => one.getAttribute('hx-get') === address);
  const followPage = () => {
    if (!opener || sending || !dialog()?.open || offers(opener)) return;
    const address = opener;
    opener = null;
    globalThis.htmx?.ajax('GET', address, { target: '#dialog', swap: 'innerHTML' });
  };

  document.addEventListener('htmx:before:request', ({ detail }) => {
    if (detail?.ctx?.sourceElement?.matches?.('#dialog form[hx-post]')) sending = detail.ctx;
  });
  document.addEventListener('htmx:finally:request', ({ detail }) => {
    if (detail?.ctx === sending) sending = null;
  });
  // A form that was fetched again comes too late where the dialog was closed meanwhile, or its form sent.
  document.addEventListener('htmx:before:swap', (event) => {
    const { target, sourceElement } = event.detail?.ctx ?? {};
    if (target?.id !== 'dialog' || sourceElement?.matches?.('[hx-get]')) return;
    if (sending || !dialog()?.open) event.preventDefault();
  });

  document.addEventListener('htmx:after:swap', (event) => {
    const { target, sourceElement } = event.detail?.ctx ?? {};
    if (target?.id === 'dialog' && target.childElementCount) {
      const address = sourceElement?.getAttribute?.('hx-get');
      if (address) opener = offers(address) ? address : null;
      open();
    }
    if (target?.id === 'live') followPage();
    if (target === document.body) close();
  });

  // What opened the dialog may be gone once its action is done: focus moves to the banner, which reports it.
  document.addEventListener('sluicegate:done', () => {
    opener = null;
    close();
    setTimeout(() => {
      if (document.activeElement && document.activeElement !== document.body) return;
      (document.querySelector('#banner a') ?? document.getElementById('main'))?.focus({ preventScroll: true });
    });
  });

  const isOutside = (event, { left, right, top, bottom }) =>
    event.clientX < left || event.clientX > right || event.clientY < top || event.clientY > bottom;

  document.addEventListener('click', (event) => {
    const box = dialog();
    if (!box?.open) return;
    if (event.target.closest?.('[data-close]')) {
      event.preventDefault();
      close();
    } else if (event.target === box && isOutside(event, box.getBoundingClientRect()) && !box.querySelector('form')) {
      // A click beside a form must not discard what was typed into it.
      close();
    }
  });
})();
