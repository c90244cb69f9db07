// A console over a local SageMaker: what it is asked, and what it takes.

import './program.mjs';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export { console_, sagemaker } from '../../tests/proxies/support/console.mjs';

/** The settings of a console for one person. */
export const LOCAL = '[server]\nlisten = "127.0.0.1:0"\n[identity]\nmode = "local"\n';
/** The executions of all pipelines. */
export const ALL_EXECUTIONS = '/w/default/executions';
/** Ticks of processor time a second, as Linux has them in /proc. */
const TICKS = 100;
/** Milliseconds between two looks whether everything was read, and the most of them. */
const [LOOK, MOST_LOOKS] = [500, 7200];

/** A function that gets a path of a console, by so many connections at once. Fails on all but a page and "nothing new". */
export function getting(connections) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return (site, path, headers = {}) => new Promise((resolve, reject) => {
    request(new URL(path, site.address), { agent, headers }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => {
        const text = Buffer.concat(parts).toString();
        if ([200, 304].includes(answer.statusCode)) resolve({ status: answer.statusCode, headers: answer.headers, text });
        else reject(new Error(`${path}: ${answer.statusCode}\n${text.slice(0, 500)}`));
      });
    }).on('error', reject).end();
  });
}

/** The list of all executions, once the console has read all, and at least so many. */
export async function wholeList(get, site, least = 1) {
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    // A large account may not answer in time at first.
    const text = await get(site, ALL_EXECUTIONS).then((answer) => answer.text, () => '');
    if (text.split('data-execution=').length > least && !text.includes('data-partial')) return text;
    await sleep(LOOK);
  }
  throw new Error('the list of executions was never whole');
}

/** The address, the interval in milliseconds and the tag of the part of a page that is polled. */
export function polled(text) {
  const found = /hx-get="([^"]*)" hx-trigger="every (\d+)s" hx-swap="outerMorph" hx-ptag="([^"]*)"/.exec(text);
  if (!found) throw new Error(`nothing is polled there:\n${text.slice(0, 500)}`);
  return { address: found[1].replaceAll('&amp;', '&'), wait: Number(found[2]) * 1000, tag: found[3] };
}

/** The headers with which the page at a path polls, that shows the state of this tag. */
export const asPoll = (site, path, tag) => ({
  'HX-Request': 'true', 'HX-Request-Type': 'partial', 'HX-Target': 'div#live', 'HX-PTag': tag,
  'HX-Current-URL': new URL(path, site.address).href,
});

/** The memory of a console or another process, in MiB. */
export const memory = ({ pid }) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

/** The processor time that a console has taken, in milliseconds. */
export function processor({ pid }) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 1000 / TICKS;
}
