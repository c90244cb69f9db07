// Caddy asks a sign-on service about every request (`forward_auth`) and copies its answer's headers.

import { after, before, describe, test } from 'node:test';
import { caddy, PEER, REMOTE } from './support/caddy.mjs';
import { console_ } from './support/console.mjs';
import { signOnSite } from './support/site.mjs';
import { startEnvironment, settings } from './support/environment.mjs';
import { JOURNEYS } from './support/journey.mjs';
import { trySpoofedHeaders } from './support/spoofed-headers.mjs';
import { signInService } from './support/sign-in.mjs';

let environment;
let site;
let careless;

before(async () => {
  environment = await startEnvironment();
  const { port, certificates } = environment;
  const service = environment.keep(await signInService({ redirects: true }));
  const identity = 'mode = "header"\npreset = "authelia"';
  const sites = [];
  const behind = async (name, more) => {
    const origin = `https://${name}:${port}`;
    const console = environment.keep(await console_(environment.sagemaker, settings({ origins: [origin], peer: PEER, identity })));
    sites.push({ name, upstream: console.address, ...more });
    return signOnSite({ environment, service, origin, names: REMOTE });
  };
  site = await behind('ml.example.test', { careful: true });
  careless = await behind('careless.example.test', {});
  environment.keep(await caddy({ port, ...certificates, service, sites }));
});
after(() => environment?.stop());

describe('behind Caddy with forward_auth', () => {
  for (const [title, walk] of Object.entries(JOURNEYS)) test(title, () => walk(site));
  // Caddy passes on every header name, and aliases of identity headers are refused.
  const ALIASES = {
    'dashes and underscores changed over': 400,
    'one dash or underscore changed over': 400,
    'dots for dashes': 400,
  };
  test('identity headers that a client sends are not trusted', () => trySpoofedHeaders(site, ALIASES));
  // It also drops what the client's Connection names from what it adds itself, unless it drops that header first.
  test('whoever has identity headers dropped has fewer rights, or is unauthenticated', () => trySpoofedHeaders(careless, {
    ...ALIASES,
    'the user header named in Connection': 401,
    'the groups header named in Connection, by vera': 'themselves, in no group',
  }));
});
