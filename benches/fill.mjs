#!/usr/bin/env node
// What the first reading of an account costs: calls to SageMaker, and time until every execution is known; and the same
// where the console is killed in the middle of it.
//
//     node benches/fill.mjs [--executions 100000] [--rate 100]
//     node benches/fill.mjs --short      # seconds: that it works, not what it costs
//
// From 100,000 executions on, the account is the large seed, else so many executions are started. `--rate` is the
// workspace's `calls_per_second`, of which this reading takes half at most. Somebody looks at the list of all executions
// meanwhile, which costs calls of its own. Fails where a restart reads most of the account again. SLUICEGATE names the
// program (target/release/sluicegate unless set).

import { setTimeout as sleep } from 'node:timers/promises';
import { ALL_EXECUTIONS, console_, LOCAL, sagemaker } from './support/console.mjs';
import { options } from './support/options.mjs';

const chosen = options({ executions: 100_000, rate: 100 }, { executions: 1_500, rate: 10 });
const [EXECUTIONS, RATE] = [Number(chosen.executions), Number(chosen.rate)];
/** Executions of the large seed, those on a page of a search, and those that are started at once. */
const [LARGE, PAGE, AT_ONCE] = [100_000, 100, 20];
const SETTINGS = `${LOCAL}[catalog]\nbackfill = "0s"\n`;
/** How long a reading may take, and how often it is looked at, in milliseconds. */
const [LONGEST, INTERVAL] = [1_800_000, 200];

async function account() {
  if (EXECUTIONS >= LARGE) return sagemaker('large');
  const emulator = await sagemaker();
  await emulator.freeze();
  await emulator.createPipeline('plain');
  for (let started = 0; started < EXECUTIONS; started += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, number) => emulator.start('plain', `run-${started + number}`)));
    // A reading goes on by the time at which executions last changed.
    await emulator.advance(600);
  }
  return emulator;
}

const emulator = await account();

/** The list of all executions as it is now: how many are known, and whether these are all. */
async function look(site) {
  const answer = await fetch(site.address + ALL_EXECUTIONS);
  const text = await answer.text();
  const total = /data-total="(\d+)"( data-partial)?/.exec(text);
  if (answer.status !== 200 || !total) throw new Error(`${answer.status}: ${text.slice(0, 500)}`);
  return { known: Number(total[1]), isWhole: !total[2] };
}

/** Looks until this holds of what is known; the last look. */
async function lookUntil(site, holds) {
  const began = performance.now();
  for (;;) {
    const now = await look(site);
    if (holds(now)) return now;
    if (performance.now() - began > LONGEST) throw new Error(`after ${LONGEST / 60_000} minutes: ${JSON.stringify(now)}`);
    await sleep(INTERVAL);
  }
}

/** The calls and the seconds that something takes, and what it gives. */
async function measure(doing) {
  const [before, began] = [await emulator.calls(), performance.now()];
  const result = await doing();
  const seconds = (performance.now() - began) / 1000;
  const calls = {};
  for (const [operation, count] of Object.entries(await emulator.calls())) {
    const more = count - (before[operation] ?? 0);
    if (more > 0) calls[operation] = more;
  }
  return { seconds, calls, result };
}

function report(what, { seconds, calls }) {
  const list = Object.entries(calls).map(([operation, count]) => `${operation} ${count}`);
  console.log(`${what}: ${seconds.toFixed(1)} s, ${list.join(', ')}`);
}

const begin = () => console_(emulator, SETTINGS, `calls_per_second = ${RATE}`);
const isWhole = ({ isWhole: whole }) => whole;

const undisturbed = await measure(async () => {
  const site = await begin();
  const { known } = await lookUntil(site, isWhole);
  await site.stop();
  return known;
});
const all = undisturbed.result;
report(`first reading of ${all} executions, ${RATE} calls a second`, undisturbed);

let killed;
const half = await measure(async () => {
  killed = await begin();
  const { known } = await lookUntil(killed, (now) => now.known >= all / 2);
  process.kill(killed.pid, 'SIGKILL');
  return known;
});
report(`until it is killed with ${half.result} known`, half);
const rest = await measure(async () => {
  const site = await killed.restart();
  const { known } = await lookUntil(site, isWhole);
  await site.stop();
  return known;
});
report('after the restart', rest);
const [searches, left] = [rest.calls.Search, (all - half.result) / PAGE];
console.log(`searches after the restart: ${searches}, for ${left.toFixed(0)} pages that were left of ${(all / PAGE).toFixed(0)}`);
const isLoss = rest.result !== all || searches > left + (all / PAGE) / 3 + 5;
if (isLoss) console.error('it did not go on where it was killed');
process.exit(isLoss ? 1 : 0);
