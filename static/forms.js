// Forms: what has changed, the rule for names while typing, ways to the fields. Every form works without
// it; listeners sit on the document, so that forms swapped in later need nothing more.
(() => {
  "use strict";

  const NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9])*$/;
  const NAME_MAX = 82;
  const lines = (text) => text.replace(/\r\n?/g, "\n");

  const radios = (field) => [...field.querySelectorAll("input[type=radio]")];
  const control = (field) => field.querySelector("input, select, textarea");

  function value(field) {
    const choice = radios(field);
    if (choice.length === 0) return lines(control(field).value);
    return choice.find((radio) => radio.checked)?.value ?? "";
  }

  // Booleans are spelled in either case.
  function isDefault(field) {
    const [now, then] = [value(field), lines(field.dataset.default)];
    return radios(field).length > 0 ? now === then.toLowerCase() : now === then;
  }

  function mark(field) {
    if (field.dataset.default === undefined) return;
    const changed = !isDefault(field);
    field.toggleAttribute("data-changed", changed);
    field.querySelector("[data-is-changed]").hidden = !changed;
    const form = field.closest("form");
    const count = form?.querySelector("[data-count]");
    if (count) count.textContent = String(form.querySelectorAll("[data-changed]").length);
  }

  function reset(field) {
    const then = lines(field.dataset.default);
    const choice = radios(field);
    if (choice.length === 0) {
      control(field).value = then;
    } else {
      for (const radio of choice) radio.checked = radio.value === then.toLowerCase();
    }
    const first = choice.find((radio) => radio.checked) ?? control(field);
    first.dispatchEvent(new Event("input", { bubbles: true }));
    first.focus();
  }

  // A sentence about the value that stood there before is no longer true of the one being typed.
  function forgive(target) {
    const how = target.closest(".how, .reason");
    if (!how) return;
    how.querySelector(":scope > .fault, .message > .fault")?.remove();
    for (const invalid of how.querySelectorAll("[aria-invalid]")) invalid.removeAttribute("aria-invalid");
  }

  // A field is checked when it is left after a change, by the server, as when the form is sent. What is being pressed
  // at that moment must not move, and a form that is sent is checked as a whole.
  let pressed = false;
  const sent = new WeakSet();
  document.addEventListener("pointerdown", () => { pressed = true; }, true);
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => { pressed = false; }, true);
  document.addEventListener("submit", (event) => sent.add(event.target));
  document.addEventListener("htmx:finally:request", (event) => sent.delete(event.detail?.ctx?.sourceElement));
  addEventListener("pageshow", () => { for (const form of document.forms) sent.delete(form); });

  function check(field) {
    if (!field.isConnected || sent.has(field.closest("form"))) return;
    field.dataset.checked = value(field);
    field.dispatchEvent(new Event("check"));
  }

  document.addEventListener("change", (event) => {
    const field = event.target instanceof Element ? event.target.closest("[data-field][hx-post]") : null;
    if (!field) return;
    const soon = () => setTimeout(() => check(field));
    if (pressed) document.addEventListener("pointerup", soon, { once: true });
    else soon();
  });

  // An answer about a value that has changed again since is not shown.
  document.addEventListener("htmx:before:swap", (event) => {
    const field = event.detail?.ctx?.sourceElement;
    if (field?.matches?.("[data-field]") && field.dataset.checked !== value(field)) event.preventDefault();
  });
  document.addEventListener("htmx:after:swap", (event) => {
    const field = event.detail?.ctx?.sourceElement;
    if (!field?.matches?.("[data-field]")) return;
    const target = field.querySelector("[role=radiogroup]") ?? control(field);
    if (field.querySelector(".message > .fault")) target.setAttribute("aria-invalid", "true");
    else target.removeAttribute("aria-invalid");
  });

  // The link that fills the form as it is filled now. A name that was offered is not part of it: it would be taken.
  function link(form, address) {
    const to = new URL(address, location.href);
    const { name } = form.elements;
    if (name.value !== name.defaultValue) to.searchParams.set(name.name, name.value);
    for (const field of form.querySelectorAll("[data-field]")) {
      const isDefault = field.dataset.default !== undefined && !("changed" in field.dataset);
      const isEmpty = field.dataset.default === undefined && value(field) === "";
      if (!isDefault && !isEmpty) to.searchParams.set(field.querySelector("[name]").name, value(field));
    }
    return to.href;
  }
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-link-to-form]") : null;
    if (button) button.dataset.copy = link(button.form, button.form.dataset.link);
  }, true);

  // The server says what is wrong, a moment later; whether something is wrong shows at once.
  function checkName(input) {
    const name = input.value.trim();
    const valid = name.length <= NAME_MAX && NAME.test(name);
    if (valid) {
      input.removeAttribute("aria-invalid");
      input.form?.querySelector("#name-message > .fault")?.remove();
    } else {
      input.setAttribute("aria-invalid", "true");
    }
  }

  function goTo(id) {
    const target = document.getElementById(id);
    const focused = target?.matches("[role=radiogroup]")
      ? (target.querySelector(":checked") ?? target.querySelector("input"))
      : target;
    focused?.focus();
    focused?.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("input", (event) => {
    const target = event.target;
    if (!(target instanceof Element)) return;
    if (target.matches("[data-name]")) {
      checkName(target);
      return;
    }
    forgive(target);
    const field = target.closest("[data-field]");
    if (field) mark(field);
  });

  // A field of one line would drop the line breaks of what it is given, without a word: it becomes one of several.
  function makeRoom(input) {
    const area = document.createElement("textarea");
    for (const { name, value } of input.attributes) {
      const isOfLine = ["value", "type", "inputmode", "list", "role", "data-suggestions"].includes(name);
      const isOfList = ["aria-expanded", "aria-controls", "aria-autocomplete", "aria-activedescendant"].includes(name);
      if (!isOfLine && !isOfList) area.setAttribute(name, value);
    }
    area.rows = 3;
    area.defaultValue = input.defaultValue;
    area.value = input.value;
    input.replaceWith(area);
    return area;
  }
  globalThis.formFields = { makeRoom };

  document.addEventListener("paste", (event) => {
    const input = event.target instanceof Element ? event.target.closest("[data-field] input") : null;
    const text = lines(event.clipboardData?.getData("text/plain") ?? "").replace(/\n+$/, "");
    if (!input || !text.includes("\n")) return;
    event.preventDefault();
    const [start, end] = [input.selectionStart, input.selectionEnd];
    const area = makeRoom(input);
    area.setRangeText(text, start, end, "end");
    area.focus();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const button = target?.closest("[data-reset], [data-use], a[data-to]");
    if (!button) return;
    if (button.matches("[data-reset]")) {
      reset(button.closest("[data-field]"));
    } else if (button.matches("[data-use]")) {
      const input = button.closest(".how").querySelector("input");
      input.value = button.dataset.use;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.focus();
    } else {
      event.preventDefault();
      goTo(button.getAttribute("href").slice(1));
    }
  });
})();
