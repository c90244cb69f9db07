#!/usr/bin/env node
// What many viewers of lists and executions cost, beside one viewer of each page, in one run.
//
//     node benches/viewers.mjs [--viewers 1000] [--seconds 600] [--alone 60]
//     node benches/viewers.mjs --short      # seconds: that it works, not what it costs
//
// Every viewer loads a page and then polls it as a browser does, from the list of pipelines and that of all executions to
// the pages of single executions, which run meanwhile. First each page has one viewer, then they share `--viewers`. Prints
// for both the calls to SageMaker and the processor time of the console a second, the polls a second and how many were
// answered with 304, and the console's memory while they go on. SLUICEGATE names the program (target/release/sluicegate
// unless set).

import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { ALL_EXECUTIONS, asPoll, console_, getting, LOCAL, memory, polled, processor, sagemaker, wholeList } from './support/console.mjs';
import { options } from './support/options.mjs';

const chosen = options({ viewers: 1000, seconds: 600, alone: 60 }, { viewers: 60, seconds: 6, alone: 4 });
const [VIEWERS, SECONDS, ALONE] = ['viewers', 'seconds', 'alone'].map((name) => Number(chosen[name]));
/** Executions whose pages are looked at, the newest ones, and how often memory is read. */
const [EXECUTIONS, LOOKS] = [12, 10];

const send = getting(128);
const emulator = await sagemaker('demo');
const site = await console_(emulator, LOCAL);
const get = (path, headers) => send(site, path, headers);

let polls = 0;
let unchanged = 0;

/** Loads a page and polls it until the signal comes. The first poll comes at any time within the interval. */
async function view(path, signal) {
  const pause = (ms) => sleep(ms, undefined, { signal }).catch(() => {});
  let now = polled((await get(path)).text);
  await pause(Math.random() * now.wait);
  while (!signal.aborted) {
    const answer = await get(now.address, asPoll(site, path, now.tag));
    polls += 1;
    if (answer.status === 304) unchanged += 1;
    else if (answer.text.includes('hx-ptag=')) now = polled(answer.text);
    now.tag = answer.headers['hx-ptag'] ?? now.tag;
    await pause(now.wait);
  }
}

const total = (calls) => Object.values(calls).reduce((sum, count) => sum + count, 0);

/** So many viewers for so many seconds. */
async function measure(pages, viewers, seconds) {
  const ending = new AbortController();
  setMaxListeners(0, ending.signal);
  const viewing = Promise.all(Array.from({ length: viewers }, (_, number) => view(pages[number % pages.length], ending.signal)));
  viewing.catch(() => {});
  // What the first looks cost is not what goes on.
  await Promise.race([sleep(Math.min(seconds * 100, 10_000)), viewing]);
  [polls, unchanged] = [0, 0];
  const [began, calls, cpu] = [performance.now(), total(await emulator.calls()), processor(site)];
  const sizes = [memory(site)];
  for (let look = 0; look < LOOKS; look += 1) {
    await Promise.race([sleep(seconds * 1000 / LOOKS), viewing]);
    sizes.push(memory(site));
  }
  const passed = (performance.now() - began) / 1000;
  const result = {
    calls: (total(await emulator.calls()) - calls) / passed,
    cpu: (processor(site) - cpu) / passed,
    polls: polls / passed,
    unchanged: unchanged / polls,
    sizes,
  };
  ending.abort();
  console.log(`${viewers} viewers of ${pages.length} pages, ${passed.toFixed(0)} s: ${result.calls.toFixed(2)} calls/s, ${result.polls.toFixed(0)} polls/s, `
    + `${(result.unchanged * 100).toFixed(0)} % of them 304, console ${result.cpu.toFixed(0)} ms/s, ${(result.cpu / result.polls).toFixed(2)} ms a poll`);
  console.log(`  memory, MiB: ${result.sizes.map((size) => size.toFixed(0)).join(' ')}`);
  await viewing;
  return result;
}

/** The pages looked at, once the console knows what there is. */
async function pages() {
  const text = await wholeList(send, site, EXECUTIONS);
  const rows = [...text.matchAll(/data-execution="([^"]+)" data-pipeline="([^"]+)"/g)];
  const pipelines = [...new Set(rows.map(([, , pipeline]) => pipeline))];
  return [
    '/w/default/pipelines', ALL_EXECUTIONS, `${ALL_EXECUTIONS}?filter=status%3AFailed`,
    ...pipelines.map((pipeline) => `/w/default/pipelines/${pipeline}/executions`),
    ...rows.slice(0, EXECUTIONS).map(([, id, pipeline]) => `/w/default/pipelines/${pipeline}/executions/${id}`),
  ];
}

const all = await pages();
const alone = await measure(all, all.length, ALONE);
const many = await measure(all, Math.max(VIEWERS, all.length), SECONDS);
console.log(`calls ${(many.calls / alone.calls).toFixed(2)} times those of one viewer a page, memory ${(many.sizes.at(-1) / many.sizes[0]).toFixed(2)} times that of their beginning`);
process.exit(0);
