// While SageMaker is away, what runs stands still and the page says so once; when it is back, the page goes on by
// itself.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browser, diamond, eventually, violations } from './harness.mjs';
import { serving } from './portal.mjs';

const RECOVERS_WITHIN_MS = 60_000;

let site;
let chrome;
let id;
before(async () => {
  // Nothing ends while one looks.
  site = await serving('empty', {}, ['--speed', '0.01']);
  chrome = await browser();
  await site.emulator.createPipeline('watched', diamond);
  id = await site.emulator.start('watched', 'runs', { Stage: 'test' });
  await site.emulator.advance(1);
});
after(async () => {
  await chrome?.close();
  await site?.stop();
});

const pipeline = () => `${site.console}/w/default/pipelines/watched`;

const durations = (page) => page.locator('main .dur[data-since]').allTextContents();
/** What on the page turns. */
const turning = (page) => page.evaluate(() => [...document.querySelectorAll('main *')]
  .filter((element) => [null, '::before'].some((part) => {
    const { animationName, display } = getComputedStyle(element, part);
    return display !== 'none' && animationName === 'turn';
  }))
  .map((element) => element.outerHTML.slice(0, 80)));

test('an execution stands still while SageMaker is away, and goes on by itself', async () => {
  const page = await chrome.page();
  await page.goto(`${pipeline()}/executions/${id}`);
  await page.locator('#banner[data-status="Executing"]').waitFor();
  const title = await page.title();
  assert.match(title, /^▶ /);
  assert.notDeepEqual(await turning(page), []);
  const tops = () => page.evaluate(() => [...document.querySelectorAll('.head, #banner, .tabs, #dag')].map((one) => one.getBoundingClientRect().top));
  const before = await tops();

  await site.leave();
  await page.locator('.outage').waitFor();
  await eventually('the title says that it is not known', async () => (await page.title()).startsWith('? '));
  assert.equal(await page.locator('.outage .notice').count(), 1);
  assert.match(await page.locator('.outage').innerText(), /as of .*; retrying/);
  assert.equal(await page.locator('#as-of').count(), 1, 'one age on the page');
  assert.deepEqual(await turning(page), []);
  const still = await durations(page);
  assert.ok(still.length >= 2, `${still}`);
  for (const one of still) assert.match(one, /^at least /);
  // The script would have written others by then.
  const later = Date.now() + 2_200;
  await eventually('two seconds have passed', () => Date.now() > later);
  assert.deepEqual(await durations(page), still);
  assert.deepEqual(await tops(), before, 'nothing moves');
  assert.deepEqual(await violations(page), []);

  await site.comeBack();
  await page.locator('.outage').waitFor({ state: 'detached', timeout: RECOVERS_WITHIN_MS });
  assert.equal(await page.title(), title);
  assert.doesNotMatch((await durations(page)).join(), /at least/);
  assert.notDeepEqual(await turning(page), []);
  assert.deepEqual(await tops(), before);
  await page.context().close();
});
