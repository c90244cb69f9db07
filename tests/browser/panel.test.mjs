// The panel of a step beside the graph, its tabs and its width; and what stays in view of the banner.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calm } from './harness.mjs';
import { beforeAll, open } from './pages.mjs';

let chrome;
let found;
beforeAll((scene) => ({ chrome, found } = scene));

const graph = async (viewport) => {
  const page = await chrome.page({ viewport });
  await open(page, found.failed);
  return page;
};

test('the tabs of a step change in place and stand in the address', async () => {
  const page = await graph({ width: 1440, height: 900 });
  await page.locator('#banner a[data-shows-step]').click();
  await page.locator('#step .tabs a', { hasText: 'Inputs' }).click();
  await page.locator('#step [data-argument]').first().waitFor();
  assert.equal(new URL(page.url()).searchParams.get('tab'), 'inputs');
  assert.equal(await page.locator('#step .tabs a:focus').textContent().then((text) => text.trim()), 'Inputs');
  await page.reload();
  await page.locator('#step [data-argument]').first().waitFor();
  calm(page);
});

test('the panel is as wide as its edge was put, by pointer and keys, for as long as the tab lives', async () => {
  const page = await graph({ width: 1440, height: 900 });
  await page.locator('#banner a[data-shows-step]').click();
  const width = () => page.locator('#panel').evaluate((panel) => Math.round(panel.getBoundingClientRect().width));
  await page.locator('#step').waitFor();
  assert.equal(await width(), 440);
  await page.locator('#grip').focus();
  await page.keyboard.press('ArrowLeft');
  assert.equal(await width(), 460);
  const edge = await page.locator('#grip').boundingBox();
  await page.mouse.move(edge.x + edge.width / 2, edge.y + 100);
  await page.mouse.down();
  await page.mouse.move(edge.x - 60, edge.y + 100, { steps: 4 });
  await page.mouse.up();
  const dragged = await width();
  assert.ok(dragged > 500, `${dragged}`);
  await page.reload();
  await page.locator('#step').waitFor();
  assert.equal(await width(), dragged);
  calm(page);
});

test('a slim head has the actions once the banner is scrolled past', async () => {
  const page = await graph({ width: 1024, height: 500 });
  assert.equal(await page.locator('#slim').count(), 0);
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
  await page.locator('#slim').waitFor();
  assert.equal(await page.locator('#slim a', { hasText: 'Run again' }).isVisible(), true);
  await page.locator('#slim a', { hasText: 'Run again' }).click();
  await page.locator('#dialog[open]').waitFor();
  await page.keyboard.press('Escape');
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.locator('#slim').waitFor({ state: 'detached' });
  calm(page);
});
