// Identity headers that a signed-in person sends themselves, and what must come of them.

import assert from 'node:assert/strict';
import { sendRequest, ticketIn } from './request.mjs';
import { nora, olga, vera } from './people.mjs';

const CREATE = '/w/default/pipelines/churn-train/executions';

const identityHeaders = (names, person) => [
  [names.user, person.user], [names.email, person.email], [names.groups, person.groups.join(',')],
];
const renamed = (names, rename) => identityHeaders(names, olga).map(([name, value]) => [rename(name), value]);
const swap = (name) => (name.includes('_') ? name.replaceAll('_', '-') : name.replaceAll('-', '_'));

/** Each attempt, as a function of the names of the headers that the console reads. */
export const SPOOFED_HEADERS = {
  'the same headers': (names) => identityHeaders(names, olga),
  'each header twice': (names) => [...identityHeaders(names, olga), ...identityHeaders(names, olga)],
  'in lower case': (names) => renamed(names, (name) => name.toLowerCase()),
  'in upper case': (names) => renamed(names, (name) => name.toUpperCase()),
  'dashes and underscores changed over': (names) => renamed(names, swap),
  'one dash or underscore changed over': (names) => renamed(names, (name) => name.replace(/[-_]/, (mark) => (mark === '-' ? '_' : '-'))),
  'dots for dashes': (names) => renamed(names, (name) => name.replaceAll(/[-_]/g, '.')),
  'a groups header alone': (names) => [[names.groups, 'ml-ops']],
  'the user header named in Connection': (names) => [...identityHeaders(names, olga), ['Connection', `close, ${names.user}`]],
  'the groups header named in Connection': (names) => [...identityHeaders(names, olga), ['Connection', `close, ${names.groups}`]],
  'another console\'s headers': () => [
    ['X-Forwarded-User', 'olga'], ['X-Forwarded-Email', olga.email], ['X-Forwarded-Groups', 'ml-ops'],
    ['X-Remote-User', 'olga'], ['Authorization', `Basic ${Buffer.from('olga:x').toString('base64')}`],
  ],
};

/**
 * How `/me` answers somebody with these headers: 'themselves' where it shows the session's own person, else the
 * status. Nobody may ever be taken for somebody else, or be in a group they are not in.
 */
export async function seenAs(site, person, spoofed) {
  const answer = await sendRequest(site.origin, `${site.base ?? ''}/me`, { cookie: await site.cookie(person), headers: spoofed });
  if (answer.status !== 200) return answer.status;
  for (const { user, email } of [olga, vera, nora].filter((other) => other !== person)) {
    assert.ok(!answer.text.includes(email) && !answer.text.includes(`>${user}<`), `taken for ${user}: ${answer.text}`);
  }
  assert.ok(answer.text.includes(person.email), answer.text);
  // Caddy names its own variable where the sign-on service sends no groups.
  const groups = [...answer.text.matchAll(/ data-group="([^"]*)"/g)].map(([, group]) => group)
    .filter((group) => !group.startsWith('{http.reverse_proxy.'));
  if (person.groups.length && !groups.length) return 'themselves, in no group';
  assert.deepEqual(groups.toSorted(), person.groups.toSorted());
  return 'themselves';
}

/**
 * Posts olga's own form with her ticket as somebody else with these headers: the answer's status. Nothing may start;
 * the caller checks the calls of the local SageMaker.
 */
export async function postStatus(site, person, spoofed, ticket) {
  const form = { name: 'by-somebody-else', description: '', 'p.Instances': '1', ticket };
  const answer = await sendRequest(site.origin, (site.base ?? '') + CREATE, { cookie: await site.cookie(person), headers: spoofed, form });
  return answer.status;
}

/** A ticket that olga got for starting an execution. */
export async function ticketOfOlga(site) {
  const answer = await sendRequest(site.origin, `${site.base ?? ''}${CREATE}/new`, { cookie: await site.cookie(olga) });
  assert.equal(answer.status, 200, answer.text);
  return ticketIn(answer.text);
}

/**
 * Sends every attempt through a proxy, as somebody with groups and somebody without. `expected` names the outcome of
 * one where that is not that people are taken for who they are: a status, the same for both.
 */
export async function trySpoofedHeaders(site, expected = {}) {
  const outcomes = {};
  for (const [name, spoofed] of Object.entries(SPOOFED_HEADERS)) {
    for (const person of [vera, nora]) {
      const before = await site.sagemaker.starts();
      const headers = spoofed(site.names);
      outcomes[`${name}, by ${person.user}`] = await seenAs(site, person, headers);
      const status = await postStatus(site, person, headers, await ticketOfOlga(site));
      assert.ok(status >= 400 && status < 500, `${name}, by ${person.user}: ${status}`);
      assert.equal(await site.sagemaker.starts(), before, `${name}, by ${person.user}, started something`);
    }
  }
  const wanted = Object.keys(SPOOFED_HEADERS).flatMap((name) => [vera, nora].map(({ user }) => {
    const known = expected[`${name}, by ${user}`] ?? expected[name] ?? 'themselves';
    return [`${name}, by ${user}`, known];
  }));
  assert.deepEqual(outcomes, Object.fromEntries(wanted));
  // The counter works: from olga herself the very same form starts one.
  const before = await site.sagemaker.starts();
  assert.equal(await postStatus(site, olga, [], await ticketOfOlga(site)), 303);
  assert.equal(await site.sagemaker.starts(), before + 1);
}
