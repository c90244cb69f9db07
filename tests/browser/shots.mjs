// Takes screenshots of every page and dialog, light and dark, in three widths:
//   node tests/browser/shots.mjs FOLDER [NAME…]

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { browser } from './harness.mjs';
import { consoles, dialogs, open, pages } from './pages.mjs';

const [folder, ...wanted] = process.argv.slice(2);
if (!folder) {
  console.error('node tests/browser/shots.mjs FOLDER [NAME…]');
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
// Rows that are not in the window are not drawn otherwise.
const EVERY_ROW = '.steady tr { content-visibility: visible !important; }';
const servers = await consoles();
const chrome = await browser();
try {
  const scout = await chrome.page();
  const found = await pages(scout, servers);
  const all = { ...found, ...dialogs };
  for (const name of wanted) assert.ok(name in all, `no page is called ${name}: ${Object.keys(all)}`);
  const names = wanted.length ? wanted : Object.keys(all);
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [1440, 1024, 390]) {
      const page = await chrome.page({ colorScheme, viewport: { width, height: width === 390 ? 844 : 900 } });
      for (const name of names) {
        if (name in dialogs) await dialogs[name](page, servers, found);
        else await open(page, found[name]);
        const path = join(folder, `${name}-${colorScheme}-${width}.png`);
        // A dialog covers the window, whatever the page's height.
        // A dialog is taken where it comes to rest.
        const fullPage = !(await page.locator('#dialog[open]').count());
        await page.screenshot({ path, fullPage, animations: 'disabled', style: EVERY_ROW });
      }
      await page.context().close();
    }
  }
  console.log(`${names.length} pages and dialogs, six screenshots each, in ${folder}`);
} finally {
  await chrome.close();
  await servers.stop();
}
