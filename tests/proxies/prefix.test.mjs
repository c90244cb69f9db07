// The console at a path of the portal's own host: every address stays under it, whether nginx strips it or not.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sendRequest } from './support/request.mjs';
import { console_ } from './support/console.mjs';
import { signOnSite } from './support/site.mjs';
import { startEnvironment, PIPELINE, settings } from './support/environment.mjs';
import { operatorStarts, sessionEnds } from './support/journey.mjs';
import { trySpoofedHeaders } from './support/spoofed-headers.mjs';
import { AUTH_REQUEST, guarded, nginx, PEER, server, signOn } from './support/nginx.mjs';
import { olga } from './support/people.mjs';
import { signInService } from './support/sign-in.mjs';

const BASE = '/tools/ml';
/** By host name: whether nginx takes the prefix away before the console sees it. */
const STRIPPED = { 'portal.example.test': false, 'stripping.example.test': true };

let environment;
const sites = {};
before(async () => {
  environment = await startEnvironment();
  const { port, certificates } = environment;
  const service = environment.keep(await signInService());
  const servers = [];
  for (const [name, stripped] of Object.entries(STRIPPED)) {
    const origin = `https://${name}:${port}`;
    const console = environment.keep(await console_(environment.sagemaker, settings({
      origins: [origin],
      peer: PEER,
      server: `base_path = "${BASE}"\nbase_path_stripped = ${stripped}`,
      identity: 'mode = "header"\npreset = "auth-request"',
    })));
    const location = guarded(`${BASE}/`, console.address + (stripped ? '/' : ''), { names: AUTH_REQUEST });
    // The portal itself: what strays to it is missed.
    servers.push(server({ port, name, ...certificates }, [signOn(service), location, '    location / { return 418; }']));
    sites[name] = watched(signOnSite({ environment, service, origin, base: BASE, names: AUTH_REQUEST }));
  }
  environment.keep(await nginx(port, servers));
});
after(() => environment?.stop());

/** The site with browsers that note every request which leaves the prefix. */
function watched(site) {
  const strays = [];
  const chromium = {
    async person() {
      const context = await site.chromium.person();
      context.on('request', (request) => {
        const url = new URL(request.url());
        if (url.protocol !== 'data:' && !isUnder(url, site.origin) && !url.pathname.startsWith('/sign-in/')) strays.push(`${url}`);
      });
      return context;
    },
  };
  return { ...site, chromium, strays };
}

const isUnder = (url, origin) => url.origin === origin && (url.pathname === BASE || url.pathname.startsWith(`${BASE}/`));

for (const [name, stripped] of Object.entries(STRIPPED)) {
  describe(`under a prefix that nginx ${stripped ? 'strips' : 'leaves'}`, () => {
    test('an operator signs in and starts an execution', () => operatorStarts(sites[name]));
    test('a session ends during polling', () => sessionEnds(sites[name]));
    test('no request of a browser left the prefix', () => assert.deepEqual(sites[name].strays, []));
    test('identity headers that a client sends are not trusted', () => trySpoofedHeaders(sites[name]));
    test('every address of every page stays under the prefix', () => crawl(sites[name]));
  });
}

/** Visits every address that pages name, from the start page on, as a browser and as htmx. */
async function crawl(site) {
  const execution = await site.sagemaker.start(PIPELINE, 'crawled');
  const cookie = await site.cookie(olga);
  const start = `${BASE}/`;
  const waiting = [start, `${BASE}/w/default/pipelines/${PIPELINE}/executions/${execution}`, `${BASE}/me`];
  const seen = new Set(waiting);
  const pages = [];
  while (waiting.length) {
    const path = waiting.shift();
    for (const more of [[], [['HX-Request', 'true'], ['HX-Request-Type', 'partial']]]) {
      const headers = [...more, ['X-Forwarded-Prefix', '//evil.example'], ['X-Forwarded-Host', 'evil.example'], ['Forwarded', 'host=evil.example']];
      const answer = await sendRequest(site.origin, path, { cookie, headers });
      assert.ok(answer.status < 400 && answer.status !== 204, `${path}: ${answer.status}`);
      assert.ok(!answer.text.includes('evil.example'), path);
      for (const address of addresses(site, path, answer)) {
        const url = new URL(address, site.origin + path);
        assert.ok(isUnder(url, site.origin), `${path} names ${address}`);
        const next = url.pathname + url.search;
        if (!seen.has(next) && seen.size < 400) { seen.add(next); waiting.push(next); }
      }
    }
    pages.push(path);
  }
  for (const part of ['/static/', `/executions/${execution}/stop`, '/executions/new', '/graph.svg', '/me', '/models']) {
    assert.ok(pages.some((path) => path.includes(part)), `${part} in ${pages.join(' ')}`);
  }
}

/** Every address an answer names: in attributes that are followed, in style sheets, in headers that lead on. */
function addresses(site, path, { headers, text }) {
  const found = ['location', 'hx-location', 'hx-push-url', 'hx-replace-url', 'hx-redirect']
    .flatMap((name) => headers[name] ?? []);
  const type = headers['content-type'] ?? '';
  if (type.startsWith('text/html')) {
    for (const [, name, value] of text.matchAll(/\s([a-z-]+)="([^"]*)"/g)) {
      const followed = ['href', 'src', 'data-all', 'hx-get'].includes(name);
      const address = value.replaceAll('&amp;', '&').replaceAll('&#38;', '&').replaceAll('&#39;', '\'');
      // Of an attribute that is not followed, too, what looks like an address must be one under the prefix.
      if (!followed && name !== 'data-key' && value.startsWith('/')) assert.ok(isUnder(new URL(address, site.origin), site.origin), `${path}: ${name}="${value}"`);
      if (followed && !/^(data:|#|https:\/\/[a-z0-9.-]+\.aws\.amazon\.com\/)/.test(address)) found.push(address);
    }
  } else if (type.startsWith('text/css')) {
    for (const [, value] of text.matchAll(/url\("?([^")]+)/g)) if (!value.startsWith('data:')) found.push(value);
  }
  return found;
}
