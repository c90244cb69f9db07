#!/usr/bin/env node
// How long a change at SageMaker takes to the pixel: the middle and the longest time, for each kind of page.
//
//     node benches/freshness.mjs [--changes 15]
//     node benches/freshness.mjs --short      # seconds: that it works, not what it costs
//
// A page is open in Chromium; somebody else stops an execution, by a call to the local SageMaker; the time ends with the
// frame in which the page shows it. SLUICEGATE names the program (target/release/sluicegate unless set). Needs Chromium
// (CHROMIUM, default /usr/bin/chromium) and the packages of tests/browser.

import { setTimeout as sleep } from 'node:timers/promises';
import { options } from './support/options.mjs';
import { demoInBrowser } from './support/page.mjs';
import { rowsOfTen } from '../tests/browser/harness.mjs';

const CHANGES = Number(options({ changes: 15 }, { changes: 1 }).changes);
const LIMIT = 60_000;

/** A page's name, its address, and the element whose status is looked at. */
const PAGES = [
  ['execution', (id) => `/w/default/pipelines/Watched/executions/${id}`, () => '#live [data-status]'],
  ['list of a pipeline', () => '/w/default/pipelines/Watched/executions', (id) => `[data-execution="${id}"]`],
  ['list of all executions', () => '/w/default/executions', (id) => `[data-execution="${id}"]`],
];

const { site, chrome, end } = await demoInBrowser();

/** Waits until an element's status is, or is no more, that of what runs; resolves in the frame that shows it. */
const shows = (page, selector, running) => page.waitForFunction(([where, wanted]) => {
  const status = document.querySelector(where)?.dataset.status;
  return status !== undefined && (status === 'Executing') === wanted;
}, [selector, running], { polling: 'raf', timeout: LIMIT });

try {
  // Its steps never end: the only change is the one that is made here.
  await site.emulator.freeze();
  await site.emulator.createPipeline('Watched', rowsOfTen(1));
  for (const [name, address, element] of PAGES) {
    const times = [];
    const page = await chrome.page();
    for (let change = 0; change < CHANGES; change += 1) {
      const id = await site.emulator.start('Watched', `${name.replaceAll(' ', '-')}-${change}`);
      await page.goto(site.console + address(id));
      await shows(page, element(id), true);
      // The change comes at any time between two polls.
      await sleep(Math.random() * 4000);
      const began = performance.now();
      await site.emulator.call('StopPipelineExecution', {
        PipelineExecutionArn: `arn:aws:sagemaker:eu-central-1:111122223333:pipeline/Watched/execution/${id}`,
        ClientRequestToken: crypto.randomUUID(),
      });
      await shows(page, element(id), false);
      times.push(performance.now() - began);
    }
    times.sort((a, b) => a - b);
    console.log(`${name.padEnd(24)} ${(times[Math.floor(times.length / 2)] / 1000).toFixed(2)} s at the middle, ${(times.at(-1) / 1000).toFixed(2)} s at most, of ${times.length}`);
    await page.close();
  }
} finally {
  await end();
}
