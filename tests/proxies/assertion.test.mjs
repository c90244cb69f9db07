// The proxy passes on a signed assertion, and the console believes the signature alone.

import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { apache, CALLBACK, PEER as APACHE, TOKEN } from './support/apache.mjs';
import { console_ } from './support/console.mjs';
import { openidFront, signOnFront } from './support/front.mjs';
import { house, settings } from './support/house.mjs';
import { operatorStarts, sessionEnds, signsOut, viewerIsRefused } from './support/journey.mjs';
import { asked, posted, ticketOfOlga } from './support/lies.mjs';
import { AUTH_REQUEST, guarded, nginx, PEER as NGINX, server, signOn } from './support/nginx.mjs';
import { eventually, freePort } from './support/process.mjs';
import { CLIENT, openidProvider } from './support/provider.mjs';
import { olga, vera } from './support/people.mjs';
import { signInService } from './support/sign-in.mjs';

const HEADER = 'X-Assertion';
const NAME = 'ml.example.test';
let home;
before(async () => { home = await house(); });
after(() => home?.stop());

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
  let front;
  before(async () => {
    service = home.keep(await signInService());
    const { port, certificates } = home;
    const origin = `https://${NAME}:${port}`;
    const identity = jwt({
      header: HEADER, issuer: service.issuer, audience: 'sluicegate', jwks: `http://127.0.0.1:${service.port}/jwks`, algorithm: 'ES256',
    });
    const console = home.keep(await console_(home.sagemaker, settings({ origins: [origin], peer: NGINX, identity })));
    const location = guarded('/', console.address, { assertion: HEADER });
    home.keep(await nginx(port, [server({ port, name: NAME, ...certificates }, [signOn(service), location])]));
    front = signOnFront({ home, service, origin, names: AUTH_REQUEST });
  });

  test('an operator signs in and starts an execution', () => operatorStarts(front));
  test('a viewer is refused', () => viewerIsRefused(front));
  test('somebody signs out', () => signsOut(front));

  test('the assertion expires while the session goes on', () => sessionEnds({
    ...front,
    endSessions: () => service.assertionsLive(-3600),
    signInAgain: () => service.assertionsLive(300),
  }));

  test('a new key is learnt by itself', async () => {
    assert.equal(await asked(front, olga, []), 'themselves');
    service.rotateKey();
    // Keys are not asked for again within ten seconds, whatever comes.
    await eventually('the new key is known', async () => await asked(front, olga, []) === 'themselves');
  });

  test('what people say of themselves is not believed', async () => {
    for (const [name, token] of Object.entries(forgeries(service))) {
      for (const header of [HEADER, HEADER.toLowerCase(), HEADER.replace('-', '_')]) {
        for (const lie of [[[header, token]], [[header, token], [header, token]], [['Authorization', `Bearer ${token}`]]]) {
          const before = await home.sagemaker.starts();
          assert.equal(await asked(front, vera, lie), 'themselves', `${name} as ${header}`);
          assert.equal(await posted(front, vera, lie, await ticketOfOlga(front)), 403, `${name} as ${header}`);
          assert.equal(await home.sagemaker.starts(), before);
        }
      }
    }
    // Plain headers tell nothing here.
    const plain = [[AUTH_REQUEST.user, olga.user], [AUTH_REQUEST.groups, 'ml-ops']];
    assert.equal(await asked(front, vera, plain), 'themselves');
    assert.equal(await asked(front, vera, [['Connection', `close, ${HEADER}`]]), 'themselves');
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
  let front;
  before(async () => {
    const port = await freePort();
    const origin = `https://${NAME}:${port}`;
    const callback = origin + CALLBACK;
    const provider = home.keep(await openidProvider({ origin, callback }));
    const identity = jwt({ header: TOKEN, issuer: provider.issuer, audience: CLIENT, jwks: `${provider.issuer}/jwks`, algorithm: 'RS256' });
    const console = home.keep(await console_(home.sagemaker, settings({ origins: [origin], peer: APACHE, identity })));
    home.keep(await apache({ port, origin, ...home.certificates, provider, upstream: console.address, dropsConnection: true }));
    front = openidFront({ home, origin, callback, provider });
  });

  test('an operator signs in and starts an execution', () => operatorStarts(front));
  test('a viewer is refused', () => viewerIsRefused(front));

  test('what people say of themselves is not believed', async () => {
    // A token that is good, but somebody else's.
    await front.cookie(olga);
    const stolen = front.provider.tokenOf(olga);
    assert.ok(stolen);
    for (const header of [TOKEN, TOKEN.replaceAll('_', '-')]) {
      for (const lie of [[[header, stolen]], [[header, stolen], [header, stolen]]]) {
        assert.equal(await asked(front, vera, lie), 'themselves', header);
        assert.equal(await posted(front, vera, lie, await ticketOfOlga(front)), 403, header);
      }
    }
    assert.equal(await asked(front, vera, [['Connection', `close, ${TOKEN}`]]), 'themselves');
  });
});
