// What a finger taps: on a telephone, what stands alone is 40 px high and wide at least. Links within a sentence are
// exempt, as in WCAG 2.5.8.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beforeAll, dialogs, open } from './pages.mjs';

const LEAST_PX = 40;
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

let servers;
let chrome;
let found;
beforeAll((scene) => ({ servers, chrome, found } = scene));

/** What is too small to tap. */
const small = (page) => page.evaluate((least) => {
  const sentences = 'p, li, dd, small, .about, .crumbs';
  const letters = (element) => element.textContent.replace(/\s+/g, '').length;
  const wrong = [];
  for (const one of document.querySelectorAll('a[href], button, summary, input:not([type=hidden]), select, textarea, [role=option]')) {
    if (!one.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    // In a graph sizes follow the zoom, and bars are as many as they are; what only a screen reader or the keyboard meets is not tapped; and a row that
    // opens does so wherever it is tapped.
    if (one.closest('svg, .strip, thead, .skip') || one.matches('a.opens')) continue;
    const sentence = one.matches('a') && one.closest(sentences);
    if (sentence && letters(sentence) > letters(one) + 3) continue;
    const { width, height } = (one.matches('[type=radio]') ? one.closest('label') : one).getBoundingClientRect();
    if (height < least - 0.5 || width < least - 0.5) {
      wrong.push([one.outerHTML.replace(/\s+/g, ' ').slice(0, 120), `${Math.round(width)} × ${Math.round(height)}`]);
    }
  }
  return wrong;
}, LEAST_PX);

/** Notes each kind of what is too small once, with where it is. */
const note = (wrong, where, found) => {
  for (const [one, size] of found) {
    const kind = one.replace(/(href|hx-get|title|aria-label|id)="[^"]*"/g, '');
    if (!wrong.has(kind)) wrong.set(kind, `${where}: ${one} is ${size}`);
  }
};

test('nothing to tap is smaller than a finger, on any page', async () => {
  const page = await chrome.page(PHONE);
  const wrong = new Map();
  for (const [name, known] of Object.entries(found)) {
    await open(page, known);
    await page.waitForFunction(() => globalThis.htmx || !document.getElementById('main')?.matches('[tabindex]'));
    note(wrong, name, await small(page));
  }
  assert.deepEqual([...wrong.values()], []);
});

test('nor in a dialog, a panel, the menu or a list of suggestions', async () => {
  const page = await chrome.page(PHONE);
  const wrong = new Map();
  for (const [name, show] of Object.entries(dialogs)) {
    await show(page, servers, found);
    note(wrong, name, await small(page));
  }
  await open(page, found.pipelines);
  await page.locator('#menu summary').click();
  note(wrong, 'menu', await small(page));
  await open(page, found.create);
  await page.locator('[role="combobox"]').first().click();
  await page.locator('#suggestions').waitFor();
  note(wrong, 'suggestions', await small(page));
  assert.deepEqual([...wrong.values()], []);
});
