// The search of a page's own script finds what the server's finds: the same cases hold both.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { runInThisContext } from 'node:vm';

const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');
runInThisContext(read('../../static/search.js'));
const { prepare, parse, matches, occurrences } = globalThis.textSearch;

test('the script finds what the server finds', () => {
  const cases = JSON.parse(read('../data/search.json'));
  assert.ok(cases.length > 40);
  for (const { query, names, values = [], found } of cases) {
    assert.equal(matches(parse(query), names, values), found, JSON.stringify({ query, names, values }));
  }
});

test('what is found is marked in the text as it was given', () => {
  const marked = (text, phrase) => occurrences(prepare(text), phrase, 10).map(([from, to]) => text.slice(from, to));
  assert.deepEqual(marked('İİ "Churn-Job", CHURN_JOB', 'churn job'), ['Churn-Job', 'CHURN_JOB']);
  assert.deepEqual(marked('die Größe', 'SS'), ['ß']);
  assert.deepEqual(marked('un e\u0301tude', 'étude'), ['e\u0301tude']);
  assert.deepEqual(marked('a', ' '), []);
});
