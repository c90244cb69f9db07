// A large graph folds steps that are alike. A fold is opened and closed by pointer and by keys, and what leads to a step
// opens the fold that it is in.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browser, calm, demo, eventually, rowsOfTen, violations } from './harness.mjs';

const STEPS = 160;

let servers;
let chrome;
let failed;

before(async () => {
  servers = await demo('--seed', 'empty');
  const { emulator } = servers;
  await emulator.freeze();
  await emulator.createPipeline('rows', rowsOfTen(STEPS));
  await emulator.failNext('rows', 'step-0033', 'AlgorithmError: out of memory');
  failed = await emulator.start('rows', 'fails', {});
  await emulator.advance(36_000);
  chrome = await browser();
});
after(async () => {
  await chrome?.close();
  await servers?.stop();
});

const graph = () => `${servers.console}/w/default/pipelines/rows/graph`;
const execution = (id) => `${servers.console}/w/default/pipelines/rows/executions/${id}`;
const fold = (page, name) => page.locator(`#dag a[data-fold="${name}"]`);
const step = (page, name) => page.locator(`#dag a[data-step="${name}"]`);
const open = (page) => new URL(page.url()).searchParams.getAll('open');
const opened = async (address) => {
  const page = await chrome.page();
  await page.goto(address);
  await page.locator('#dag a').first().waitFor();
  await page.waitForFunction(() => globalThis.graphFolds !== undefined && document.querySelector('#dag a[tabindex="0"]'));
  await page.evaluate(() => { globalThis.sameDocument = true; });
  return page;
};
const says = (page, words) => eventually(words, async () => (await page.locator('#announcements').textContent()).startsWith(words));
const isSame = (page) => page.evaluate(() => globalThis.sameDocument === true);

test('a fold opens where it is, and closes again', async () => {
  const page = await opened(graph());
  assert.equal(await page.locator('#dag a[data-fold]').count(), STEPS / 10);
  assert.deepEqual(await violations(page), []);
  const before = await fold(page, 'step-0010–0019').boundingBox();
  await fold(page, 'step-0010–0019').click();
  await step(page, 'step-0010').waitFor();
  assert.equal(await page.locator('#dag a[data-group="step-0010–0019"]').count(), 10);
  assert.deepEqual(open(page), ['step-0010–0019']);
  await eventually('its first step takes its place', async () => {
    const now = await step(page, 'step-0010').boundingBox();
    return now !== null && Math.abs(now.y - before.y) < 60;
  });
  assert.deepEqual(await violations(page), []);
  await page.locator('a[data-folding="step-0010–0019"]').click();
  await fold(page, 'step-0010–0019').waitFor();
  await eventually('the address follows', async () => open(page).length === 0);
  assert.ok(await isSame(page), 'without a page load');
  calm(page);
});

test('keys open and close folds', async () => {
  const page = await opened(graph());
  await page.evaluate(() => graphView.go(graphView.keyed('step-0020–0029')));
  await page.keyboard.press('o');
  await says(page, 'Unfolded: step-0020–0029');
  await eventually('its first step has the focus', () => page.evaluate(() => document.activeElement?.dataset.step === 'step-0020'));
  await page.keyboard.press('ArrowDown');
  assert.equal(await page.evaluate(() => document.activeElement.dataset.fold), 'step-0030–0039', 'arrows lead into folds');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('o');
  await says(page, 'Folded: step-0020–0029');
  await eventually('the fold has the focus', () => page.evaluate(() => document.activeElement?.dataset.fold === 'step-0020–0029'));
  await page.keyboard.press('Enter');
  await step(page, 'step-0020').waitFor();
  assert.ok(await isSame(page));
  calm(page);
});

test('what is found opens its fold', async () => {
  const page = await opened(execution(failed));
  await page.locator('#find').fill('step-0047');
  await step(page, 'step-0047').waitFor();
  await eventually('it is the one', async () => await page.locator('#found').textContent() === '1 of 1');
  assert.equal(await step(page, 'step-0047').getAttribute('data-hit'), 'current');
  await page.locator('#find').fill('step-005');
  await eventually('ten are found', async () => await page.locator('#found').textContent() === '1 of 10');
  assert.equal(await fold(page, 'step-0050–0059').getAttribute('data-hit'), 'current', 'typing opens nothing on the way');
  await page.keyboard.press('Enter');
  await step(page, 'step-0050').waitFor();
  await eventually('the first is shown', async () => await step(page, 'step-0050').getAttribute('data-hit') === 'current');
  await page.keyboard.press('Enter');
  await eventually('then the second', async () => await page.locator('#found').textContent() === '2 of 10');
  assert.ok(await isSame(page));
  calm(page);
});

test('a fold shows what failed, and the count of the legend leads there', async () => {
  const page = await opened(execution(failed));
  assert.equal(await fold(page, 'step-0030–0039').getAttribute('data-status'), 'Failed');
  assert.match(await fold(page, 'step-0030–0039').locator('text.t').textContent(), /^1 failed, /);
  await page.locator('.legend [data-tally="Failed"]').click();
  await step(page, 'step-0033').waitFor();
  await eventually('it is marked', async () => await step(page, 'step-0033').getAttribute('data-hit') === 'current');
  calm(page);
});

test('the panel of a step, and what it names, open the folds of those steps', async () => {
  const page = await opened(execution(failed));
  await page.locator('#banner [data-shows-step="step-0033"]').click();
  await page.locator('[data-panel="step-0033"]').waitFor();
  await step(page, 'step-0033').waitFor();
  assert.equal(await step(page, 'step-0033').getAttribute('aria-current'), 'true');
  assert.equal(await fold(page, 'step-0000–0009').getAttribute('data-kin'), 'up', 'folds are traced');
  assert.equal(await fold(page, 'step-0150–0159').getAttribute('data-kin'), 'down');
  await page.locator('#panel a[data-goto="step-0043"]').click();
  await page.locator('[data-panel="step-0043"]').waitFor();
  await step(page, 'step-0043').waitFor();
  assert.deepEqual(open(page), ['step-0030–0039', 'step-0040–0049']);
  await page.reload();
  await step(page, 'step-0043').waitFor();
  assert.equal(await page.locator('[data-panel="step-0043"]').count(), 1);
  await page.locator('a[data-folding="step-0040–0049"]').click();
  await fold(page, 'step-0040–0049').waitFor();
  assert.equal(await page.locator('[data-panel]').count(), 0, 'the panel of a folded step is closed');
  calm(page);
});

test('a polled fold counts what runs and what has ended', async () => {
  const id = await servers.emulator.start('rows', 'runs', {});
  await servers.emulator.advance(2);
  const page = await opened(execution(id));
  const first = fold(page, 'step-0000–0009');
  await eventually('the first row runs', async () => /executing|starting/.test(await first.locator('text.t').textContent()));
  await page.evaluate(() => { globalThis.nodes = [...document.querySelectorAll('#dag a')]; });
  await eventually('it has ended', async () => {
    await servers.emulator.advance(20);
    return await first.getAttribute('data-status') === 'Succeeded';
  });
  assert.equal(await first.locator('text.t').textContent(), '10 succeeded');
  assert.ok(await page.evaluate(() => [...document.querySelectorAll('#dag a')].every((a, at) => a === globalThis.nodes[at])), 'the elements stay');
  calm(page);
});
