// The theme: the system's, or the reader's choice where it can be stored. In a frame the page around it chooses.
(() => {
  'use strict';
  const STORAGE_KEY = 'sluicegate-theme';
  const root = document.documentElement;
  const framed = root.dataset.framed !== undefined;

  const load = () => { try { return localStorage.getItem(STORAGE_KEY); } catch { return null; } };
  const store = (theme) => { try { localStorage.setItem(STORAGE_KEY, theme); } catch { /* nothing depends on it */ } };

  const apply = (theme) => {
    const chosen = ['light', 'dark'].includes(theme) ? theme : 'auto';
    if (chosen === 'auto') delete root.dataset.theme;
    else root.dataset.theme = chosen;
    for (const button of document.querySelectorAll('[data-theme-choice]')) {
      button.setAttribute('aria-pressed', String(button.dataset.themeChoice === chosen));
    }
  };

  const ready = () => { if (!framed) apply(load()); };
  ready();
  document.addEventListener('htmx:after:swap', (event) => {
    if (event.detail?.ctx?.target === document.body) ready();
  });
  document.addEventListener('click', (event) => {
    const button = event.target.closest?.('[data-theme-choice]');
    if (!button) return;
    store(button.dataset.themeChoice);
    apply(button.dataset.themeChoice);
  });
})();
