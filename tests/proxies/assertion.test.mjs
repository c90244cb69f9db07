// The proxy passes on a signed assertion, and the console trusts the signature alone.

import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { apache, CALLBACK, PEER as APACHE, TOKEN } from './support/apache.mjs';
import { console_ } from './support/console.mjs';
import { openidSite, signOnSite } from './support/site.mjs';
import { startEnvironment, settings } from './support/environment.mjs';
import { operatorStarts, sessionEnds, signsOut, viewerIsRefused } from './support/journey.mjs';
import { postStatus, seenAs, ticketOfOlga } from './support/spoofed-headers.mjs';
import { AUTH_REQUEST, guarded, nginx, PEER as NGINX, server, signOn } from './support/nginx.mjs';
import { eventually, freePort } from './support/process.mjs';
import { CLIENT, openidProvider } from './support/provider.mjs';
import { olga, vera } from './support/people.mjs';
import { signInService } from './support/sign-in.mjs';

const HEADER = 'X-Assertion';
const NAME = 'ml.example.test';
let environment;
before(async () => { environment = await startEnvironment(); });
after(() => environment?.stop());

const jwt = ({ header, issuer, audience, jwks, algorithm }) => `mode = "jwt"

[identity.jwt]
header = "${header}"
issuer = "${issuer}"
audience = "${audience}"
jwks_url = "${jwks}"
algorithms = ["${algorithm}"]
user_claim = "sub"
groups_claim = "groups"
`;

describe('an assertion that nginx passes on', () => {
  let service;
  let site;
  before(async () => {
    service = environment.keep(await signInService());
    const { port, certificates } = environment;
    const origin = `https://${NAME}:${port}`;
    const identity = jwt({
      header: HEADER, issuer: service.issuer, audience: 'sluicegate', jwks: `http://127.0.0.1:${service.port}/jwks`, algorithm: 'ES256',
    });
    const console = environment.keep(await console_(environment.sagemaker, settings({ origins: [origin], peer: NGINX, identity })));
    const location = guarded('/', console.address, { assertion: HEADER });
    environment.keep(await nginx(port, [server({ port, name: NAME, ...certificates }, [signOn(service), location])]));
    site = signOnSite({ environment, service, origin, names: AUTH_REQUEST });
  });

  test('an operator signs in and starts an execution', () => operatorStarts(site));
  test('a viewer is refused', () => viewerIsRefused(site));
  test('somebody signs out', () => signsOut(site));

  test('the assertion expires while the session goes on', () => sessionEnds({
    ...site,
    endSessions: () => service.assertionsLive(-3600),
    signInAgain: () => service.assertionsLive(300),
  }));

  test('a new key is fetched by itself', async () => {
    assert.equal(await seenAs(site, olga, []), 'themselves');
    service.rotateKey();
    // Keys are not fetched again within ten seconds, whatever comes.
    await eventually('the new key is known', async () => await seenAs(site, olga, []) === 'themselves');
  });

  test('identity headers that a client sends are not trusted', async () => {
    for (const [name, token] of Object.entries(forgeries(service))) {
      for (const header of [HEADER, HEADER.toLowerCase(), HEADER.replace('-', '_')]) {
        for (const spoofed of [[[header, token]], [[header, token], [header, token]], [['Authorization', `Bearer ${token}`]]]) {
          const before = await environment.sagemaker.starts();
          assert.equal(await seenAs(site, vera, spoofed), 'themselves', `${name} as ${header}`);
          assert.equal(await postStatus(site, vera, spoofed, await ticketOfOlga(site)), 403, `${name} as ${header}`);
          assert.equal(await environment.sagemaker.starts(), before);
        }
      }
    }
    // Plain headers are ignored here.
    const plain = [[AUTH_REQUEST.user, olga.user], [AUTH_REQUEST.groups, 'ml-ops']];
    assert.equal(await seenAs(site, vera, plain), 'themselves');
    assert.equal(await seenAs(site, vera, [['Connection', `close, ${HEADER}`]]), 'themselves');
  });
});

/** Tokens that somebody without the key could make. */
function forgeries({ issuer }) {
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const claims = encode({
    iss: issuer, aud: 'sluicegate', sub: olga.user, email: olga.email, groups: olga.groups, iat: now, exp: now + 300,
  });
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const foreign = `${encode({ alg: 'ES256', kid: 'mine' })}.${claims}`;
  const symmetric = `${encode({ alg: 'HS256' })}.${claims}`;
  return {
    'a foreign key': `${foreign}.${sign('sha256', Buffer.from(foreign), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`,
    'a secret for a key': `${symmetric}.${createHmac('sha256', 'sluicegate').update(symmetric).digest('base64url')}`,
    'no signature': `${encode({ alg: 'none' })}.${claims}.`,
  };
}

describe('the ID token of an OpenID provider that Apache passes on', () => {
  let site;
  before(async () => {
    const port = await freePort();
    const origin = `https://${NAME}:${port}`;
    const callback = origin + CALLBACK;
    const provider = environment.keep(await openidProvider({ origin, callback }));
    const identity = jwt({ header: TOKEN, issuer: provider.issuer, audience: CLIENT, jwks: `${provider.issuer}/jwks`, algorithm: 'RS256' });
    const console = environment.keep(await console_(environment.sagemaker, settings({ origins: [origin], peer: APACHE, identity })));
    environment.keep(await apache({ port, origin, ...environment.certificates, provider, upstream: console.address, dropsConnection: true }));
    site = openidSite({ environment, origin, callback, provider });
  });

  test('an operator signs in and starts an execution', () => operatorStarts(site));
  test('a viewer is refused', () => viewerIsRefused(site));

  test('identity headers that a client sends are not trusted', async () => {
    // A token that is good, but somebody else's.
    await site.cookie(olga);
    const stolen = site.provider.tokenOf(olga);
    assert.ok(stolen);
    for (const header of [TOKEN, TOKEN.replaceAll('_', '-')]) {
      for (const spoofed of [[[header, stolen]], [[header, stolen], [header, stolen]]]) {
        assert.equal(await seenAs(site, vera, spoofed), 'themselves', header);
        assert.equal(await postStatus(site, vera, spoofed, await ticketOfOlga(site)), 403, header);
      }
    }
    assert.equal(await seenAs(site, vera, [['Connection', `close, ${TOKEN}`]]), 'themselves');
  });
});
