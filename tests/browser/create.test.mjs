// The create form in a window: what is seen at once, and the list of instance types.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calm, violations } from './harness.mjs';
import { beforeAll, dialogs, open } from './pages.mjs';

let servers;
let chrome;
let found;
beforeAll((scene) => ({ servers, chrome, found } = scene));

const instance = (page) => page.locator('[name="p.ProcessingInstanceType"]');
const rows = (page) => page.locator('#suggestions [role="option"]');
const first = (page) => rows(page).first().locator('span').allTextContents();

for (const [name, show] of Object.entries({
  dialog: (page) => dialogs['create-dialog'](page, servers, found),
  page: (page) => open(page, found.create),
})) {
  test(`nine fields are seen without scrolling (${name})`, async () => {
    const page = await chrome.page();
    await show(page);
    const foot = await page.locator('.sheet-foot').boundingBox();
    const fields = page.locator('.field .how > :is(input, select, textarea, .switch)');
    assert.equal(await fields.count(), 11, 'name, description and nine parameters');
    for (const field of await fields.all()) {
      const { y, height } = await field.boundingBox();
      assert.ok(y >= 0 && y + height <= foot.y, `${await field.getAttribute('id')} ends at ${y + height}, the buttons begin at ${foot.y}`);
    }
    assert.ok(foot.y + foot.height <= 900, `the buttons end at ${foot.y + foot.height}`);
    calm(page);
  });
}

test('instance types are found by what they have, and chosen from the keyboard', async () => {
  const page = await chrome.page();
  await dialogs['create-dialog'](page, servers, found);
  const field = instance(page);
  await field.focus();
  await page.keyboard.press('ArrowDown');
  assert.equal(await field.getAttribute('aria-expanded'), 'true');
  const active = () => page.locator('#suggestions [data-active]');
  assert.equal(await active().getAttribute('data-value'), 'ml.m5.xlarge', 'the present value');
  assert.equal(await field.getAttribute('aria-activedescendant'), await active().getAttribute('id'));
  assert.deepEqual(await violations(page), []);
  // Escape closes the list and leaves the dialog.
  await page.keyboard.press('Escape');
  assert.equal(await field.getAttribute('aria-expanded'), 'false');
  assert.ok(await page.locator('#dialog[open]').count());
  await field.selectText();
  await page.keyboard.type('g5 48');
  assert.deepEqual(await first(page), ['ml.g5.12xlarge', '48 vCPUs', '192 GiB', '4 A10G']);
  assert.deepEqual(await page.locator('#suggestions [role="group"]').evaluateAll((all) => all.map((one) => one.ariaLabel)), ['g5 · GPU']);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  assert.equal(await field.inputValue(), 'ml.g5.12xlarge');
  assert.equal(await rows(page).count(), 0);
  assert.equal(await page.locator('[data-count]').textContent(), '1');
  // With the pointer.
  await field.selectText();
  await page.keyboard.type('trn1');
  await rows(page).filter({ hasText: 'ml.trn1.2xlarge' }).click();
  assert.equal(await field.inputValue(), 'ml.trn1.2xlarge');
  assert.ok(await field.evaluate((input) => input === document.activeElement));
  // What is not in the list can be typed.
  await field.fill('ml.m99.huge');
  assert.equal(await rows(page).count(), 0);
  assert.equal(await field.inputValue(), 'ml.m99.huge');
  calm(page);
});

test('the instance types used last come first', async () => {
  const page = await chrome.page();
  await dialogs['create-dialog'](page, servers, found);
  await instance(page).fill('ml.c5.4xlarge');
  await page.locator('#dialog[open] button[type="submit"]').click();
  await page.waitForURL(/executions\/[a-z0-9]{12}$/);
  await dialogs['create-dialog'](page, servers, found);
  await instance(page).click();
  const group = page.locator('#suggestions [role="group"]').first();
  assert.equal(await group.getAttribute('aria-label'), 'Used recently');
  assert.ok((await group.locator('[role="option"]').evaluateAll((all) => all.map((one) => one.dataset.value))).includes('ml.c5.4xlarge'));
  calm(page);
});

test('where nothing may be stored, the list is as it was', async () => {
  const page = await chrome.page();
  await page.addInitScript(() => {
    const refuse = () => { throw new DOMException('denied', 'SecurityError'); };
    Object.defineProperty(globalThis, 'localStorage', { get: refuse });
  });
  await dialogs['create-dialog'](page, servers, found);
  await instance(page).fill('g5 48');
  await rows(page).first().click();
  assert.equal(await instance(page).inputValue(), 'ml.g5.12xlarge');
  await page.locator('#dialog[open] button[type="submit"]').click();
  await page.waitForURL(/executions\/[a-z0-9]{12}$/);
  calm(page);
});

test('without script the browser suggests instance types', async () => {
  const page = await chrome.page({ javaScriptEnabled: false });
  await open(page, found.create);
  const list = await instance(page).getAttribute('list');
  assert.ok(await page.locator(`#${list} option[value="ml.g5.12xlarge"][label*="A10G"]`).count());
});
