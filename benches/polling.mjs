#!/usr/bin/env node
// What a page of 1,000 steps costs a browser while it is polled, beside the same page at rest.
//
//   node benches/polling.mjs [--steps 1000] [--seconds 20]
//   node benches/polling.mjs --short      # seconds: that it works, not what it costs
//
// Starts a demo whose clock is stopped, with one pipeline of rows of ten steps. The main thread's time is taken of the
// graph, with every step and folded, and of the table of steps, first at rest, then while steps begin and end; and with
// that the longest single answer to a poll, uncompressed. The table has a hundred rows a page, in the order of their
// names, so that its clock goes slower: else they would all have ended. SLUICEGATE names the program
// (target/release/sluicegate unless set). Needs Chromium (CHROMIUM, default /usr/bin/chromium) and the packages of
// tests/browser.
import { options } from './support/options.mjs';
import { demoInBrowser } from './support/page.mjs';
import { eventually, rowsOfTen } from '../tests/browser/harness.mjs';

const chosen = options({ steps: 1000, seconds: 20 }, { steps: 60, seconds: 5 });
const [STEPS, SECONDS] = [Number(chosen.steps), Number(chosen.seconds)];

/** A page's name, its tab, what it shows of a step, and the seconds by which the clock moves twice a second. */
const PAGES = [
  ['graph', '?open=all', '#dag a', 4],
  ['folded graph', '', '#dag a', 4],
  ['table of steps', '/steps?sort=name', 'tbody tr', 1],
];

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const { site, chrome, end } = await demoInBrowser();

/** Milliseconds of the main thread's time a second, while `during` goes on for as long as is measured. */
async function load(client, during) {
  const taken = async () => {
    const { metrics } = await client.send('Performance.getMetrics');
    return metrics.find((metric) => metric.name === 'TaskDuration').value * 1000;
  };
  const [began, before] = [performance.now(), await taken()];
  while (performance.now() - began < SECONDS * 1000) await during();
  return ((await taken()) - before) / ((performance.now() - began) / 1000);
}

try {
  await site.emulator.freeze();
  await site.emulator.createPipeline('Wide', rowsOfTen(STEPS));
  for (const [number, [what, tab, item, pace]] of PAGES.entries()) {
    const id = await site.emulator.start('Wide', `polled-${number}`, {});
    await site.emulator.advance(30);
    const page = await chrome.page();
    await page.goto(`${site.console}/w/default/pipelines/Wide/executions/${id}${tab}`);
    await eventually('some steps have started', async () => (await page.locator(`${item}:is([data-status="Succeeded"], [data-statuses*="Succeeded"])`).count()) > 0, 60_000);
    await page.evaluate(() => {
      globalThis.longest = 0;
      document.addEventListener('htmx:before:swap', ({ detail }) => {
        globalThis.longest = Math.max(globalThis.longest, detail.ctx.text.length);
      });
    });
    const client = await page.context().newCDPSession(page);
    await client.send('Performance.enable');
    const rest = await load(client, () => sleep(500));
    const polled = await load(client, async () => {
      await site.emulator.advance(pace);
      await sleep(500);
    });
    const longest = await page.evaluate(() => globalThis.longest);
    console.log(`${what}, ${STEPS} steps: ${rest.toFixed(0)} ms/s at rest, ${polled.toFixed(0)} ms/s while polled `
      + `(ratio ${(polled / rest).toFixed(1)}), longest answer ${(longest / 1024).toFixed(0)} KiB`);
    await page.close();
  }
} finally {
  await end();
}
