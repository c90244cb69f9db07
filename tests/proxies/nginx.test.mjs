// nginx asks a sign-on service about every request (`auth_request`) and names the person in headers.

import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { console_ } from './support/console.mjs';
import { signOnSite } from './support/site.mjs';
import { headerMode, startEnvironment, settings } from './support/environment.mjs';
import { JOURNEYS, operatorStarts, sessionEnds } from './support/journey.mjs';
import { trySpoofedHeaders } from './support/spoofed-headers.mjs';
import { AUTH_REQUEST, guarded, nginx, PEER, POLLS, server, signOn } from './support/nginx.mjs';
import { olga } from './support/people.mjs';
import { signInService } from './support/sign-in.mjs';

/** Header names as the operator of nginx picks them. */
const FREE = { user: 'X-User', email: 'X-Email', groups: 'X-Groups' };

let environment;
let service;
const sites = {};

before(async () => {
  environment = await startEnvironment();
  service = environment.keep(await signInService());
  const { port, certificates } = environment;
  const preset = 'mode = "header"\npreset = "auth-request"';
  const behind = async (name, { names = AUTH_REQUEST, identity = preset, polls, more }) => {
    const origin = `https://${name}:${port}`;
    const console = environment.keep(await console_(environment.sagemaker, settings({ origins: [origin], peer: PEER, identity })));
    sites[name] = signOnSite({ environment, service, origin, names, console });
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
  environment.keep(await nginx(port, servers));
});
after(() => environment?.stop());

describe('behind nginx with auth_request', () => {
  for (const [title, walk] of Object.entries(JOURNEYS)) test(title, () => walk(sites['ml.example.test']));
  test('a session ends where polls are led to the form', () => sessionEnds(sites['led.example.test']));
  test('a session ends where polls are led to another site', () => sessionEnds(sites['led-away.example.test']));
  test('an operator signs in and starts an execution with header names of nginx\'s own', () => operatorStarts(sites['free.example.test']));
  test('identity headers that a client sends are not trusted', () => trySpoofedHeaders(sites['ml.example.test']));
  test('nor under header names of nginx\'s own', () => trySpoofedHeaders(sites['free.example.test']));
  test('nor where nginx lets strange header names through', () => trySpoofedHeaders(sites['lax.example.test'], {
    'dashes and underscores changed over': 400,
    'one dash or underscore changed over': 400,
    'dots for dashes': 400,
  }));
  test('requests that bypass nginx are refused', async () => {
    const { console, names, sagemaker } = sites['ml.example.test'];
    const headers = { [names.user]: olga.user, [names.email]: olga.email, [names.groups]: 'ml-ops' };
    const before = await sagemaker.starts();
    for (const [method, path] of [['GET', '/me'], ['GET', '/'], ['POST', '/w/default/pipelines/churn-train/executions']]) {
      assert.equal(await direct(console.port, '127.0.0.1', { method, path, headers }), 403, `${method} ${path}`);
    }
    // From nginx's own address they are accepted.
    assert.equal(await direct(console.port, PEER, { method: 'GET', path: '/me', headers }), 200);
    assert.equal(await sagemaker.starts(), before);
  });
});

/** A request straight to the console from an address of this machine: its status. */
function direct(port, localAddress, options) {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, localAddress, agent: false, ...options }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    outgoing.once('error', reject);
    outgoing.end();
  });
}
