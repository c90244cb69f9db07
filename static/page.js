// What follows the page as it is swapped and polled: the title and icon of the browser's tab, the tabs, announcements
// for screen readers, buttons that copy, and the addresses of searches.
(() => {
  'use strict';
  const announce = (sentence) => {
    const region = document.getElementById('announcements');
    if (region) region.textContent = sentence;
  };
  // A click that nothing but the page itself is meant by: no other tab, window or file.
  const isPlainClick = (event) => event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  globalThis.livePage = { announce, isPlainClick };

  // What only works with a script is hidden until there is one.
  const reveal = () => {
    for (const element of document.querySelectorAll('.copy[hidden], .zoom[hidden], #seek[hidden]')) {
      element.hidden = false;
    }
  };

  // The banner keeps its height; what does not fit is a click away.
  const fold = () => {
    for (const details of document.querySelectorAll('.banner details')) {
      const { open, parentElement: about } = details;
      details.open = false;
      details.hidden = true;
      details.hidden = about.scrollHeight <= about.clientHeight + 1;
      details.open = open;
    }
  };

  // While the console does not answer, the tab of something that ran says that its status is not known, as the server
  // does while SageMaker does not.
  const retitle = () => {
    const live = document.getElementById('live');
    const icon = document.getElementById('icon');
    const title = live?.dataset.title;
    if (!title) return;
    const unknown = document.querySelector('#lost[data-known]') ? live.dataset.unknownTitle : undefined;
    document.title = unknown ?? title;
    const href = unknown ? icon?.dataset.plain : live.dataset.icon;
    if (href && icon && icon.getAttribute('href') !== href) icon.setAttribute('href', href);
  };

  // Tabs that do not fit scroll; the current one is brought into view.
  const showCurrentTab = () => {
    const bar = document.querySelector('.tabs');
    const tab = bar?.querySelector('[aria-current]');
    if (!tab) return;
    const end = tab.offsetLeft + tab.offsetWidth;
    if (end > bar.offsetLeft + bar.clientWidth + bar.scrollLeft) bar.scrollLeft = tab.offsetLeft - bar.offsetLeft - 40;
  };

  const status = () => document.getElementById('banner')?.dataset.status;
  let announced = null;
  const announceStatus = () => {
    if (status() === announced) return;
    announced = status();
    if (announced) announce(document.querySelector('#banner strong')?.textContent ?? announced);
  };

  const refresh = () => {
    reveal();
    fold();
    retitle();
  };
  const ready = () => {
    refresh();
    showCurrentTab();
    announced = status();
  };
  ready();
  document.addEventListener('sluicegate:lost', retitle);
  window.addEventListener('resize', fold);

  document.addEventListener('htmx:after:swap', (event) => {
    if (event.detail?.ctx?.target === document.body) {
      ready();
      window.scrollTo(0, 0);
      document.getElementById('main')?.focus({ preventScroll: true });
    }
    refresh();
    announceStatus();
  });

  // The page and the panel of a step are polled each by itself, and show the same execution: once one of them has
  // changed, the other is read again at once. An unchanged answer ends that: each would call for the other for ever.
  const reread = (block) => {
    const source = document.getElementById(block);
    if (source) htmx.ajax('GET', source.getAttribute('hx-get'), { source, target: source, swap: 'outerMorph' });
  };
  document.addEventListener('htmx:after:swap', (event) => {
    const { target, response } = event.detail?.ctx ?? {};
    // Where the server chose the target, htmx keeps its selector.
    const swapped = typeof target === 'string' ? target.slice(1) : target?.id;
    if (response?.status === 304 || !document.getElementById('step')) return;
    if (swapped === 'live') reread('step');
    if (swapped === 'step' || swapped === 'panel') reread('live');
  });

  // The address of a search holds only the fields that are filled in.
  document.addEventListener('htmx:config:request', (event) => {
    const { sourceElement, request } = event.detail?.ctx ?? {};
    if (!sourceElement?.matches?.('form[role=search]')) return;
    for (const [name, value] of [...request.body]) if (value === '') request.body.delete(name);
  });

  // What is typed into one field is one entry of the history, however many letters it has. What was chosen before
  // keeps its own, and Back leads there.
  let typed = null;
  let made = null;
  document.addEventListener('input', (event) => {
    if (event.target.closest?.('form[role=search]')) typed = event.target;
  }, true);
  document.addEventListener('htmx:before:history:update', (event) => {
    const { sourceElement, history: update } = event.detail;
    if (!typed || !sourceElement?.matches?.('form[role=search]')) return;
    const goesOn = typed.type === 'search' && made?.field === typed.name && made.at === location.href;
    const isSame = new URL(update.path, location.href).href === location.href;
    if (!goesOn && !isSame) update.type = 'push';
  });
  document.addEventListener('htmx:after:history:update', (event) => {
    if (typed && event.detail.sourceElement?.matches?.('form[role=search]')) made = { field: typed.name, at: location.href };
  });

  document.addEventListener('click', async (event) => {
    const button = event.target.closest?.('[data-copy]');
    if (!button) return;
    const answer = (words) => {
      announce(words);
      if (button.textContent) {
        const label = (button.dataset.label ??= button.textContent);
        button.textContent = words;
        setTimeout(() => { button.textContent = label; }, 1500);
      } else {
        button.dataset.answer = words;
        setTimeout(() => { delete button.dataset.answer; }, 1500);
      }
    };
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      answer('Copied');
    } catch {
      answer('Not allowed here');
    }
  });
})();
