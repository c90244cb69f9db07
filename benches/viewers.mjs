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
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { options } from './support/options.mjs';

process.env.SLUICEGATE ??= fileURLToPath(new URL('../target/release/sluicegate', import.meta.url));
const { console_, sagemaker } = await import('../tests/proxies/support/console.mjs');

const chosen = options({ viewers: 1000, seconds: 600, alone: 60 }, { viewers: 60, seconds: 6, alone: 4 });
const [VIEWERS, SECONDS, ALONE] = ['viewers', 'seconds', 'alone'].map((name) => Number(chosen[name]));
/** Executions whose pages are looked at, the newest ones, and how often memory is read. */
const [EXECUTIONS, LOOKS] = [12, 10];
/** Ticks of processor time a second, as Linux has them in /proc. */
const TICKS = 100;

const agent = new Agent({ keepAlive: true, maxSockets: 128 });
const emulator = await sagemaker('demo');
const site = await console_(emulator, '[server]\nlisten = "127.0.0.1:0"\n[identity]\nmode = "local"\n');

function get(path, headers = {}) {
  return new Promise((resolve, reject) => {
    request(new URL(path, site.address), { agent, headers }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text: Buffer.concat(parts).toString() }));
    }).on('error', reject).end();
  });
}

/** The address, the interval in milliseconds and the tag of the part of a page that is polled. */
function polled(text) {
  const found = /hx-get="([^"]*)" hx-trigger="every (\d+)s" hx-swap="outerMorph" hx-ptag="([^"]*)"/.exec(text);
  if (!found) throw new Error(`nothing is polled there:\n${text.slice(0, 500)}`);
  return { address: found[1].replaceAll('&amp;', '&'), wait: Number(found[2]) * 1000, tag: found[3] };
}

let polls = 0;
let unchanged = 0;

/** Loads a page and polls it until the signal comes. The first poll comes at any time within the interval. */
async function view(path, signal) {
  const pause = (ms) => sleep(ms, undefined, { signal }).catch(() => {});
  const page = await get(path);
  if (page.status !== 200) throw new Error(`${path}: ${page.status}`);
  let now = polled(page.text);
  await pause(Math.random() * now.wait);
  while (!signal.aborted) {
    const answer = await get(now.address, {
      'HX-Request': 'true', 'HX-Request-Type': 'partial', 'HX-Target': 'div#live', 'HX-PTag': now.tag,
      'HX-Current-URL': new URL(path, site.address).href,
    });
    polls += 1;
    if (answer.status === 304) unchanged += 1;
    else if (answer.status !== 200) throw new Error(`${now.address}: ${answer.status}`);
    else if (answer.text.includes('hx-ptag=')) now = polled(answer.text);
    now.tag = answer.headers['hx-ptag'] ?? now.tag;
    await pause(now.wait);
  }
}

const total = (calls) => Object.values(calls).reduce((sum, count) => sum + count, 0);
const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${site.pid}/status`, 'utf8'))[1]) / 1024;
const processor = () => {
  const fields = readFileSync(`/proc/${site.pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
};

/** So many viewers for so many seconds. */
async function measure(pages, viewers, seconds) {
  const ending = new AbortController();
  setMaxListeners(0, ending.signal);
  const viewing = Promise.all(Array.from({ length: viewers }, (_, number) => view(pages[number % pages.length], ending.signal)));
  viewing.catch(() => {});
  // What the first looks cost is not what goes on.
  await Promise.race([sleep(Math.min(seconds * 100, 10_000)), viewing]);
  [polls, unchanged] = [0, 0];
  const [began, calls, cpu] = [performance.now(), total(await emulator.calls()), processor()];
  const sizes = [memory()];
  for (let look = 0; look < LOOKS; look += 1) {
    await Promise.race([sleep(seconds * 1000 / LOOKS), viewing]);
    sizes.push(memory());
  }
  const passed = (performance.now() - began) / 1000;
  const result = {
    calls: (total(await emulator.calls()) - calls) / passed,
    cpu: (processor() - cpu) * 1000 / passed,
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
  const list = '/w/default/executions';
  for (let tries = 0; tries < 300; tries += 1) {
    const { text } = await get(list);
    const rows = [...text.matchAll(/data-execution="([^"]+)" data-pipeline="([^"]+)"/g)];
    if (rows.length >= EXECUTIONS && !text.includes('data-partial')) {
      const pipelines = [...new Set(rows.map(([, , pipeline]) => pipeline))];
      return [
        '/w/default/pipelines', list, `${list}?filter=status%3AFailed`,
        ...pipelines.map((pipeline) => `/w/default/pipelines/${pipeline}/executions`),
        ...rows.slice(0, EXECUTIONS).map(([, id, pipeline]) => `/w/default/pipelines/${pipeline}/executions/${id}`),
      ];
    }
    await sleep(200);
  }
  throw new Error('the list of executions was never whole');
}

const all = await pages();
const alone = await measure(all, all.length, ALONE);
const many = await measure(all, Math.max(VIEWERS, all.length), SECONDS);
console.log(`calls ${(many.calls / alone.calls).toFixed(2)} times those of one viewer a page, memory ${(many.sizes.at(-1) / many.sizes[0]).toFixed(2)} times that of their beginning`);
process.exit(0);
