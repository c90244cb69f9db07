// What is typed or pasted into a form arrives as it was entered, and is not lost before it was sent.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browser, demo, diamond, eventually } from './harness.mjs';

const EXECUTIONS = '/w/default/pipelines/typed/executions';
const FIELDS = [
  { Name: 'Query', Type: 'String', DefaultValue: 'select 1' },
  { Name: 'ApiKeyName', Type: 'String', DefaultValue: 'none' },
];

let servers;
let chrome;
let emulator;
before(async () => {
  servers = await demo('--seed', 'empty');
  emulator = servers.emulator;
  await emulator.createPipeline('typed', { ...diamond, Parameters: [...diamond.Parameters, ...FIELDS] });
  chrome = await browser();
});
after(async () => {
  await chrome?.close();
  await servers?.stop();
});

const open = async (path, prepare = async () => {}) => {
  const page = await chrome.page();
  await prepare(page);
  await page.goto(servers.console + path);
  await page.waitForFunction(() => globalThis.htmx);
  return page;
};
const openDialog = async (page) => {
  await page.getByRole('link', { name: 'Create execution' }).first().click();
  await page.locator('#dialog[open] form').waitFor();
};
const field = (page, name) => page.locator(`[name="p.${name}"]`);
const paste = (locator, text) => locator.evaluate((input, pasted) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData('text/plain', pasted);
  input.focus();
  input.select();
  input.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
}, text);

test('every line that is pasted arrives', async () => {
  const page = await open(EXECUTIONS);
  await openDialog(page);
  await paste(field(page, 'Query'), 'select a\r\n  from b\n');
  assert.equal(await field(page, 'Query').inputValue(), 'select a\n  from b');
  await field(page, 'Stage').selectOption('test');
  await page.locator('#dialog[open] button[type=submit]').click();
  await page.waitForURL(/executions\/[a-z0-9]{12}$/);
  const id = page.url().split('/').at(-1);
  const PipelineExecutionArn = `arn:aws:sagemaker:eu-central-1:111122223333:pipeline/typed/execution/${id}`;
  const { PipelineParameters } = await emulator.call('ListPipelineParametersForExecution', { PipelineExecutionArn });
  assert.equal(PipelineParameters.find(({ Name }) => Name === 'Query').Value, 'select a\n  from b');
  await page.context().close();
});

test('Escape and a reload keep what was typed, until it is discarded', async () => {
  const page = await open(EXECUTIONS);
  await openDialog(page);
  await field(page, 'Instances').fill('7');
  await field(page, 'Stage').selectOption('production');
  await page.keyboard.press('Escape');
  await openDialog(page);
  assert.equal(await field(page, 'Instances').inputValue(), '7');
  await page.reload();
  await page.waitForFunction(() => globalThis.htmx);
  await openDialog(page);
  assert.equal(await field(page, 'Instances').inputValue(), '7');
  assert.equal(await field(page, 'Stage').inputValue(), 'production');
  await page.getByRole('button', { name: 'Discard them' }).click();
  assert.equal(await field(page, 'Instances').inputValue(), '1');
  assert.equal(await page.locator('#dialog [data-draft]').count(), 0);
  await page.keyboard.press('Escape');
  await openDialog(page);
  assert.equal(await field(page, 'Instances').inputValue(), '1');
  await page.context().close();
});

test('several lines are kept as several, and discarded with the rest', async () => {
  const page = await open(EXECUTIONS);
  await openDialog(page);
  await paste(field(page, 'Query'), 'select a\n  from b');
  await page.keyboard.press('Escape');
  await openDialog(page);
  assert.equal(await field(page, 'Query').inputValue(), 'select a\n  from b');
  await page.getByRole('button', { name: 'Discard them' }).click();
  assert.equal(await field(page, 'Query').inputValue(), 'select 1');
  await page.context().close();
});

test('what was sent is no longer kept', async () => {
  const page = await open(`${EXECUTIONS}/new`);
  await field(page, 'Instances').fill('3');
  await field(page, 'Stage').selectOption('test');
  await page.locator('form.sheet button[type=submit]').click();
  await page.waitForURL(/executions\/[a-z0-9]{12}$/);
  await page.goto(`${servers.console}${EXECUTIONS}/new`);
  assert.equal(await field(page, 'Instances').inputValue(), '1');
  await page.context().close();
});

test('what looks like a secret is not kept', async () => {
  const page = await open(`${EXECUTIONS}/new`);
  await field(page, 'ApiKeyName').fill('anything');
  await field(page, 'Query').fill('AKIAABCDEFGHIJKLMNOP');
  await field(page, 'Instances').fill('4');
  const kept = await page.evaluate(() => JSON.stringify({ ...sessionStorage }));
  assert.match(kept, /Instances/);
  assert.doesNotMatch(kept, /anything|AKIA/);
  await page.context().close();
});

test('without storage the page keeps it, and leaving is asked about', async () => {
  const page = await open(EXECUTIONS, (fresh) => fresh.addInitScript(() => {
    Object.defineProperty(globalThis, 'sessionStorage', { get() { throw new DOMException('refused', 'SecurityError'); } });
  }));
  await openDialog(page);
  await field(page, 'Instances').click();
  await page.keyboard.type('9');
  const typed = await field(page, 'Instances').inputValue();
  await page.keyboard.press('Escape');
  await openDialog(page);
  assert.equal(await field(page, 'Instances').inputValue(), typed);
  let asked = 0;
  page.on('dialog', async (dialog) => { asked += dialog.type() === 'beforeunload'; await dialog.accept(); });
  await page.reload();
  await eventually('leaving is asked about', () => asked === 1);
  await page.context().close();
});

const BOUNDED = {
  Version: '2020-12-01',
  Parameters: [
    { Name: 'Jobs', Type: 'Integer', DefaultValue: 2 },
    { Name: 'Group', Type: 'String', DefaultValue: 'churn' },
  ],
  Steps: [
    { Name: 'Tune', Type: 'Tuning', Arguments: { HyperParameterTuningJobConfig: { Strategy: 'Bayesian', ResourceLimits: { MaxParallelTrainingJobs: { Get: 'Parameters.Jobs' } } } } },
    { Name: 'Register', Type: 'RegisterModel', Arguments: { ModelPackageGroupName: { Get: 'Parameters.Group' } } },
  ],
};
const BOUNDED_EXECUTIONS = '/w/default/pipelines/bounded/executions';

test('a field is checked when it is left, and nothing moves', async () => {
  await emulator.createPipeline('bounded', BOUNDED);
  const page = await open(BOUNDED_EXECUTIONS);
  await openDialog(page);
  const create = page.locator('#dialog[open] button[type=submit]');
  // The dialog rises into its place.
  await page.evaluate(() => Promise.all(document.getAnimations({ subtree: true }).filter((it) => it.effect.getTiming().iterations === 1).map((it) => it.finished)));
  const before = await create.boundingBox();
  await field(page, 'Jobs').fill('-4');
  await page.keyboard.press('Tab');
  const fault = page.locator('[data-error-for="p.Jobs"]');
  await fault.waitFor();
  assert.match(await fault.textContent(), /1 or more/);
  assert.equal(await field(page, 'Jobs').getAttribute('aria-invalid'), 'true');
  assert.notEqual(await page.evaluate(() => document.activeElement.tagName), 'BODY', 'the focus stays');
  assert.deepEqual(await create.boundingBox(), before);
  await field(page, 'Jobs').fill('3');
  assert.equal(await fault.count(), 0, 'gone while it is corrected');
  await field(page, 'Group').fill('My Group');
  await field(page, 'Jobs').focus();
  await page.locator('[data-error-for="p.Group"]').waitFor();
  const { height } = await page.locator('[data-error-for="p.Group"]').boundingBox();
  assert.ok(height >= 32, `two lines: ${height} px`);
  assert.deepEqual(await create.boundingBox(), before);
  // Create right after typing: the press is not lost, and the form starts an execution.
  await field(page, 'Group').fill('my-group');
  await create.click();
  await page.waitForURL(/executions\/[a-z0-9]{12}$/);
  await page.context().close();
});

test('a link to the form fills it as it was', async () => {
  const page = await open(`${BOUNDED_EXECUTIONS}/new`, (fresh) => fresh.context().grantPermissions(['clipboard-read', 'clipboard-write']));
  await field(page, 'Jobs').fill('3');
  await page.getByRole('button', { name: 'Copy link to this form' }).click();
  const link = new URL(await page.evaluate(() => navigator.clipboard.readText()));
  assert.equal(link.search, '?p.Jobs=3');
  await page.evaluate(() => sessionStorage.clear());
  await page.goto(link.href);
  assert.equal(await field(page, 'Jobs').inputValue(), '3');
  assert.equal(await page.locator('h1').count(), 1);
  await page.context().close();
});

test('the page under a dialog keeps the only first heading', async () => {
  const page = await open(BOUNDED_EXECUTIONS);
  await openDialog(page);
  assert.equal(await page.locator('h1').count(), 1);
  // An error that takes the form's place has none either.
  page.expected = /status of 404/;
  await page.evaluate(() => globalThis.htmx.ajax('GET', location.pathname.replace('bounded', 'nobody') + '/new', { target: '#dialog', swap: 'innerHTML' }));
  await page.locator('#dialog [role=alert]').waitFor();
  assert.equal(await page.locator('h1').count(), 1);
  assert.equal(await page.locator('#dialog h2#dialog-title').count(), 1);
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await page.locator('#dialog[open] .keys').waitFor();
  assert.equal(await page.locator('h1').count(), 1);
  assert.equal(await page.locator('#dialog h2#dialog-title').count(), 1);
  await page.context().close();
});
