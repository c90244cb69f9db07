#!/usr/bin/env node
// What lists cost the server over 100,000 executions: each list, each filter alone and three together, a page far back, a
// poll with nothing new, and the first page after a restart, beside a static file in the same run.
//
//     node benches/lists.mjs [--seed large] [--requests 200] [--connections 8] [--polls 2000]
//     node benches/lists.mjs --short      # seconds: that it works, not what it costs
//
// The local SageMaker begins with its large seed, and the console reads all of it first, with a call budget that few
// accounts have: for minutes. Prints for each address the middle and the longest time of an answer, one after the other,
// and for lists the requests a second beside those of a static file. SLUICEGATE names the program
// (target/release/sluicegate unless set).

import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { options } from './support/options.mjs';

process.env.SLUICEGATE ??= fileURLToPath(new URL('../target/release/sluicegate', import.meta.url));
const { console_, sagemaker } = await import('../tests/proxies/support/console.mjs');

const chosen = options(
  { seed: 'large', requests: 200, connections: 8, polls: 2000 },
  { seed: 'demo', requests: 5, connections: 2, polls: 20 },
);
const [REQUESTS, CONNECTIONS, POLLS] = ['requests', 'connections', 'polls'].map((name) => Number(chosen[name]));
/** Milliseconds between two looks whether everything was read, and the most of them. */
const [LOOK, MOST_LOOKS] = [500, 7200];
/** Ticks of processor time a second, as Linux has them in /proc. */
const TICKS = 100;
const LIST = '/w/default/executions';
const SETTINGS = '[server]\nlisten = "127.0.0.1:0"\n[identity]\nmode = "local"\n';

const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
const emulator = await sagemaker(chosen.seed);
let site = await console_(emulator, SETTINGS, 'calls_per_second = 100');

function get(path, headers = {}) {
  return new Promise((resolve, reject) => {
    request(new URL(path, site.address), { agent, headers }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => {
        const text = Buffer.concat(parts).toString();
        if (answer.statusCode < 400) resolve({ status: answer.statusCode, headers: answer.headers, text });
        else reject(new Error(`${path}: ${answer.statusCode}\n${text.slice(0, 500)}`));
      });
    }).on('error', reject).end();
  });
}

/** Waits until the list has everything. */
async function whole() {
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    // A large account may not answer in time at first.
    const text = await get(LIST).then((answer) => answer.text, () => '');
    if (text.includes('data-execution=') && !text.includes('data-partial')) return text;
    await sleep(LOOK);
  }
  throw new Error('the list of executions was never whole');
}

/** The middle and the longest time of an answer in milliseconds, one request after the other. */
async function times(path) {
  await get(path);
  const taken = [];
  for (let number = 0; number < REQUESTS; number += 1) {
    const began = performance.now();
    await get(path);
    taken.push(performance.now() - began);
  }
  taken.sort((a, b) => a - b);
  return [taken[Math.floor(taken.length / 2)], taken.at(-1)];
}

/** Requests a second over all connections. */
async function rate(path) {
  let left = REQUESTS;
  const began = performance.now();
  await Promise.all(Array.from({ length: CONNECTIONS }, async () => {
    while (left > 0) {
      left -= 1;
      await get(path);
    }
  }));
  return REQUESTS / ((performance.now() - began) / 1000);
}

const processor = () => {
  const fields = readFileSync(`/proc/${site.pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
};
const filtered = (filter) => `${LIST}?filter=${encodeURIComponent(filter)}`;
const line = (name, text) => console.log(`${name.padEnd(44)} ${text}`);

async function lists(pipeline, file) {
  const against = await rate(file);
  line('a static file', `${against.toFixed(0)} requests/s`);
  for (const path of [
    '/w/default/pipelines', LIST, filtered('status:Failed'), `${LIST}?sort=name`, `${LIST}?sort=-status`, `${LIST}?sort=-duration`,
    `/w/default/pipelines/${pipeline}/executions`, `/w/default/pipelines/${pipeline}/executions?sort=name`, '/activity',
  ]) {
    const [middle, longest] = await times(path);
    const requests = await rate(path);
    line(path, `${middle.toFixed(1)} ms, ${longest.toFixed(1)} at most, ${requests.toFixed(0)} requests/s, ${(requests / against).toFixed(2)} of the file's`);
  }
}

/** Terms that narrow the list, by what is in it. */
function terms(text, pipeline) {
  const name = /<span class="sub">|data-execution="([^"]+)"/.exec(text)?.[1] ?? 'a';
  const word = pipeline.split(/[^a-z]/i).find((part) => part.length > 3) ?? 'steps';
  return [
    word, 'ab', `"${word}"`, 'status:Failed', `pipeline:${pipeline}`, 'name:a*', 'name~train', `id:${name}`, 'by:ana', 'step~train',
    'reason~error', 'version>1', 'started:24h', 'ended:7d', 'duration>10m', 'duration>10m duration<1h', 'tag~team', 'gone:no', '-name~a',
    'param.Rows>1', 'param.InputData~s3', 'metric.auc>0.5', `${word} duration>10m version>1`, '-name~a by:ana since:30d',
  ];
}

async function filters(text, pipeline) {
  for (const term of terms(text, pipeline)) {
    const [middle, longest] = await times(filtered(term));
    line(term, `${middle.toFixed(1)} ms, ${longest.toFixed(1)} at most`);
  }
}

async function places(text) {
  const total = Number(/data-total="(\d+)"/.exec(text)[1]);
  const last = Math.ceil(total / 100);
  for (const page of new Set([Math.ceil(last / 2), last])) {
    const [middle] = await times(`${LIST}?page=${page}`);
    line(`page ${page} of ${last}`, `${middle.toFixed(1)} ms`);
  }
}

/** What a poll costs the console that finds nothing new. */
async function polls(path) {
  const found = /hx-get="([^"]*)" hx-trigger="every \d+s" hx-swap="outerMorph" hx-ptag="([^"]*)"/;
  const [, address, tag] = found.exec((await get(path)).text);
  let shown = tag;
  let unchanged = 0;
  const before = processor();
  for (let number = 0; number < POLLS; number += 1) {
    const answer = await get(address.replaceAll('&amp;', '&'), {
      'HX-Request': 'true', 'HX-Request-Type': 'partial', 'HX-Target': 'div#live', 'HX-PTag': shown,
      'HX-Current-URL': new URL(path, site.address).href,
    });
    unchanged += Number(answer.status === 304);
    shown = answer.headers['hx-ptag'] ?? shown;
  }
  line(`a poll of ${path}`, `${((processor() - before) * 1000 / POLLS).toFixed(2)} ms of the processor, ${unchanged} of ${POLLS} were 304`);
}

let began = performance.now();
const text = await whole();
line('everything was read after', `${((performance.now() - began) / 1000).toFixed(1)} s`);
const pipeline = /data-pipeline="([^"]+)"/.exec(text)[1];
const file = /href="([^"]*\/static\/[^"]+\.css)"/.exec(text)[1];
await lists(pipeline, file);
await filters(text, pipeline);
await places(text);
await polls(LIST);
await polls('/w/default/pipelines');
site = await site.restart();
began = performance.now();
await get(LIST);
line('the first page after a restart', `${(performance.now() - began).toFixed(1)} ms`);
process.exit(0);
