// Caddy asks a sign-on service about every request (`forward_auth`) and copies its answer's headers.

import { after, before, describe, test } from 'node:test';
import { caddy, PEER, REMOTE } from './support/caddy.mjs';
import { console_ } from './support/console.mjs';
import { signOnFront } from './support/front.mjs';
import { house, settings } from './support/house.mjs';
import { JOURNEYS } from './support/journey.mjs';
import { tellAll } from './support/lies.mjs';
import { signInService } from './support/sign-in.mjs';

let home;
let front;
let careless;

before(async () => {
  home = await house();
  const { port, certificates } = home;
  const service = home.keep(await signInService({ redirects: true }));
  const identity = 'mode = "header"\npreset = "authelia"';
  const sites = [];
  const behind = async (name, more) => {
    const origin = `https://${name}:${port}`;
    const console = home.keep(await console_(home.sagemaker, settings({ origins: [origin], peer: PEER, identity })));
    sites.push({ name, upstream: console.address, ...more });
    return signOnFront({ home, service, origin, names: REMOTE });
  };
  front = await behind('ml.example.test', { careful: true });
  careless = await behind('careless.example.test', {});
  home.keep(await caddy({ port, ...certificates, service, sites }));
});
after(() => home?.stop());

describe('behind Caddy with forward_auth', () => {
  for (const [title, walk] of Object.entries(JOURNEYS)) test(title, () => walk(front));
  // Caddy passes on every header name, and aliases of identity headers are refused.
  const ALIASES = {
    'dashes and underscores changed over': 400,
    'one dash or underscore changed over': 400,
    'dots for dashes': 400,
  };
  test('what people say of themselves is not believed', () => tellAll(front, ALIASES));
  // It also drops what the client's Connection names from what it adds itself, unless told to drop that header.
  test('whoever has identity headers dropped is somebody less, or nobody', () => tellAll(careless, {
    ...ALIASES,
    'the user header named in Connection': 401,
    'the groups header named in Connection, by vera': 'themselves, in no group',
  }));
});
