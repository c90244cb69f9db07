// Times in the reader's own zone, with how long ago they were; durations that count while something
// runs. The server writes UTC, which stays where no script runs.
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
    const s = Math.floor(ms / 1000);
    if (s < 0) return 'in the future';
    if (s < 60) return 'just now';
    if (s < 3600) return `${Math.floor(s / 60)}\u00a0min\u00a0ago`;
    if (s < 86400) return `${Math.floor(s / 3600)}\u00a0h\u00a0ago`;
    return `${Math.floor(s / 86400)}\u00a0d\u00a0ago`;
  };

  const text = (form, at, now) => {
    const today = day(at) === day(now);
    if (form === 'date') return day(at);
    if (form === 'clock') return today ? clock(at) : `${day(at)} ${clock(at)}`;
    if (form === 'full') return `${day(at)} ${clock(at)}`;
    return `${today ? clock(at) : `${day(at)} ${clock(at).slice(0, 5)}`} · ${ago(now - at)}`;
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

  const show = () => {
    const now = new Date();
    const still = stoodStill();
    for (const element of document.querySelectorAll('time[datetime]')) {
      const at = new Date(element.dateTime);
      if (Number.isNaN(at.getTime())) continue;
      write(element, text(element.dataset.form, at, now));
    }
    for (const element of document.querySelectorAll('.dur[data-since]')) {
      const text = duration(((still ?? now) - new Date(element.dataset.since)) / 1000);
      write(element, still ? `at least ${text}` : text);
    }
  };

  // Spelling out a moment with its zone is slow; only the one pointed at needs it.
  document.addEventListener('pointerover', (event) => {
    const element = event.target.closest?.('time[datetime]');
    if (!element || element.title) return;
    const at = new Date(element.dateTime);
    if (!Number.isNaN(at.getTime())) element.title = at.toString();
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
      element.removeAttribute('title');
      show();
    }
  });
})();
