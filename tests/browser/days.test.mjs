// Filters by days in the reader's time zone: a typed day is the one that the rows show.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browser, calm, demo, diamond, eventually } from './harness.mjs';

let servers;
let chrome;
before(async () => {
  servers = await demo('--seed', 'empty');
  chrome = await browser();
  await servers.emulator.freeze();
  await servers.emulator.createPipeline('plain', diamond);
  await servers.emulator.start('plain', 'first', { Stage: 'test' });
});
after(async () => {
  await chrome?.close();
  await servers?.stop();
});

const executions = () => `${servers.console}/w/default/pipelines/plain/executions`;
const open = async (address, options) => {
  const page = await chrome.page(options);
  await page.goto(address);
  if (options.javaScriptEnabled !== false) await page.waitForFunction(() => globalThis.htmx);
  return page;
};
const rows = (page) => page.locator('tr[data-execution]');
const zoneNote = (page) => page.locator('.filters [data-zone]').first();
const shift = (day, days) => new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
/** The day of the first row on the clocks of a zone. */
const dayShown = async (page, timeZone) => {
  const at = await page.locator('tr[data-execution] time').first().getAttribute('datetime');
  return new Intl.DateTimeFormat('sv', { timeZone }).format(new Date(at));
};
const between = async (page, from, to) => {
  await page.fill('[name=from]', from);
  await page.fill('[name=to]', to);
};

// At every moment it is another day than in UTC in one of the last two.
for (const timezoneId of ['America/Los_Angeles', 'Asia/Kolkata', 'Pacific/Kiritimati', 'Pacific/Pago_Pago']) {
  test(`a typed day is the one that the rows show (${timezoneId})`, async () => {
    const page = await open(executions(), { timezoneId });
    const day = await dayShown(page, timezoneId);
    assert.equal(await zoneNote(page).isVisible(), false, 'the reader’s own zone goes without saying');
    await between(page, day, day);
    await page.waitForURL((url) => url.searchParams.get('to') === day && url.searchParams.get('tz') !== null);
    await eventually('the row is there', async () => (await rows(page).count()) === 1);
    const shared = page.url();
    await between(page, shift(day, 1), shift(day, 1));
    await page.getByRole('heading', { name: 'No execution matches' }).waitFor();
    await between(page, shift(day, -1), shift(day, -1));
    await page.waitForURL((url) => url.searchParams.get('to') === shift(day, -1));
    await eventually('no row is there', async () => (await rows(page).count()) === 0);
    await between(page, '', '');
    await page.waitForURL((url) => !url.searchParams.has('tz') && !url.searchParams.has('from'));
    await eventually('the row is back', async () => (await rows(page).count()) === 1);
    calm(page);

    const other = await open(shared, { timezoneId: 'Europe/Berlin' });
    assert.equal(await rows(other).count(), 1, 'a shared link shows the same rows to everybody');
    const zone = new URL(shared).searchParams.get('tz');
    assert.equal((await zoneNote(other).innerText()).trim(), `(${zone})`);
    assert.equal(await other.inputValue('[name=from]'), day);
    await between(other, '', '');
    await eventually('days to come are the reader’s', async () => !(await zoneNote(other).isVisible()));
    calm(other);
    await page.context().close();
    await other.context().close();
  });
}

test('a period up to now is one click', async () => {
  const timezoneId = 'Pacific/Kiritimati';
  const page = await open(executions(), { timezoneId });
  const today = new Intl.DateTimeFormat('sv', { timeZone: timezoneId }).format(new Date());
  for (const [name, from] of [['Today', today], ['7 d', shift(today, -7)], ['30 d', shift(today, -30)]]) {
    await page.getByRole('button', { name, exact: true }).click();
    await page.waitForURL((url) => url.searchParams.get('from') === from && url.searchParams.get('tz') === timezoneId);
    assert.equal(await page.inputValue('[name=from]'), from);
  }
  await page.fill('[name=to]', today);
  await page.getByRole('button', { name: '24 h' }).click();
  await page.waitForURL((url) => url.searchParams.get('from')?.endsWith('Z') && !url.searchParams.get('to'));
  const since = Date.now() - Date.parse(await page.inputValue('[name=from]'));
  assert.ok(Math.abs(since - 86_400_000) < 60_000, `${since} ms ago`);
  await eventually('the row is there', async () => (await rows(page).count()) === 1);
  await page.fill('[name=from]', '');
  assert.equal(await page.getAttribute('[name=from]', 'type'), 'date');
  calm(page);
  await page.context().close();
});

test('without a script the fields name UTC, and days are those of UTC', async () => {
  const page = await open(executions(), { javaScriptEnabled: false, timezoneId: 'Asia/Kolkata' });
  const day = await dayShown(page, 'UTC');
  assert.equal((await zoneNote(page).innerText()).trim(), '(UTC)');
  await between(page, day, day);
  await page.getByRole('button', { name: 'Filter' }).click();
  assert.equal(await rows(page).count(), 1);
  await between(page, shift(day, 1), '');
  await page.getByRole('button', { name: 'Filter' }).click();
  assert.equal(await rows(page).count(), 0);
  assert.equal(await page.inputValue('[name=from]'), shift(day, 1));
  calm(page);
});

test('a range that is empty says so at the field, until it is corrected', async () => {
  for (const address of [executions(), `${servers.console}/activity`]) {
    const page = await open(address, { timezoneId: 'America/Los_Angeles' });
    await between(page, '2026-11-20', '2026-11-01');
    await page.getByRole('alert').filter({ hasText: 'From is after To' }).waitFor();
    const invalid = page.getByLabel('From');
    assert.equal(await invalid.getAttribute('aria-invalid'), 'true');
    assert.equal(await page.inputValue('[name=to]'), '2026-11-01');
    await page.fill('[name=to]', '2026-11-21');
    await page.getByRole('alert').waitFor({ state: 'detached' });
    assert.equal(await invalid.getAttribute('aria-invalid'), null);
    calm(page);
    await page.context().close();
  }
});
