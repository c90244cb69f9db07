// Every kind of page, in light and dark, wide and narrow: accessible, quiet, and inside its window.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browser, calm, demo, violations } from './harness.mjs';
import { pages } from './pages.mjs';

let servers;
let chrome;
let found;
before(async () => {
  servers = await demo('--seed', 'demo');
  chrome = await browser();
  // What is running stays so while the pages are looked at.
  await servers.emulator.freeze();
  const page = await chrome.page();
  found = await pages(page, servers.console);
  await page.context().close();
});
after(async () => {
  await chrome?.close();
  await servers?.stop();
});

test('the demo has a page of every kind', () => {
  for (const name of ['failed', 'failed-step', 'succeeded', 'stopped', 'executing', 'resume', 'stop']) {
    assert.ok(found[name], `${name} is missing from ${Object.keys(found)}`);
  }
});

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing on any page (${colorScheme})`, async () => {
    const page = await chrome.page({ colorScheme });
    const wrong = [];
    for (const [name, path] of Object.entries(found)) {
      const answer = await page.goto(servers.console + path);
      assert.ok(answer.status() < 400 || name === 'not-found', `${name}: ${answer.status()} ${path}`);
      for (const violation of await violations(page)) wrong.push(`${name}: ${violation}`);
    }
    assert.deepEqual(wrong, []);
    page.complaints = page.complaints.filter((complaint) => !complaint.includes('status of 404'));
    calm(page);
  });

  test(`axe finds nothing in a dialog and beside an open panel (${colorScheme})`, async () => {
    const page = await chrome.page({ colorScheme });
    await page.goto(servers.console + found.executions);
    await page.locator('.head').getByRole('link', { name: 'Create execution' }).click();
    await page.locator('#dialog[open] form').waitFor();
    assert.deepEqual(await violations(page), []);
    await page.goto(servers.console + found.failed);
    await page.locator('svg a[data-step]').first().click();
    await page.waitForSelector('[data-panel]');
    assert.deepEqual(await violations(page), []);
    calm(page);
  });
}

test('no page is wider than a narrow window', async () => {
  const page = await chrome.page({ viewport: { width: 390, height: 844 } });
  const wide = [];
  for (const [name, path] of Object.entries(found)) {
    await page.goto(servers.console + path);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    if (width > 390) wide.push(`${name}: ${width}`);
  }
  assert.deepEqual(wide, []);
});

test('a first visit is small', async () => {
  const page = await chrome.page();
  for (const name of ['pipelines', 'executions', 'failed', 'create']) {
    const context = await page.context().browser().newContext();
    const fresh = await context.newPage();
    const session = await context.newCDPSession(fresh);
    let bytes = 0;
    const requests = [];
    await session.send('Network.enable');
    session.on('Network.requestWillBeSent', ({ request }) => { if (request.url.startsWith('http')) requests.push(request.url); });
    session.on('Network.loadingFinished', ({ encodedDataLength }) => { bytes += encodedDataLength; });
    await fresh.goto(servers.console + found[name], { waitUntil: 'load' });
    assert.ok(bytes > 0 && bytes < 60 * 1024, `${name}: ${bytes} bytes`);
    assert.ok(requests.length <= 6, `${name}: ${requests}`);
    await context.close();
  }
});
