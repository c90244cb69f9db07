// The executions of all pipelines: a filter by chips or as text, columns, what is new, pages; by keyboard, on a phone,
// without script.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browser, calm, demo, diamond, eventually, violations } from './harness.mjs';

const LIST = '/w/default/executions';
const PHONE = { viewport: { width: 390, height: 844 } };

let site;
let chrome;
before(async () => {
  site = await demo('--seed', 'empty');
  chrome = await browser();
  await site.emulator.freeze();
  for (const name of ['churn', 'scoring']) {
    await site.emulator.createPipeline(name, diamond);
    for (const stage of ['test', 'production']) {
      await site.emulator.start(name, `${name}-${stage}`, { Stage: stage });
      await site.emulator.advance(60);
    }
  }
});
after(async () => {
  await chrome?.close();
  await site?.stop();
});

const open = async (query = '', options = {}) => {
  const page = await chrome.page(options);
  await page.goto(`${site.console}${LIST}${query}`);
  await page.locator('[data-total]:not([data-partial])').waitFor();
  return page;
};
const filterOf = (page) => new URL(page.url()).searchParams.get('filter') ?? '';
const field = (page) => page.locator('#filter input[name="filter"]');
const terms = (page) => page.getByRole('list', { name: 'Terms of the filter' }).getByRole('listitem');
const names = (page) => page.locator('tr[data-execution]').evaluateAll((rows) => rows.map((row) => row.dataset.pipeline));
const shows = (page, count) => eventually(`${count} rows at ${page.url()}`, async () => (await names(page)).length === count);
const close = async (page) => {
  calm(page);
  await page.context().close();
};

/** Moves the focus by the Tab key until it stands on what is wanted. */
const tabTo = async (page, wanted) => {
  for (let presses = 0; presses < 120; presses += 1) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`the Tab key does not lead to ${wanted}`);
};

test('a term is added, reversed and removed by the keyboard alone, and the text follows', async () => {
  const page = await open();
  await shows(page, 4);
  const summary = page.locator('summary', { hasText: 'Add filter' });
  await tabTo(page, summary);
  await page.keyboard.press('Enter');
  await tabTo(page, page.locator('select[name="field"]'));
  await page.keyboard.type('pipeline');
  await tabTo(page, page.locator('input[name="value"]'));
  await page.keyboard.type('churn');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.searchParams.get('filter') === 'pipeline:churn');
  await shows(page, 2);
  assert.equal(await field(page).inputValue(), 'pipeline:churn');
  assert.match(await terms(page).innerText(), /pipeline:churn/);
  await tabTo(page, page.getByRole('link', { name: 'Reverse pipeline:churn' }));
  await page.keyboard.press('Enter');
  await eventually('the opposite', async () => (await names(page)).join() === 'scoring,scoring');
  assert.equal(await field(page).inputValue(), '-pipeline:churn');
  await tabTo(page, page.getByRole('link', { name: 'Remove -pipeline:churn' }));
  await page.keyboard.press('Enter');
  await shows(page, 4);
  assert.equal(await field(page).inputValue(), '');
  assert.equal(filterOf(page), '');
  await close(page);
});

test('what is typed shows as chips, and a term is edited where it is typed', async () => {
  const page = await open();
  await page.keyboard.press('/');
  await page.keyboard.type('param.Stage:test pipeline:churn');
  await shows(page, 1);
  await eventually('two chips', async () => await terms(page).count() === 2);
  assert.equal(filterOf(page), 'param.Stage:test pipeline:churn');
  await page.keyboard.press('End');
  for (let key = 0; key < 'churn'.length; key += 1) await page.keyboard.press('Backspace');
  await page.keyboard.type('scoring');
  await eventually('the other pipeline', async () => (await names(page)).join() === 'scoring');
  await page.reload();
  assert.equal(await field(page).inputValue(), 'param.Stage:test pipeline:scoring');
  assert.equal(await terms(page).count(), 2);
  await close(page);
});

test('a mistake is marked where it is, and nothing typed is lost', async () => {
  const page = await open();
  page.expected = /status of 400/;
  await field(page).fill('pipeline:churn colour:red');
  const mistake = page.locator('[data-filter-error]');
  await mistake.waitFor();
  assert.equal(await mistake.locator('mark').innerText(), 'colour');
  assert.equal(await field(page).inputValue(), 'pipeline:churn colour:red');
  assert.equal(await field(page).evaluate((element) => element === document.activeElement), true);
  assert.deepEqual(await violations(page), []);
  await field(page).fill('pipeline:churn');
  await shows(page, 2);
  await eventually('no mistake any more', async () => await mistake.count() === 0);
  await close(page);
});

test('a click on a cell adds its value, and going back takes it away', async () => {
  const page = await open();
  const row = page.locator('tr[data-pipeline="scoring"]').first();
  await row.getByRole('link', { name: 'scoring', exact: true }).click();
  await shows(page, 2);
  assert.match(filterOf(page), /^pipeline:scoring$/);
  assert.equal(await field(page).inputValue(), 'pipeline:scoring');
  await page.goBack();
  await shows(page, 4);
  await eventually('the text as it was', async () => await field(page).inputValue() === '');
  await close(page);
});

test('columns are chosen by the keyboard, and stand in the address', async () => {
  const page = await open();
  const headers = () => page.locator('thead th').allInnerTexts();
  await tabTo(page, page.locator('summary', { hasText: 'Columns and export' }));
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('link', { name: 'Show Stage' }));
  await page.keyboard.press('Enter');
  await eventually('the column', async () => (await headers()).some((text) => text.startsWith('Stage')));
  await tabTo(page, page.getByRole('link', { name: 'Hide Duration' }));
  await page.keyboard.press('Enter');
  await eventually('no duration', async () => !(await headers()).some((text) => text.startsWith('Duration')));
  assert.match(new URL(page.url()).searchParams.get('columns'), /param\.Stage/);
  assert.equal(await page.locator('details.columns').evaluate((element) => element.open), true, 'the picker stays open');
  assert.deepEqual(await violations(page), []);
  await close(page);
});

test('what is new is announced, and moves nothing until it is wanted', async () => {
  const page = await open('?filter=pipeline:churn');
  await shows(page, 2);
  const first = page.locator('tr[data-execution]').first();
  const before = await first.boundingBox();
  await site.emulator.start('churn', 'churn-new', { Stage: 'test' });
  const announced = page.locator('[data-newer="1"]');
  await announced.waitFor();
  assert.equal((await names(page)).length, 2);
  assert.deepEqual(await first.boundingBox(), before);
  await announced.click();
  await shows(page, 3);
  assert.match(await page.locator('tr[data-execution]').first().innerText(), /churn-new/);
  assert.equal(await announced.count(), 0);
  await close(page);
});

test('the next page skips nothing while executions begin', async () => {
  await site.emulator.createPipeline('many', diamond);
  const ids = [];
  for (let number = 0; number < 130; number += 1) {
    ids.push(await site.emulator.start('many', `number-${number}`, { Stage: 'test' }));
    await site.emulator.advance(1);
  }
  const page = await open('?filter=pipeline:many');
  await eventually('all of them', async () => {
    await page.reload();
    return await page.locator('[data-total]').getAttribute('data-total') === '130';
  });
  const shown = () => page.locator('tr[data-execution]').evaluateAll((rows) => rows.map((row) => row.dataset.execution));
  const onFirst = await shown();
  for (let number = 0; number < 7; number += 1) {
    await site.emulator.start('many', `later-${number}`, { Stage: 'test' });
    await site.emulator.advance(1);
  }
  await page.getByRole('link', { name: 'Next' }).click();
  await shows(page, 30);
  const onSecond = await shown();
  assert.deepEqual([...onFirst, ...onSecond], ids.toReversed());
  await page.getByRole('link', { name: 'Previous' }).click();
  await shows(page, 100);
  await close(page);
});

test('without script the filter has a button, and columns are links', async () => {
  const page = await open('', { javaScriptEnabled: false });
  await field(page).fill('pipeline:scoring');
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  assert.deepEqual(await names(page), ['scoring', 'scoring']);
  await page.locator('summary', { hasText: 'Add filter' }).click();
  await page.locator('select[name="field"]').selectOption('name');
  await page.locator('input[name="value"]').fill('scoring-test');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  assert.equal((await names(page)).length, 1);
  assert.equal(filterOf(page), 'pipeline:scoring name:scoring-test');
  await page.locator('summary', { hasText: 'Columns and export' }).click();
  await page.getByRole('link', { name: 'Show Version' }).click();
  assert.ok((await page.locator('thead th').allInnerTexts()).some((text) => text.startsWith('Version')));
  await field(page).fill('colour:red');
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  assert.equal(await page.locator('[data-filter-error] mark').innerText(), 'colour');
  assert.equal(await field(page).inputValue(), 'colour:red');
  await page.context().close();
});

for (const [what, options] of [['on a desk', {}], ['on a phone', PHONE], ['in the dark', { colorScheme: 'dark' }]]) {
  test(`every state is accessible and fits ${what}`, async () => {
    const page = await open('?filter=pipeline:churn+status:Executing', options);
    const fits = async (state) => {
      assert.deepEqual(await violations(page), [], state);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(over <= 0, `${state}: ${over} pixels too wide`);
    };
    await fits('the list');
    await page.locator('summary', { hasText: 'Add filter' }).click();
    await fits('the form of a term');
    await page.locator('summary', { hasText: 'Columns and export' }).click();
    await fits('the columns');
    await page.goto(`${site.console}${LIST}?filter=name:nothing`);
    await fits('no match');
    await close(page);
  });
}
