// Takes screenshots of every page, light and dark, in three widths:
//   node tests/browser/shots.mjs FOLDER

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { browser, demo } from './harness.mjs';
import { pages } from './pages.mjs';

const folder = process.argv[2];
if (!folder) {
  console.error('node tests/browser/shots.mjs FOLDER');
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
const running = await demo('--seed', 'demo');
const chrome = await browser();
try {
  const scout = await chrome.page();
  const found = await pages(scout, running.console);
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [1440, 1024, 390]) {
      const page = await chrome.page({ colorScheme, viewport: { width, height: width === 390 ? 844 : 900 } });
      for (const [name, path] of Object.entries(found)) {
        await page.goto(running.console + path);
        await page.screenshot({ path: join(folder, `${name}-${colorScheme}-${width}.png`), fullPage: true });
      }
      await page.goto(running.console + found.executions);
      await page.locator('.head').getByRole('link', { name: 'Create execution' }).click();
      await page.locator('#dialog[open] form').waitFor();
      await page.screenshot({ path: join(folder, `create-dialog-${colorScheme}-${width}.png`) });
      await page.goto(running.console + found.failed);
      await page.locator('svg a[data-step]').first().click();
      await page.waitForSelector('[data-panel]');
      await page.screenshot({ path: join(folder, `panel-${colorScheme}-${width}.png`), fullPage: true });
      await page.context().close();
    }
  }
  console.log(`${Object.keys(found).length + 2} pages, six screenshots each, in ${folder}`);
} finally {
  await chrome.close();
  await running.stop();
}
