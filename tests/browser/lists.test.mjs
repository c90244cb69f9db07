// Lists are read at a glance: rows of one height that open as a whole, times of one width, and links behind the bars.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browser, calm, demo, diamond, eventually, violations } from './harness.mjs';

const LIST = '/w/default/pipelines';
const EXECUTIONS = `${LIST}/CustomerChurn/executions`;
const REASON = 'CapacityError: Unable to provision requested ML compute capacity.';

let site;
let chrome;
let failed;
before(async () => {
  site = await demo('--seed', 'empty');
  chrome = await browser();
  await site.emulator.freeze();
  await site.emulator.createPipeline('CustomerChurn', diamond);
  await site.emulator.createPipeline('never-ran', diamond);
  await site.emulator.start('CustomerChurn', 'monday', { Stage: 'test', Instances: '4', InputData: 's3://bucket/other' });
  await site.emulator.advance(3600);
  await site.emulator.failNext('CustomerChurn', 'Train-B', REASON);
  failed = await site.emulator.start('CustomerChurn', 'tuesday', { Stage: 'test' });
  await site.emulator.advance(3600);
});
after(async () => {
  await chrome?.close();
  await site?.stop();
});

const open = async (path, options) => {
  const page = await chrome.page(options);
  await page.goto(site.console + path);
  return page;
};
const rowOf = (page) => page.locator(`tr[data-execution="${failed}"]`);
const knowsReason = (page) => rowOf(page).locator('[data-reason]').waitFor();

for (const width of [1440, 1024]) {
  test(`rows are 40 px high, and times stay in one line (${width} px)`, async () => {
    for (const path of [LIST, EXECUTIONS, `${EXECUTIONS}/${failed}/steps`]) {
      const page = await open(path, { viewport: { width, height: 900 } });
      if (path === EXECUTIONS) await knowsReason(page);
      const heights = await page.locator('tbody tr').evaluateAll((rows) => rows.map((one) => one.getBoundingClientRect().height));
      assert.ok(heights.length > 1 && heights.every((height) => height >= 39 && height <= 40.5), `${path}: ${heights}`);
      const cut = await page.locator('td time').evaluateAll((times) => times
        .filter((time) => time.getClientRects().length > 1 || time.parentElement.scrollWidth > time.parentElement.clientWidth)
        .map((time) => time.textContent));
      assert.deepEqual(cut, [], path);
      calm(page);
      await page.context().close();
    }
  });
}

test('a row opens wherever it is clicked, in a new tab with the middle button', async () => {
  const page = await open(EXECUTIONS);
  const opened = `${site.console}${EXECUTIONS}/${failed}`;
  for (const spot of ['td.took', 'td.at time', 'td.by']) {
    const { x, y, height } = await rowOf(page).locator(spot).boundingBox();
    await page.mouse.click(x + 14, y + height / 2);
    await page.waitForURL(opened);
    await page.goBack();
    await page.waitForURL((url) => url.pathname === EXECUTIONS);
  }
  const [tab] = await Promise.all([page.context().waitForEvent('page'), rowOf(page).locator('td.at time').click({ button: 'middle' })]);
  await tab.waitForURL(opened);
  calm(page);
});

test('what is selected in a row stays, and its buttons do what they do', async () => {
  const page = await open(EXECUTIONS);
  const box = await rowOf(page).locator('td.at time').boundingBox();
  await page.mouse.move(box.x + 1, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width - 60, box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
  assert.match(await page.evaluate(() => String(getSelection())), /\w+ \w+/);
  assert.equal(page.url(), site.console + EXECUTIONS);
  await rowOf(page).getByRole('link', { name: 'Retry' }).click();
  await page.locator('#dialog[open] form').waitFor();
  calm(page);
});

test('without a script a row opens as well', async () => {
  const page = await open(EXECUTIONS, { javaScriptEnabled: false });
  const { x, y, width, height } = await rowOf(page).locator('td.took').boundingBox();
  await page.mouse.click(x + width - 4, y + height / 2);
  await page.waitForURL(`${site.console}${EXECUTIONS}/${failed}`);
  calm(page);
});

test('times have the reader’s zone in their titles, and move nothing when they are rewritten', async () => {
  const page = await chrome.page({ timezoneId: 'Asia/Kolkata' });
  await page.addInitScript(() => {
    globalThis.shifts = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        globalThis.shifts.push(...entry.sources.map(({ node }) => node?.parentElement).filter((one) => one?.closest('table'))
          .map((one) => one.outerHTML.slice(0, 120)));
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.goto(`${site.console}${LIST}`);
  const time = page.locator('td.at time').first();
  await eventually('the time is in the zone', async () => /^\d+ \w{3} \d\d:\d\d \S+/.test(await time.innerText()));
  const at = new Date(await time.getAttribute('datetime'));
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Kolkata', timeStyle: 'medium' }).format(at);
  assert.match(await time.getAttribute('title'), new RegExp(`^\\d+ \\w{3} \\d{4} ${clock} (IST|GMT\\+5:30)$`));
  await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); }));
  assert.deepEqual(await page.evaluate(() => globalThis.shifts), []);
  calm(page);
});

test('the bars of a pipeline are links with titles, which the arrow keys lead to', async () => {
  const page = await open(LIST, { timezoneId: 'Asia/Kolkata' });
  await eventually('the reason is known', async () => {
    await page.goto(site.console + EXECUTIONS);
    return rowOf(page).locator('[data-reason]').count();
  });
  await page.goto(site.console + LIST);
  const pipeline = page.locator('tr[data-pipeline="CustomerChurn"]');
  const bars = pipeline.locator('.strip a');
  assert.equal(await bars.count(), 2);
  await bars.last().hover();
  assert.match(await bars.last().getAttribute('title'), /^Failed · \d+ \w+ \d\d:\d\d · \d+[sm].* · Train-B · CapacityError: /);
  assert.equal(await bars.first().getAttribute('tabindex'), '-1');
  await pipeline.locator('.last > a').focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  assert.equal(await bars.first().evaluate((bar) => bar === document.activeElement), true);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${site.console}${EXECUTIONS}/${failed}`);
  calm(page);
});

test('chips narrow the pipelines, in the address and without a script', async () => {
  for (const javaScriptEnabled of [true, false]) {
    const page = await open(LIST, { javaScriptEnabled });
    const count = (key) => page.locator(`[data-status-count="${key}"]`).innerText();
    assert.deepEqual(await Promise.all(['all', 'running', 'failing', 'never-run'].map(count)), ['2', '0', '1', '1']);
    await page.getByRole('link', { name: 'Failing 1' }).click();
    await page.waitForURL(/[?&]show=failing$/);
    await eventually('one is left', async () => (await page.locator('tr[data-pipeline]').count()) === 1);
    await page.getByRole('link', { name: 'Never run 1' }).click();
    await page.locator('tr[data-pipeline="never-ran"]').waitFor();
    await page.getByRole('link', { name: 'Running 0' }).click();
    await page.getByRole('heading', { name: 'Nothing is running' }).waitFor();
    calm(page);
    await page.context().close();
  }
});

test('what is typed to find a step stays while the execution goes on', async () => {
  const page = await chrome.page();
  const id = await site.emulator.start('CustomerChurn', 'watched', { Stage: 'test' });
  await site.emulator.advance(1);
  await page.goto(`${site.console}${EXECUTIONS}/${id}/steps`);
  await page.waitForFunction(() => globalThis.htmx);
  await page.locator('[name="q"]').pressSequentially('train');
  await page.waitForURL(/[?&]q=train$/);
  await eventually('two are left', async () => (await page.locator('tr[data-step]').count()) === 2);
  await site.emulator.advance(3600);
  await page.locator('#banner[data-status="Succeeded"]').waitFor();
  assert.equal(await page.inputValue('[name="q"]'), 'train');
  assert.equal(await page.locator('[name="q"]').evaluate((field) => field === document.activeElement), true);
  assert.equal(await page.locator('tr[data-step]').count(), 2);
  calm(page);
});

test('lists of every kind have no accessibility violation', async () => {
  for (const colorScheme of ['light', 'dark']) {
    for (const path of [LIST, EXECUTIONS, `${EXECUTIONS}/${failed}/steps`]) {
      const page = await open(path, { colorScheme });
      assert.deepEqual(await violations(page), [], path);
      await page.context().close();
    }
  }
});
