// Apache is the client of an OpenID provider, where people log in, and passes their claims to the console in headers.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { apache, CALLBACK, CLAIMS, PEER } from './support/apache.mjs';
import { console_ } from './support/console.mjs';
import { openidSite } from './support/site.mjs';
import { headerMode, startEnvironment, settings } from './support/environment.mjs';
import { JOURNEYS } from './support/journey.mjs';
import { trySpoofedHeaders } from './support/spoofed-headers.mjs';
import { openidProvider } from './support/provider.mjs';

let environment;
let site;
let provider;

before(async () => {
  environment = await startEnvironment();
  const { port, certificates } = environment;
  const origin = `https://ml.example.test:${port}`;
  const callback = origin + CALLBACK;
  provider = environment.keep(await openidProvider({ origin, callback }));
  const identity = headerMode(CLAIMS);
  const console = environment.keep(await console_(environment.sagemaker, settings({ origins: [origin], peer: PEER, identity })));
  environment.keep(await apache({ port, origin, ...certificates, provider, upstream: console.address }));
  site = openidSite({ environment, origin, callback, provider, names: CLAIMS });
});
after(() => environment?.stop());

describe('behind Apache with mod_auth_openidc', () => {
  for (const [title, walk] of Object.entries(JOURNEYS)) test(title, () => walk(site));
  // Apache drops what the client's Connection names, also from what it adds itself, unless it drops that header first.
  test('identity headers that a client sends are not trusted', () => trySpoofedHeaders(site, {
    'the user header named in Connection': 401,
    'the groups header named in Connection, by vera': 'themselves, in no group',
  }));
  test('the provider reports no errors', () => assert.deepEqual(provider.errors, []));
});
