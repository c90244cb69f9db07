// Caddy asks a sign-on service about every request (`forward_auth`) and copies its answer's headers.

import { after, before, describe, test } from 'node:test';
import { caddy, PEER, REMOTE } from './support/caddy.mjs';
import { console_ } from './support/console.mjs';
import { signOnFront } from './support/front.mjs';
import { house, settings } from './support/house.mjs';
import { JOURNEYS } from './support/journey.mjs';
import { tellAll } from './support/lies.mjs';
import { signInService } from './support/sign-in.mjs';

const NAME = 'ml.example.test';
let home;
let front;

before(async () => {
  home = await house();
  const { port, certificates } = home;
  const origin = `https://${NAME}:${port}`;
  const service = home.keep(await signInService({ redirects: true }));
  const identity = 'mode = "header"\npreset = "authelia"';
  const console = home.keep(await console_(home.sagemaker, settings({ origins: [origin], peer: PEER, identity })));
  home.keep(await caddy({ port, name: NAME, ...certificates, service, upstream: console.address }));
  front = signOnFront({ home, service, origin, names: REMOTE });
});
after(() => home?.stop());

describe('behind Caddy with forward_auth', () => {
  for (const [title, walk] of Object.entries(JOURNEYS)) test(title, () => walk(front));
  // Caddy passes on every header name, and drops what the client's own Connection names from what it adds itself.
  test('what people say of themselves is not believed', () => tellAll(front, {
    'dashes and underscores changed over': 400,
    'one dash or underscore changed over': 400,
    'dots for dashes': 400,
    'the user header named in Connection': 401,
  }));
});
