// What somebody who is signed in says about themselves in headers of their own, and what must come of it.

import assert from 'node:assert/strict';
import { ask, ticketIn } from './ask.mjs';
import { nora, olga, vera } from './people.mjs';

const CREATE = '/w/default/pipelines/churn-train/executions';

const told = (names, person) => [
  [names.user, person.user], [names.email, person.email], [names.groups, person.groups.join(',')],
];
const renamed = (names, rename) => told(names, olga).map(([name, value]) => [rename(name), value]);
const swap = (name) => (name.includes('_') ? name.replaceAll('_', '-') : name.replaceAll('-', '_'));

/** Each lie, by the names of the headers that the console reads. */
export const LIES = {
  'the very headers': (names) => told(names, olga),
  'each header twice': (names) => [...told(names, olga), ...told(names, olga)],
  'in small letters': (names) => renamed(names, (name) => name.toLowerCase()),
  'in capitals': (names) => renamed(names, (name) => name.toUpperCase()),
  'dashes and underscores changed over': (names) => renamed(names, swap),
  'one dash or underscore changed over': (names) => renamed(names, (name) => name.replace(/[-_]/, (mark) => (mark === '-' ? '_' : '-'))),
  'dots for dashes': (names) => renamed(names, (name) => name.replaceAll(/[-_]/g, '.')),
  'a groups header alone': (names) => [[names.groups, 'ml-ops']],
  'the user header named in Connection': (names) => [...told(names, olga), ['Connection', `close, ${names.user}`]],
  'the groups header named in Connection': (names) => [...told(names, olga), ['Connection', `close, ${names.groups}`]],
  'another console\'s headers': () => [
    ['X-Forwarded-User', 'olga'], ['X-Forwarded-Email', olga.email], ['X-Forwarded-Groups', 'ml-ops'],
    ['X-Remote-User', 'olga'], ['Authorization', `Basic ${Buffer.from('olga:x').toString('base64')}`],
  ],
};

/**
 * How `/me` answers somebody who lies: 'themselves' where it shows the session's own person, else the status. Nobody may
 * ever be taken for somebody else, or be in a group they are not in.
 */
export async function asked(front, person, lie) {
  const answer = await ask(front.origin, `${front.base ?? ''}/me`, { cookie: await front.cookie(person), headers: lie });
  if (answer.status !== 200) return answer.status;
  for (const { user, email } of [olga, vera, nora].filter((other) => other !== person)) {
    assert.ok(!answer.text.includes(email) && !answer.text.includes(`>${user}<`), `taken for ${user}: ${answer.text}`);
  }
  assert.ok(answer.text.includes(person.email), answer.text);
  // Caddy names its own variable where the sign-on service tells no groups.
  const groups = [...answer.text.matchAll(/ data-group="([^"]*)"/g)].map(([, group]) => group)
    .filter((group) => !group.startsWith('{http.reverse_proxy.'));
  if (person.groups.length && !groups.length) return 'themselves, in no group';
  assert.deepEqual(groups.toSorted(), person.groups.toSorted());
  return 'themselves';
}

/**
 * Lets somebody post olga's own form with her ticket and the lie: the answer's status. Nothing may start; the caller
 * asks the local SageMaker.
 */
export async function posted(front, person, lie, ticket) {
  const form = { name: 'by-a-liar', description: '', 'p.Instances': '1', ticket };
  const answer = await ask(front.origin, (front.base ?? '') + CREATE, { cookie: await front.cookie(person), headers: lie, form });
  return answer.status;
}

/** A ticket that olga got for starting an execution. */
export async function ticketOfOlga(front) {
  const answer = await ask(front.origin, `${front.base ?? ''}${CREATE}/new`, { cookie: await front.cookie(olga) });
  assert.equal(answer.status, 200, answer.text);
  return ticketIn(answer.text);
}

/**
 * Tells every lie through a proxy, for somebody with groups and somebody without. `expected` names what comes of a lie
 * where that is not that people are taken for who they are: a status, the same for both.
 */
export async function tellAll(front, expected = {}) {
  const outcomes = {};
  for (const [name, lie] of Object.entries(LIES)) {
    for (const person of [vera, nora]) {
      const before = await front.sagemaker.starts();
      const headers = lie(front.names);
      outcomes[`${name}, by ${person.user}`] = await asked(front, person, headers);
      const status = await posted(front, person, headers, await ticketOfOlga(front));
      assert.ok(status >= 400 && status < 500, `${name}, by ${person.user}: ${status}`);
      assert.equal(await front.sagemaker.starts(), before, `${name}, by ${person.user}, started something`);
    }
  }
  const due = Object.keys(LIES).flatMap((name) => [vera, nora].map(({ user }) => {
    const known = expected[`${name}, by ${user}`] ?? expected[name] ?? 'themselves';
    return [`${name}, by ${user}`, known];
  }));
  assert.deepEqual(outcomes, Object.fromEntries(due));
  // The witness can tell: from olga herself the very same form starts one.
  const before = await front.sagemaker.starts();
  assert.equal(await posted(front, olga, [], await ticketOfOlga(front)), 303);
  assert.equal(await front.sagemaker.starts(), before + 1);
}
