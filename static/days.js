// Filters by days: a typed day is the one that the rows show, so the reader's zone goes along with it. Days that came
// with the address stay those of its zone, which the fields then name where it is another.
(() => {
  'use strict';
  const DEFAULT_ZONE = 'UTC';
  // Browsers know zones by several names.
  const canonical = (name) => {
    try {
      return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
    } catch {
      return name;
    }
  };
  const readers = () => {
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
    return timeZone && timeZone !== 'Etc/Unknown' ? timeZone : DEFAULT_ZONE;
  };

  const settle = (form) => {
    const { from, to, tz, filter } = form.elements;
    if (!tz) return;
    const own = readers();
    const days = [from, to].filter(Boolean);
    // A period of hours had made it a text.
    for (const field of days) if (field.value === '') field.type = 'date';
    if ([...days, filter].every((field) => !field || field.value === '')) tz.value = own;
    const zone = tz.value || DEFAULT_ZONE;
    for (const mark of form.querySelectorAll('[data-zone]')) {
      mark.textContent = ` (${zone})`;
      mark.hidden = canonical(zone) === canonical(own);
    }
  };

  // A period up to now begins with one of the reader's days, or some hours ago; a date field holds no time of day.
  const dayBefore = (days) => {
    const day = new Date();
    day.setDate(day.getDate() - days);
    return readersDay(day);
  };
  const hoursAgo = (hours) => new Date(Date.now() - hours * 3_600_000).toISOString().replace(/\.\d+Z$/, 'Z');
  document.addEventListener('click', (event) => {
    const button = event.target.closest?.('.periods button');
    if (!button) return;
    const { from, to, tz } = button.form.elements;
    const { periodDays, periodHours } = button.dataset;
    from.type = periodHours ? 'text' : 'date';
    from.value = periodHours ? hoursAgo(Number(periodHours)) : dayBefore(Number(periodDays));
    to.value = '';
    tz.value = readers();
    from.dispatchEvent(new Event('input', { bubbles: true }));
  });

  // What the server says is wrong stands below the fields.
  const point = (form) => {
    for (const field of form.querySelectorAll('[name]')) {
      const isWrong = document.querySelector(`[data-filter-error="${CSS.escape(field.name)}"]`) !== null;
      if (isWrong) field.setAttribute('aria-invalid', 'true');
      else field.removeAttribute('aria-invalid');
    }
  };

  const forms = () => document.querySelectorAll('form[role=search]');
  // A chip or a cell changed the filter: its text does so as well, unless it is being typed.
  const write = () => {
    const shown = document.querySelector('#live[data-filter], #live [data-filter]');
    const field = document.querySelector('form[role=search] [name=filter]');
    if (!shown || !field || field === document.activeElement) return;
    if (field.value !== shown.dataset.filter) field.value = shown.dataset.filter;
  };

  const ready = () => {
    write();
    for (const form of forms()) {
      settle(form);
      point(form);
    }
  };

  document.addEventListener('input', (event) => {
    const form = event.target.form;
    if (form?.matches('[role=search]')) settle(form);
  });
  // The address names a zone only beside days.
  document.addEventListener('htmx:config:request', (event) => {
    const { sourceElement, request } = event.detail?.ctx ?? {};
    if (!sourceElement?.matches?.('form[role=search]')) return;
    if (!['from', 'to', 'filter'].some((name) => request.body.get(name))) request.body.delete('tz');
  });
  document.addEventListener('htmx:after:swap', ready);
  ready();
})();
