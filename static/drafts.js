// What is typed into a form is kept until it was sent: Escape, Back, a reload or an ended session lose nothing. It stays
// in this tab's session storage and never holds what looks like a secret. Where storage is refused, as in some frames,
// it is kept while the page lives, and leaving is asked about.
(() => {
  'use strict';
  const FORM = 'form.sheet[method=post]';
  const SECRET_NAME = /secret|token|passw|credential|api.?key|private.?key/i;
  const SECRET_VALUE = /\b(AKIA|ASIA)[0-9A-Z]{16}\b|-----BEGIN|\beyJ[\w-]+\.eyJ/;
  const PREFIX = 'sluicegate-draft:';
  const SENT = 'sluicegate-sent';

  const memory = new Map();
  const store = (() => {
    try {
      sessionStorage.setItem(PREFIX, '1');
      sessionStorage.removeItem(PREFIX);
      return sessionStorage;
    } catch {
      return null;
    }
  })();
  const read = (key) => (store ? store.getItem(key) : memory.get(key)) ?? null;
  const remove = (key) => { if (store) store.removeItem(key); else memory.delete(key); };
  const write = (key, text) => {
    try { if (store) store.setItem(key, text); else memory.set(key, text); } catch { /* Full: what is typed stays in the form. */ }
  };

  // A form that was filled from an execution is another one than the empty form.
  const keyOf = (form) => `${PREFIX}${new URL(form.action).pathname}|${form.elements.copy?.value ?? ''}`;
  const draftOf = (form) => JSON.parse(read(keyOf(form)) ?? '{}');
  const controls = (form, name) => [...form.elements].filter((one) => one.name === name && one.type !== 'hidden');
  const valueOf = (form, name) => {
    const all = controls(form, name);
    return (all[0]?.type === 'radio' ? all.find((one) => one.checked) : all[0])?.value;
  };
  const isSecret = (name, value) => SECRET_NAME.test(name) || SECRET_VALUE.test(value);

  let resetting = false;
  const keep = (event) => {
    if (resetting) return;
    const form = event.target instanceof Element ? event.target.closest(FORM) : null;
    const name = event.target.name;
    if (!form || !name || event.target.type === 'hidden') return;
    const draft = draftOf(form);
    const value = valueOf(form, name) ?? '';
    if (isSecret(name, value)) delete draft[name];
    else draft[name] = value;
    if (Object.keys(draft).length) write(keyOf(form), JSON.stringify(draft));
    else remove(keyOf(form));
  };
  document.addEventListener('input', keep);
  document.addEventListener('change', keep);

  const put = (form, name, value) => {
    const all = controls(form, name);
    if (!all.length || valueOf(form, name) === value) return false;
    const isCut = all[0].tagName === 'INPUT' && value.includes('\n');
    const first = isCut ? globalThis.formFields.makeRoom(all[0]) : all[0];
    if (first.type === 'radio') {
      const chosen = all.find((one) => one.value === value);
      if (!chosen) return false;
      chosen.checked = true;
    } else {
      first.value = value;
      // A choice that is no longer offered.
      if (first.value !== value && first.tagName === 'SELECT') return false;
    }
    first.dispatchEvent(new Event('input', { bubbles: true }));
    return true;
  };

  const note = (form) => {
    const line = document.createElement('p');
    const discard = document.createElement('button');
    Object.assign(discard, { type: 'button', className: 'copy', textContent: 'Discard them' });
    discard.dataset.discardDraft = '';
    line.className = 'notice';
    line.dataset.draft = '';
    line.append('Your earlier entries are filled in. ', discard);
    form.querySelector('.sheet-body')?.prepend(line);
    discard.addEventListener('click', () => {
      form.reset();
      remove(keyOf(form));
      line.remove();
      // The marks of what was changed follow.
      resetting = true;
      for (const one of form.elements) if (one.name && one.type !== 'hidden') one.dispatchEvent(new Event('input', { bubbles: true }));
      resetting = false;
    });
  };

  const restore = (form) => {
    const draft = draftOf(form);
    const restored = Object.entries(draft).filter(([name, value]) => put(form, name, value));
    if (restored.length) note(form);
  };

  // A form that was sent without script led to another page: what was typed is no longer needed.
  const settle = () => {
    let sent = null;
    try { sent = store?.getItem(SENT); store?.removeItem(SENT); } catch { /* Nothing was kept. */ }
    const forms = [...document.querySelectorAll(FORM)];
    if (sent && !forms.some((form) => keyOf(form) === sent)) remove(sent);
    forms.forEach(restore);
  };
  document.addEventListener('submit', (event) => {
    if (!event.target.matches?.(FORM)) return;
    if (store) write(SENT, keyOf(event.target));
    else memory.clear();
  });
  document.addEventListener('htmx:after:request', (event) => {
    const { sourceElement: form, response } = event.detail?.ctx ?? {};
    if (!form?.matches?.(FORM)) return;
    remove(SENT);
    if (response && response.status < 300) remove(keyOf(form));
  });
  document.addEventListener('htmx:after:swap', (event) => {
    const target = event.detail?.ctx?.target;
    if (target?.id === 'dialog') target.querySelectorAll(FORM).forEach(restore);
  });
  if (!store) {
    addEventListener('beforeunload', (event) => { if (memory.size) event.preventDefault(); });
  }
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', settle);
  else settle();
})();
