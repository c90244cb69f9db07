// nginx asks a sign-on service about every request (`auth_request`) and says who it is in headers.

import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { console_ } from './support/console.mjs';
import { signOnFront } from './support/front.mjs';
import { headerMode, house, settings } from './support/house.mjs';
import { JOURNEYS, operatorStarts, sessionEnds } from './support/journey.mjs';
import { tellAll } from './support/lies.mjs';
import { AUTH_REQUEST, guarded, nginx, PEER, POLLS, server, signOn } from './support/nginx.mjs';
import { olga } from './support/people.mjs';
import { signInService } from './support/sign-in.mjs';

/** Header names as the operator of nginx picks them. */
const FREE = { user: 'X-User', email: 'X-Email', groups: 'X-Groups' };

let home;
let service;
const fronts = {};

before(async () => {
  home = await house();
  service = home.keep(await signInService());
  const { port, certificates } = home;
  const preset = 'mode = "header"\npreset = "auth-request"';
  const behind = async (name, { names = AUTH_REQUEST, identity = preset, polls, more }) => {
    const origin = `https://${name}:${port}`;
    const console = home.keep(await console_(home.sagemaker, settings({ origins: [origin], peer: PEER, identity })));
    fronts[name] = signOnFront({ home, service, origin, names, console });
    return server({ port, name, ...certificates }, [signOn(service, polls), guarded('/', console.address, { names })], more);
  };
  const servers = [
    await behind('ml.example.test', {}),
    await behind('free.example.test', { names: FREE, identity: headerMode(FREE) }),
    // nginx passes on header names that it would otherwise drop.
    await behind('lax.example.test', { more: 'underscores_in_headers on;\n    ignore_invalid_headers off;' }),
    await behind('led.example.test', { polls: POLLS.led }),
    await behind('led-away.example.test', { polls: POLLS.ledAway }),
  ];
  home.keep(await nginx(port, servers));
});
after(() => home?.stop());

describe('behind nginx with auth_request', () => {
  for (const [title, walk] of Object.entries(JOURNEYS)) test(title, () => walk(fronts['ml.example.test']));
  test('a session ends where polls are led to the form', () => sessionEnds(fronts['led.example.test']));
  test('a session ends where polls are led to another site', () => sessionEnds(fronts['led-away.example.test']));
  test('an operator signs in and starts an execution with header names of nginx\'s own', () => operatorStarts(fronts['free.example.test']));
  test('what people say of themselves is not believed', () => tellAll(fronts['ml.example.test']));
  test('nor under header names of nginx\'s own', () => tellAll(fronts['free.example.test']));
  test('nor where nginx lets strange header names through', () => tellAll(fronts['lax.example.test'], {
    'dashes and underscores changed over': 400,
    'one dash or underscore changed over': 400,
    'dots for dashes': 400,
  }));
  test('nobody is believed who comes past nginx', async () => {
    const { console, names, sagemaker } = fronts['ml.example.test'];
    const headers = { [names.user]: olga.user, [names.email]: olga.email, [names.groups]: 'ml-ops' };
    const before = await sagemaker.starts();
    for (const [method, path] of [['GET', '/me'], ['GET', '/'], ['POST', '/w/default/pipelines/churn-train/executions']]) {
      assert.equal(await direct(console.port, '127.0.0.1', { method, path, headers }), 403, `${method} ${path}`);
    }
    // From nginx's own address they would be.
    assert.equal(await direct(console.port, PEER, { method: 'GET', path: '/me', headers }), 200);
    assert.equal(await sagemaker.starts(), before);
  });
});

/** A request straight to the console from an address of this machine: its status. */
function direct(port, localAddress, options) {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, localAddress, agent: false, ...options }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.once('error', reject);
    asked.end();
  });
}
