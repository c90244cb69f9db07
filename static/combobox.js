// Fields with suggestions: a list that opens under the field, grouped, with what each value is in columns, the values
// used last first. Any other value can be typed. Without script the browser's own list is there.
(() => {
  'use strict';
  const USED = 'sluicegate-used:';
  const MAX_USED = 5;
  const PAGE = 10;
  if (!('popover' in HTMLElement.prototype)) return;

  const make = (name, attributes, ...content) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...content);
    return element;
  };
  const used = (source) => {
    try {
      const known = JSON.parse(localStorage.getItem(USED + source) ?? '[]');
      return Array.isArray(known) ? known.filter((one) => typeof one === 'string') : [];
    } catch { return []; }
  };
  const remember = (source, value) => {
    const kept = [value, ...used(source).filter((one) => one !== value)].slice(0, MAX_USED);
    try { localStorage.setItem(USED + source, JSON.stringify(kept)); } catch { /* Nothing depends on it. */ }
  };

  // The values of a datalist. One that begins a group names it, for itself and those that follow.
  const read = (source) => {
    let group = '';
    return [...(document.getElementById(source)?.options ?? [])].map(({ value, label, dataset }) => {
      group = dataset.group ?? group;
      return { value, group, about: label === value ? '' : label };
    });
  };

  // Which field the list belongs to, and its options in order.
  let field = null;
  let options = [];
  let active = -1;
  const box = make('div', { id: 'suggestions', role: 'listbox', popover: 'manual', 'aria-label': 'Suggestions' });

  const activate = (index) => {
    options[active]?.removeAttribute('data-active');
    active = index;
    const option = options[index];
    option?.setAttribute('data-active', '');
    option?.scrollIntoView({ block: 'nearest' });
    if (option) field.setAttribute('aria-activedescendant', option.id);
    else field.removeAttribute('aria-activedescendant');
  };

  const place = () => {
    if (!field) return;
    const { left, top, bottom, width } = field.getBoundingClientRect();
    const [above, below] = [top - 16, innerHeight - bottom - 16];
    const isBelow = below >= 240 || below >= above;
    const room = Math.max(120, Math.min(320, isBelow ? below : above));
    const wide = Math.min(Math.max(width, 400), innerWidth - 16);
    Object.assign(box.style, {
      left: `${Math.max(8, Math.min(left, innerWidth - wide - 8))}px`,
      width: `${wide}px`,
      maxHeight: `${room}px`,
      top: isBelow ? `${bottom + 4}px` : 'auto',
      bottom: isBelow ? 'auto' : `${innerHeight - top + 4}px`,
    });
  };

  const close = () => {
    if (!field) return;
    field.setAttribute('aria-expanded', 'false');
    field.removeAttribute('aria-activedescendant');
    field = null;
    box.hidePopover();
    box.remove();
  };

  // Shows what matches `text`; all of it while nothing was typed.
  const fill = (text) => {
    const source = field.dataset.suggestions;
    const known = read(source);
    const query = textSearch.parse(text);
    const matching = known.filter(({ value, about, group }) => textSearch.matches(query, [value], [about, group]));
    const last = used(source).map((value) => matching.find((one) => one.value === value)).filter(Boolean);
    const rows = [...last.map((one) => ({ ...one, group: 'Used recently' })), ...matching];
    options = [];
    active = -1;
    const groups = [];
    for (const { value, about, group } of rows) {
      if (!groups.length || groups.at(-1).name !== group) {
        const part = make('div', group ? { role: 'group', 'aria-label': group } : { role: 'group' });
        if (group) part.append(make('p', { 'aria-hidden': 'true' }, group));
        groups.push({ name: group, part });
      }
      const cells = [value, ...about.split(' · ').filter(Boolean)].map((cell) => make('span', {}, cell));
      const isChosen = value === field.value;
      const option = make('div', { role: 'option', id: `suggestion-${options.length}`, 'aria-selected': String(isChosen) }, ...cells);
      option.dataset.value = value;
      groups.at(-1).part.append(option);
      options.push(option);
    }
    box.replaceChildren(...groups.map(({ part }) => part));
    return options.length;
  };

  const open = (input, text) => {
    if (field !== input) close();
    const isOpen = field === input;
    field = input;
    if (!fill(text)) { close(); return; }
    if (!isOpen) {
      // In the dialog, which nothing outside of it lies over.
      input.closest('.how').append(box);
      box.showPopover();
      input.setAttribute('aria-expanded', 'true');
    }
    place();
    box.scrollTop = 0;
    field.removeAttribute('aria-activedescendant');
    const chosen = text ? -1 : options.findLastIndex((option) => option.dataset.value === input.value);
    if (chosen >= 0) box.scrollTop = options[chosen].offsetTop - box.clientHeight / 2;
  };

  const choose = (option) => {
    const input = field;
    input.value = option.dataset.value;
    close();
    for (const name of ['input', 'change']) input.dispatchEvent(new Event(name, { bubbles: true }));
  };

  const enhance = () => {
    for (const input of document.querySelectorAll('.sheet input[list]')) {
      input.dataset.suggestions = input.getAttribute('list');
      input.removeAttribute('list');
      const roles = { role: 'combobox', 'aria-expanded': 'false', 'aria-autocomplete': 'list', 'aria-controls': box.id };
      for (const [name, value] of Object.entries(roles)) input.setAttribute(name, value);
    }
  };
  const combobox = ({ target }) => target.closest?.('input[data-suggestions]');

  enhance();
  document.addEventListener('htmx:after:swap', () => {
    if (field && !field.isConnected) close();
    enhance();
  });
  document.addEventListener('click', (event) => {
    const input = combobox(event);
    if (input && field !== input) open(input, '');
    const option = event.target.closest?.('#suggestions [role=option]');
    if (option) choose(option);
  });
  // What is pointed at in the list leaves the focus in the field.
  document.addEventListener('pointerdown', (event) => { if (box.contains(event.target)) event.preventDefault(); });
  document.addEventListener('mousedown', (event) => { if (box.contains(event.target)) event.preventDefault(); });
  document.addEventListener('input', (event) => {
    const input = combobox(event);
    if (input && event.isTrusted) open(input, input.value);
  });
  document.addEventListener('focusout', (event) => { if (event.target === field) close(); });
  for (const name of ['scroll', 'resize']) addEventListener(name, (event) => { if (event.target !== box) place(); }, true);

  const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: PAGE, PageUp: -PAGE };
  document.addEventListener('keydown', (event) => {
    const input = combobox(event);
    if (!input || event.isComposing) return;
    const isOpen = field === input;
    if (event.key in moves && (isOpen || event.key.startsWith('Arrow'))) {
      event.preventDefault();
      if (!isOpen) open(input, '');
      else if (event.altKey) { close(); return; }
      if (!field) return;
      const chosen = isOpen ? -1 : options.findIndex((option) => option.dataset.value === input.value);
      const [first, end] = [0, options.length - 1];
      const beyond = active < 0 ? (moves[event.key] > 0 ? first : end) : active + moves[event.key];
      activate(chosen >= 0 ? chosen : Math.min(Math.max(beyond, first), end));
    } else if (isOpen && event.key === 'Enter' && active >= 0) {
      event.preventDefault();
      choose(options[active]);
    } else if (isOpen && event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  }, true);
  document.addEventListener('submit', ({ target }) => {
    for (const input of target.querySelectorAll?.('input[data-suggestions]') ?? []) {
      if (read(input.dataset.suggestions).some(({ value }) => value === input.value)) remember(input.dataset.suggestions, input.value);
    }
  });
})();
