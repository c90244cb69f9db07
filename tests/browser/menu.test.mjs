// The menu of the person, and what the head of every page has.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calm } from './harness.mjs';
import { beforeAll, open } from './pages.mjs';

let servers;
let chrome;
let found;
beforeAll((scene) => ({ servers, chrome, found } = scene));

const focused = (page) => page.evaluate(() => document.activeElement.textContent.trim().replace(/\s+/g, ' '));

for (const [width, height] of [[1440, 900], [1024, 768], [390, 844]]) {
  test(`the menu has theme, access and keys, and is worked from the keyboard (${width} px)`, async () => {
    const page = await chrome.page({ viewport: { width, height } });
    await open(page, found.pipelines);
    const menu = page.locator('#menu');
    await menu.locator('summary').focus();
    await page.keyboard.press('ArrowDown');
    assert.equal(await focused(page), 'Your access');
    const box = await menu.locator('.choices').boundingBox();
    assert.ok(box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height, JSON.stringify(box));
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    assert.equal(await focused(page), 'Dark');
    await page.keyboard.press('Enter');
    assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark');
    await page.keyboard.press('Escape');
    assert.equal(await menu.getAttribute('open'), null);
    assert.ok(await menu.locator('summary').evaluate((summary) => summary === document.activeElement));
    await page.keyboard.press('ArrowUp');
    assert.equal(await focused(page), 'Keyboard shortcuts ?');
    await page.keyboard.press('Enter');
    await page.locator('#dialog[open] dl.keys').waitFor();
    assert.equal(await menu.getAttribute('open'), null);
    await page.keyboard.press('Escape');
    await menu.locator('summary').click();
    await page.locator('h1').click({ position: { x: 2, y: 2 } });
    assert.equal(await menu.getAttribute('open'), null, 'a click beside it closes it');
    calm(page);
    await page.context().close();
  });
}

test('the menu opens without script', async () => {
  const page = await chrome.page({ javaScriptEnabled: false });
  await open(page, found.pipelines);
  await page.locator('#menu summary').click();
  await page.locator('#menu').getByRole('link', { name: 'Your access' }).click();
  assert.equal(await page.locator('h1').textContent(), 'Your access');
  assert.equal(await page.locator('[data-theme-choice]:visible').count(), 0);
});

test('the age of a page is once on it, and at one place on all', async () => {
  for (const [width, height] of [[1440, 900], [390, 844]]) {
    const page = await chrome.page({ viewport: { width, height } });
    const places = new Map();
    for (const [name, known] of Object.entries(found)) {
      await open(page, known);
      const ages = page.locator('.fresh');
      const count = await ages.count();
      assert.ok(count <= 1, `${name}: ${count} ages`);
      if (!count) continue;
      const { x, y, width: wide, height: high } = await ages.boundingBox();
      places.set(`${Math.round(x + wide)},${Math.round(y)}`, name);
      // Nothing else is there.
      const over = await page.evaluate(([x, y, wide, high]) => {
        const age = document.querySelector('.fresh');
        const at = [0.02, 0.5, 0.98].map((share) => document.elementFromPoint(x + wide * share, y + high / 2));
        const boxes = [...document.querySelectorAll('main :is(h1, .crumbs a, .head .btn)')].map((one) => one.getBoundingClientRect());
        const hit = boxes.some((box) => box.right > x && box.left < x + wide && box.bottom > y && box.top < y + high);
        return at.some((one) => !age.contains(one)) || hit;
      }, [x, y, wide, high]);
      assert.ok(!over, `${name} in ${width} px: something lies over the age`);
    }
    assert.equal(places.size, 1, JSON.stringify([...places]));
    assert.ok((await page.locator('.fresh').count()) <= 1);
    await page.context().close();
  }
});

test('an address that leads nowhere offers the search', async () => {
  const page = await chrome.page();
  page.expected = /status of 404/;
  for (const path of ['/nowhere', '/w/default/nowhere', '/w/nobody/pipelines/x/y/z']) {
    const answer = await page.goto(servers.console + path);
    assert.equal(answer.status(), 404);
    await page.keyboard.press('/');
    await page.keyboard.type('churn');
    await page.keyboard.press('Enter');
    await page.locator('[data-pipeline="CustomerChurnPipeline"]').waitFor();
  }
  calm(page);
});

test('the version of an execution leads to the list of versions', async () => {
  const page = await chrome.page();
  await open(page, found.succeeded);
  await page.locator('.head').getByRole('link', { name: /^version \d+$/ }).click();
  const version = new URL(page.url()).hash;
  assert.match(version, /^#version-\d+$/);
  await page.locator(`tr${version}`).waitFor();
  calm(page);
});
