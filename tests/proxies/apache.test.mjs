// Apache is the client of an OpenID provider, where people log in, and tells the console their claims in headers.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { apache, CALLBACK, CLAIMS, PEER } from './support/apache.mjs';
import { console_ } from './support/console.mjs';
import { openidFront } from './support/front.mjs';
import { headerMode, house, settings } from './support/house.mjs';
import { JOURNEYS } from './support/journey.mjs';
import { tellAll } from './support/lies.mjs';
import { openidProvider } from './support/provider.mjs';

let home;
let front;
let provider;

before(async () => {
  home = await house();
  const { port, certificates } = home;
  const origin = `https://ml.example.test:${port}`;
  const callback = origin + CALLBACK;
  provider = home.keep(await openidProvider({ origin, callback }));
  const identity = headerMode(CLAIMS);
  const console = home.keep(await console_(home.sagemaker, settings({ origins: [origin], peer: PEER, identity })));
  home.keep(await apache({ port, origin, ...certificates, provider, upstream: console.address }));
  front = openidFront({ home, origin, callback, provider, names: CLAIMS });
});
after(() => home?.stop());

describe('behind Apache with mod_auth_openidc', () => {
  for (const [title, walk] of Object.entries(JOURNEYS)) test(title, () => walk(front));
  // Apache drops what the client's Connection names, also from what it adds itself, unless told to drop that header.
  test('what people say of themselves is not believed', () => tellAll(front, {
    'the user header named in Connection': 401,
    'the groups header named in Connection, by vera': 'themselves, in no group',
  }));
  test('the provider has nothing to complain of', () => assert.deepEqual(provider.faults, []));
});
