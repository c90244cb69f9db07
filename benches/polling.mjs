#!/usr/bin/env node
// What a page of 1,000 steps costs a browser while it is polled, beside the same page at rest.
//
//   node benches/polling.mjs [--steps 1000] [--seconds 20]
//   node benches/polling.mjs --short      # seconds: that it works, not what it costs
//
// Starts a demo whose clock is stopped, with one pipeline of rows of ten steps. The main thread's time is taken of the
// graph and of the table of steps, first at rest, then while twenty steps or so change a second; and with that the longest
// single answer to a poll, uncompressed. SLUICEGATE names the program (target/release/sluicegate unless set). Needs
// Chromium (CHROMIUM, default /usr/bin/chromium) and the packages of tests/browser.
import { fileURLToPath } from 'node:url';
import { options } from './support/options.mjs';

process.env.SLUICEGATE ??= fileURLToPath(new URL('../target/release/sluicegate', import.meta.url));
const { browser, demo, eventually } = await import('../tests/browser/harness.mjs');

const chosen = options({ steps: 1000, seconds: 20 }, { steps: 60, seconds: 2 });
const [STEPS, SECONDS] = [Number(chosen.steps), Number(chosen.seconds)];
const ROW = 10;

const name = (number) => `step-${String(number).padStart(4, '0')}`;
const definition = {
  Version: '2020-12-01',
  Parameters: [],
  Steps: Array.from({ length: STEPS }, (_, number) => ({
    Name: name(number),
    Type: 'Processing',
    ...(number >= ROW && { DependsOn: [name(number - ROW)] }),
    Arguments: {
      ProcessingResources: { ClusterConfig: { InstanceType: 'ml.m5.xlarge', InstanceCount: 1, VolumeSizeInGB: 30 } },
      AppSpecification: { ImageUri: 'image' },
      RoleArn: 'arn:aws:iam::111122223333:role/x',
    },
  })),
};

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const site = await demo('--seed', 'empty');
const chrome = await browser();
const end = async () => {
  await chrome.close();
  await site.stop();
};
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, async () => { await end(); process.exit(1); });

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
  await site.emulator.createPipeline('Wide', definition);
  for (const [what, tab, item] of [['graph', '', '#dag a'], ['table of steps', '/steps', 'tbody tr']]) {
    const id = await site.emulator.start('Wide', `polled-${tab.slice(1) || 'graph'}`, {});
    await site.emulator.advance(30);
    const page = await chrome.page();
    await page.goto(`${site.console}/w/default/pipelines/Wide/executions/${id}${tab}`);
    await eventually('some steps have started', async () => (await page.locator(`${item}[data-status="Succeeded"]`).count()) > 0, 60_000);
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
      await site.emulator.advance(4);
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
