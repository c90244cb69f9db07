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

import { ALL_EXECUTIONS as LIST, asPoll, console_, getting, LOCAL, polled, processor, sagemaker, wholeList } from './support/console.mjs';
import { options } from './support/options.mjs';

const chosen = options(
  { seed: 'large', requests: 200, connections: 8, polls: 2000 },
  { seed: 'demo', requests: 5, connections: 2, polls: 20 },
);
const [REQUESTS, CONNECTIONS, POLLS] = ['requests', 'connections', 'polls'].map((name) => Number(chosen[name]));

const send = getting(CONNECTIONS);
const emulator = await sagemaker(chosen.seed);
let site = await console_(emulator, LOCAL, 'calls_per_second = 100');
const get = (path, headers) => send(site, path, headers);

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
  const [, id] = /data-execution="([^"]+)"/.exec(text);
  const word = pipeline.split(/[^a-z]/i).find((part) => part.length > 3) ?? 'steps';
  return [
    word, 'ab', `"${word}"`, 'status:Failed', `pipeline:${pipeline}`, 'name:a*', 'name~train', `id:${id}`, 'by:ana', 'step~train',
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
  const { address, tag } = polled((await get(path)).text);
  let shown = tag;
  let unchanged = 0;
  const before = processor(site);
  for (let number = 0; number < POLLS; number += 1) {
    const answer = await get(address, asPoll(site, path, shown));
    unchanged += Number(answer.status === 304);
    shown = answer.headers['hx-ptag'] ?? shown;
  }
  line(`a poll of ${path}`, `${((processor(site) - before) / POLLS).toFixed(2)} ms of the processor, ${unchanged} of ${POLLS} were 304`);
}

let began = performance.now();
const text = await wholeList(send, site);
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
