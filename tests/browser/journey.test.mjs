// The whole journey of a person with a pipeline: find it, look at it, run it, stop it, go on, try again.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browser, calm, demo, diamond, eventually } from './harness.mjs';

let servers;
let chrome;
before(async () => {
  servers = await demo('--seed', 'empty');
  chrome = await browser();
  await servers.emulator.freeze();
  for (const name of ['CustomerChurn', 'churn-scoring', 'Abalone']) await servers.emulator.createPipeline(name, diamond);
});
after(async () => {
  await chrome?.close();
  await servers?.stop();
});

const banner = (page) => page.locator('#banner').getAttribute('data-status');
const shows = (page, status) => page.locator(`#banner[data-status="${status}"]`).waitFor({ timeout: 20_000 });
const dialog = (page) => page.locator('#dialog[open]');

test('search, open, graph, create, watch, stop, resume, retry', async () => {
  const page = await chrome.page();
  const { emulator } = servers;

  // Search as one types.
  await page.goto(servers.console);
  await page.waitForSelector('[data-pipeline]');
  assert.equal(await page.locator('[data-pipeline]').count(), 3);
  await page.keyboard.press('/');
  await page.keyboard.type('CHURN');
  await eventually('two pipelines match', async () => (await page.locator('[data-pipeline]').count()) === 2);
  assert.ok(page.url().includes('q=CHURN'), 'the address can be shared');

  // Open it, and its graph.
  await page.click('[data-pipeline="CustomerChurn"] a');
  await page.waitForURL('**/CustomerChurn/executions');
  await page.getByRole('link', { name: 'Graph', exact: true }).click();
  await page.waitForSelector('svg [data-step="Join"]');
  assert.equal(await page.locator('svg [data-step]').count(), 4);

  // Create: refused, with everything kept, then accepted.
  await page.getByRole('link', { name: 'Create execution' }).click();
  await dialog(page).waitFor();
  const form = dialog(page).locator('form');
  await form.locator('[name="name"]').fill('from-the-browser');
  await form.locator('[name="description"]').fill('typed by hand');
  await form.locator('[name="p.Instances"]').fill('many');
  await form.locator('button[type="submit"]').click();
  await dialog(page).locator('[data-error-for="p.Instances"]').waitFor();
  assert.ok(await dialog(page).locator('[data-error-for="p.Stage"]').count());
  assert.equal(await form.locator('[name="name"]').inputValue(), 'from-the-browser');
  assert.equal(await form.locator('[name="description"]').inputValue(), 'typed by hand');
  assert.equal(await form.locator('[name="p.Instances"]').inputValue(), 'many');
  await form.locator('[name="p.Instances"]').fill('2');
  const stage = form.locator('[name="p.Stage"]');
  const isList = await stage.first().evaluate((field) => field.tagName === 'SELECT');
  if (isList) await stage.selectOption('test');
  else await form.locator('[name="p.Stage"][value="test"]').check();
  await form.locator('button[type="submit"]').dblclick();
  await page.waitForURL(/\/CustomerChurn\/executions\/[a-z0-9]{12}$/);
  assert.equal((await emulator.calls()).StartPipelineExecution, 1, 'a double click is one execution');
  assert.equal(await page.locator('#dialog[open]').count(), 0);

  // Watch it run to its end without a reload.
  await page.evaluate(() => { window.unreloaded = true; });
  await shows(page, 'Executing');
  await emulator.advance(1);
  await page.locator('svg [data-step="Prepare"]:is([data-status="Starting"], [data-status="Executing"])').waitFor();
  await emulator.advance(3600);
  await shows(page, 'Succeeded');
  await page.locator('svg [data-step="Join"][data-status="Succeeded"]').waitFor();
  assert.ok(await page.evaluate(() => window.unreloaded));
  assert.match(await page.title(), /Succeeded|✓|from-the-browser/);

  // Stop one.
  const running = await emulator.start('CustomerChurn', 'to-be-stopped', { Stage: 'test' });
  await emulator.advance(1);
  await page.goto(`${servers.console}/w/default/pipelines/CustomerChurn/executions/${running}`);
  await shows(page, 'Executing');
  await page.evaluate(() => { window.unreloaded = true; });
  await page.locator('#banner').getByRole('link', { name: 'Stop' }).click();
  await dialog(page).waitFor();
  assert.match(await dialog(page).innerText(), /Prepare/);
  await dialog(page).locator('button[type="submit"]').click();
  await eventually('it is stopping', async () => ['Stopping', 'Stopped'].includes(await banner(page)));
  await eventually('the dialog is gone', async () => (await page.locator('#dialog[open]').count()) === 0);
  await emulator.advance(600);
  await shows(page, 'Stopped');

  // Resume it.
  await page.locator('#banner').getByRole('link', { name: 'Resume' }).click();
  await dialog(page).locator('button[type="submit"]').click();
  await shows(page, 'Executing');
  await emulator.advance(3600);
  await shows(page, 'Succeeded');
  assert.ok(await page.evaluate(() => window.unreloaded), 'all that without a reload');

  // Retry a failed one.
  await emulator.failNext('CustomerChurn', 'Train-B', 'AlgorithmError: out of memory');
  const failing = await emulator.start('CustomerChurn', 'to-be-retried', { Stage: 'test' });
  await emulator.advance(3600);
  await page.goto(`${servers.console}/w/default/pipelines/CustomerChurn/executions/${failing}`);
  await shows(page, 'Failed');
  assert.match(await page.locator('#banner').innerText(), /out of memory/);
  await page.locator('#banner').getByRole('link', { name: 'Retry' }).click();
  await dialog(page).locator('button[type="submit"]').click();
  await shows(page, 'Executing');
  await emulator.advance(3600);
  await shows(page, 'Succeeded');
  calm(page);
});

test('the graph is operated from the keyboard', async () => {
  const page = await chrome.page();
  const id = await servers.emulator.start('Abalone', 'by-keyboard', { Stage: 'test' });
  await servers.emulator.advance(3600);
  await page.goto(`${servers.console}/w/default/pipelines/Abalone/executions/${id}`);
  // A step's name for a screen reader contains its status.
  await page.getByRole('link', { name: /Prepare.*succeeded/i }).waitFor();
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-step'));
  for (let presses = 0; presses < 60 && !(await focused()); presses += 1) await page.keyboard.press('Tab');
  assert.equal(await focused(), 'Prepare', 'Tab leads into the graph');
  await page.keyboard.press('ArrowDown');
  const one = await focused();
  assert.ok(['Train-A', 'Train-B'].includes(one), one);
  await page.keyboard.press(one === 'Train-A' ? 'ArrowRight' : 'ArrowLeft');
  const sideways = await focused();
  if (sideways === one) await page.keyboard.press(one === 'Train-A' ? 'ArrowLeft' : 'ArrowRight');
  assert.notEqual(await focused(), one, 'a step beside it');
  await page.keyboard.press('ArrowDown');
  assert.equal(await focused(), 'Join');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[data-panel="Join"]');
  await page.keyboard.press('Escape');
  await eventually('the panel is closed', async () => (await page.locator('[data-panel]').count()) === 0);
  assert.equal(await focused(), 'Join', 'back where one was');
  await page.keyboard.press('ArrowUp');
  assert.ok(['Train-A', 'Train-B'].includes(await focused()));
  calm(page);
});

test('what the reader does survives the polling', async () => {
  const page = await chrome.page({ viewport: { width: 1000, height: 420 } });
  const { emulator } = servers;
  const id = await emulator.start('churn-scoring', 'disturb-me-not', { Stage: 'test' });
  await emulator.advance(1);
  await page.goto(`${servers.console}/w/default/pipelines/churn-scoring/executions/${id}`);
  await page.locator('svg a[data-step="Train-A"], svg [data-step="Train-A"] a').first().click();
  await page.waitForSelector('[data-panel="Train-A"]');
  await page.locator('[data-zoom="in"]').click();
  await page.locator('[data-zoom="in"]').click();
  await page.fill('#find', 'Jo');
  await page.evaluate(() => { document.getElementById('canvas').scrollTop = 60; window.scrollTo(0, 120); });
  const state = () => page.evaluate(() => ({
    width: document.getElementById('dag').getBoundingClientRect().width,
    top: document.getElementById('canvas').scrollTop,
    page: window.scrollY,
    text: document.getElementById('find').value,
    panel: document.querySelector('[data-panel]')?.dataset.panel,
    focus: document.activeElement?.id,
  }));
  await page.focus('#find');
  const before = await state();
  await emulator.advance(3600);
  await shows(page, 'Succeeded');
  await page.locator('svg [data-step="Train-A"][data-status="Succeeded"]').waitFor();
  await page.locator('#step[data-status="Succeeded"]').waitFor();
  const now = await state();
  assert.deepEqual({ ...now, page: 0 }, { ...before, page: 0 });
  assert.ok(Math.abs(now.page - before.page) <= 60, `the page stays in place: ${before.page}, ${now.page}`);
  calm(page);
});

test('a form that is being filled in survives the polling behind it', async () => {
  const page = await chrome.page();
  const { emulator } = servers;
  await emulator.start('churn-scoring', 'runs-behind', { Stage: 'test' });
  await page.goto(`${servers.console}/w/default/pipelines/churn-scoring/executions`);
  await shows(page, 'Executing');
  await page.locator('.head').getByRole('link', { name: 'Create execution' }).click();
  await dialog(page).waitFor();
  await dialog(page).locator('[name="description"]').fill('half a sent');
  await emulator.advance(3600);
  await eventually('the page behind has changed', async () => (await page.locator('#banner').count()) === 0);
  await page.keyboard.type('ence');
  assert.equal(await dialog(page).locator('[name="description"]').inputValue(), 'half a sentence');
  calm(page);
});
