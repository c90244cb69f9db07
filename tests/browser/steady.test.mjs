// Nothing in an open list of executions moves while reasons arrive, and a row keeps its height while its execution ends.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browser, calm, demo, diamond, eventually } from './harness.mjs';

let site;
let chrome;
before(async () => {
  site = await demo('--seed', 'empty');
  chrome = await browser();
  await site.emulator.freeze();
  await site.emulator.createPipeline('CustomerChurn', diamond);
});
after(async () => {
  await chrome?.close();
  await site?.stop();
});

/** A whole page of the list. */
const FAILURES = 100;
const REASON = 'CapacityError: Unable to provision requested ML compute capacity.';
/** The background reads one reason after the other. */
const PATIENCE_MS = 120_000;
const failed = (page) => page.locator('tr[data-status="Failed"]');

/** Starts to add up the layout shifts of a page, once its times are in the reader's zone. */
const observe = (page) => page.addInitScript(() => {
  globalThis.shifts = [];
  let start = Infinity;
  const look = () => {
    const time = document.querySelector('main time');
    if (!time || time.textContent.includes('UTC')) requestAnimationFrame(look);
    else requestAnimationFrame(() => { start = performance.now(); });
  };
  look();
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries().filter(({ startTime }) => startTime > start)) {
      globalThis.shifts.push(...entry.sources.map(({ node }) => node?.outerHTML?.slice(0, 80) ?? node?.nodeName));
    }
  }).observe({ type: 'layout-shift', buffered: true });
});

async function fail(name) {
  await site.emulator.failNext('CustomerChurn', 'Train-B', REASON);
  await site.emulator.start('CustomerChurn', name, { Stage: 'test' });
  await site.emulator.advance(3600);
}

test('nothing moves while reasons arrive, and retries are offered where they apply', async () => {
  for (let one = 0; one < FAILURES; one += 1) await fail(`failed-${one}`);
  // Every row is in view: what moves beyond the window's edge is not reported.
  const page = await chrome.page({ viewport: { width: 1440, height: 100 * FAILURES } });
  await observe(page);
  await page.goto(`${site.console}/w/default/pipelines/CustomerChurn/executions`);
  const all = (shown) => async () => (await shown.count()) === FAILURES;
  await eventually('all reasons are shown', all(page.locator('[data-reason]')), PATIENCE_MS);
  await eventually('all can be retried', all(failed(page).getByRole('link', { name: 'Retry' })), PATIENCE_MS);
  assert.match(await failed(page).first().innerText(), /Train-B · CapacityError.*\n?.*same as the previous failure/);
  assert.doesNotMatch(await failed(page).last().innerText(), /same as/);
  assert.deepEqual(await page.evaluate(() => globalThis.shifts), []);
  calm(page);
});

test('a row keeps its height while its execution fails', async () => {
  const page = await chrome.page();
  await page.goto(`${site.console}/w/default/pipelines/CustomerChurn/executions`);
  await site.emulator.failNext('CustomerChurn', 'Train-B', REASON);
  const id = await site.emulator.start('CustomerChurn', 'third', { Stage: 'test' });
  const row = page.locator(`tr[data-execution="${id}"]`);
  await row.waitFor({ timeout: 5_000 });
  const before = (await row.boundingBox()).height;
  await site.emulator.advance(3600);
  await row.locator('[data-reason]').waitFor();
  assert.equal((await row.boundingBox()).height, before);
  calm(page);
});
