// Times in the reader's own zone, with how long ago they were, and in their titles to the second and with the zone;
// durations that count while something runs. The server writes UTC, which stays where no script runs.
(() => {
  'use strict';
  const pad = (n) => String(n).padStart(2, '0');
  const day = (d) => `${d.getFullYear()}-${pad(d.getMonth() + 1)}-${pad(d.getDate())}`;
  globalThis.readersDay = day;
  const clock = (d) => `${pad(d.getHours())}:${pad(d.getMinutes())}:${pad(d.getSeconds())}`;

  // Spelled as the server spells them.
  const duration = (seconds) => {
    const s = Math.max(0, Math.floor(seconds));
    const [m, h, d] = [Math.floor(s / 60), Math.floor(s / 3600), Math.floor(s / 86400)];
    if (s < 60) return `${s}s`;
    if (s < 3600) return `${m}m ${pad(s % 60)}s`;
    if (s < 86400) return `${h}h ${pad(m % 60)}m`;
    return `${d}d ${pad(h % 24)}h`;
  };
  const ago = (ms) => {
    const s = Math.floor(Math.abs(ms) / 1000);
    if (s < 60) return 'just now';
    const length = s < 3600 ? `${Math.floor(s / 60)}\u00a0min` : s < 86400 ? `${Math.floor(s / 3600)}\u00a0h` : `${Math.floor(s / 86400)}\u00a0d`;
    // A clock may be ahead of the reader's.
    return ms < 0 ? `in\u00a0${length}` : `${length}\u00a0ago`;
  };

  // Spelled as the server spells them: `26 Nov 2026`, in the reader's zone.
  const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  const date = (d) => `${d.getDate()} ${MONTHS[d.getMonth()]} ${d.getFullYear()}`;
  const shortDate = (d) => `${d.getDate()} ${MONTHS[d.getMonth()]}`;
  // Another year needs its number more than the time of day, which is in the title.
  const moment = (d, now) => (d.getFullYear() === now.getFullYear()
    ? `${shortDate(d)} ${clock(d).slice(0, 5)}` : date(d));
  const zones = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' });
  const zone = (d) => zones.formatToParts(d).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const exact = (d) => `${date(d)} ${clock(d)} ${zone(d)}`;

  const text = (form, at, now) => {
    if (form === 'date') return date(at);
    if (form === 'full') return `${date(at)} ${clock(at)}`;
    if (form === 'both') return `${moment(at, now)} `;
    if (day(at) === day(now)) return clock(at);
    return at.getFullYear() === now.getFullYear() ? `${shortDate(at)} ${clock(at)}` : date(at);
  };

  const write = (element, value) => {
    if (element.textContent !== value) element.textContent = value;
  };

  // What cannot be refreshed does not go on: when what is shown was last known, or null while it is current.
  const stoodStill = () => {
    const known = document.querySelector('.outage time')?.dateTime;
    const lost = document.querySelector('#lost[data-known]')?.dataset.known;
    const times = [known, lost].filter(Boolean).map((at) => new Date(at));
    return times.length ? new Date(Math.min(...times)) : null;
  };

  // The title of each moment is spelled once: naming its zone is slow.
  const titles = new WeakMap();
  const titleOf = (element, at) => {
    const known = titles.get(element);
    if (known?.iso === element.dateTime) return known.title;
    const title = exact(at);
    titles.set(element, { iso: element.dateTime, title });
    return title;
  };
  const showTime = (element, now) => {
    const at = new Date(element.dateTime);
    if (Number.isNaN(at.getTime())) return;
    const { form } = element.dataset;
    const shown = text(form, at, now);
    const past = form === 'both' ? ago(now - at) : '';
    if (element.textContent !== shown + past) {
      element.textContent = shown;
      if (past) element.append(Object.assign(document.createElement('small'), { textContent: past }));
    }
    const title = titleOf(element, at);
    if (element.title !== title) element.title = title;
  };

  const count = (elements) => {
    const [now, still] = [new Date(), stoodStill()];
    for (const element of elements) {
      const text = duration(((still ?? now) - new Date(element.dataset.since)) / 1000);
      write(element, still ? `at least ${text}` : text);
    }
  };

  const show = () => {
    const now = new Date();
    for (const element of document.querySelectorAll('time[datetime]')) showTime(element, now);
    count(document.querySelectorAll('.dur[data-since]'));
  };

  // Counting in the titles of a thousand steps is slow; only the one pointed at needs it.
  for (const event of ['pointerover', 'focusin']) {
    document.addEventListener(event, ({ target }) => {
      count(target.closest?.('a[data-step]')?.querySelectorAll('title [data-since]') ?? []);
    });
  }

  // What a bar stands for has its time between the first two dots.
  document.addEventListener('pointerover', (event) => {
    const bar = event.target.closest?.('.strip a');
    const [status, time, ...rest] = bar?.title.split(' · ') ?? [];
    if (time?.endsWith(' UTC')) bar.title = [status, moment(new Date(time), new Date()), ...rest].join(' · ');
  });

  show();
  setInterval(() => { if (!document.hidden) show(); }, 1000);
  document.addEventListener('visibilitychange', show);
  for (const event of ['htmx:after:swap', 'sluicegate:lost']) document.addEventListener(event, show);
  // An unchanged answer moves nothing but its age.
  document.addEventListener('htmx:after:request', (event) => {
    const asOf = event.detail?.ctx?.response?.headers?.get?.('Sluicegate-As-Of');
    const element = document.getElementById('as-of');
    if (asOf && element) {
      element.dateTime = asOf;
      show();
    }
  });
})();
