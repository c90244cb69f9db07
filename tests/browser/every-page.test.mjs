// Every kind of page, in light and dark, wide and narrow: accessible, quiet, and inside its window.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calm, violations } from './harness.mjs';
import { beforeAll, dialogs, open } from './pages.mjs';

let servers;
let chrome;
let found;
beforeAll((scene) => ({ servers, chrome, found } = scene));

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing on any page (${colorScheme})`, async () => {
    const page = await chrome.page({ colorScheme });
    const wrong = [];
    for (const [name, known] of Object.entries(found)) {
      await open(page, known);
      for (const violation of await violations(page)) wrong.push(`${name}: ${violation}`);
    }
    assert.deepEqual(wrong, []);
    calm(page);
  });

  for (const [name, show] of Object.entries(dialogs)) {
    test(`axe finds nothing in ${name} (${colorScheme})`, async () => {
      const page = await chrome.page({ colorScheme });
      await show(page, servers, found);
      assert.deepEqual(await violations(page), []);
      page.complaints = page.complaints.filter((complaint) => !/^50\d /.test(complaint));
      calm(page);
    });
  }
}

/** What the empty fields of a page show that is wider than they are. */
const cutHints = (page) => page.locator('[placeholder]:visible').evaluateAll((fields) => fields.filter((field) => {
  const style = getComputedStyle(field);
  const pen = document.createElement('canvas').getContext('2d');
  pen.font = style.font;
  const room = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return pen.measureText(field.placeholder).width > room;
}).map((field) => field.placeholder));

test('no page is wider than its window, and no hint in a field is cut off', async () => {
  const wrong = [];
  for (const [width, height] of [[1440, 900], [1024, 900], [390, 844]]) {
    const page = await chrome.page({ viewport: { width, height } });
    for (const [name, known] of Object.entries(found)) {
      await open(page, known);
      const needed = await page.evaluate(() => document.documentElement.scrollWidth);
      if (needed > width) wrong.push(`${name} in ${width} px: ${needed}`);
      if (width === 390) for (const hint of await cutHints(page)) wrong.push(`${name}: ${hint}`);
    }
    await page.context().close();
  }
  assert.deepEqual(wrong, []);
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
    await fresh.goto(found[name].address, { waitUntil: 'load' });
    assert.ok(bytes > 0 && bytes < 60 * 1024, `${name}: ${bytes} bytes`);
    assert.ok(requests.length <= 6, `${name}: ${requests}`);
    await context.close();
  }
});
