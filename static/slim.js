// Once the banner is scrolled past, a slim head has the name of the execution, its status and its actions. A frame is as
// tall as its page and has none.
(() => {
  'use strict';
  if ('framed' in document.documentElement.dataset) return;
  let isPast = false;
  const fill = () => {
    const banner = document.querySelector('.head ~ #banner');
    let slim = document.getElementById('slim');
    const shown = Boolean(banner && isPast);
    document.documentElement.toggleAttribute('data-slim', shown);
    if (!shown) { slim?.remove(); return; }
    const copy = (selector, from) => from.querySelector(selector)?.cloneNode(true);
    const parts = [copy('h1 > bdi', document), copy('strong', banner), copy('.btns', banner)].filter(Boolean);
    const held = document.activeElement?.closest?.('#slim') ? document.activeElement.textContent : null;
    const status = [...banner.classList].find((name) => name.startsWith('s-')) ?? 's-idle';
    const signature = status + parts.map((part) => part.outerHTML).join('');
    if (slim?.dataset.signature === signature) return;
    slim ??= document.createElement('div');
    slim.id = 'slim';
    slim.dataset.signature = signature;
    slim.className = `slim ${status}`;
    slim.replaceChildren(...parts);
    if (!slim.isConnected) document.getElementById('main').append(slim);
    htmx.process(slim);
    if (held) [...slim.querySelectorAll('.btn')].find((button) => button.textContent === held)?.focus();
  };
  const observer = new IntersectionObserver(([entry]) => {
    isPast = !entry.isIntersecting && entry.boundingClientRect.bottom <= 0;
    fill();
  });
  let observed = null;
  const follow = () => {
    const banner = document.getElementById('banner');
    if (banner !== observed) {
      observer.disconnect();
      observed = banner;
      isPast = false;
      if (banner) observer.observe(banner);
    }
    fill();
  };
  follow();
  document.addEventListener('htmx:after:swap', follow);
})();
