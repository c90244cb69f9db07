// A small sign-on service, as used with `auth_request` and `forward_auth`: it knows people by a session cookie,
// names them to the proxy in answer headers, and signs an assertion about them.

import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { createServer } from 'node:http';
import { login } from './people.mjs';

/**
 * Starts one. `cookie` holds the attributes of its cookie; `redirects`: whether `/check` redirects unauthenticated
 * people to the form by itself, as Caddy's `forward_auth` wants it, or answers 401, as nginx's `auth_request` does.
 */
export async function signInService({ cookie = 'SameSite=Lax; Secure', redirects = false } = {}) {
  const sessions = new Map();
  const keys = [];
  const state = { cookie, redirects, sessions, keys, issuer: 'https://sign-in.example.test', life: 300 };
  const server = createServer((request, response) => answer(state, request, response).catch((error) => {
    response.writeHead(500).end(`${error.stack}`);
  }));
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const service = {
    port: server.address().port,
    issuer: state.issuer,
    /** A session, without a form: the cookie's value. */
    session: (person) => newSession(sessions, person),
    /** Ends every session, as an administrator does. */
    endSessions: () => sessions.clear(),
    /** The attributes of cookies from now on. */
    cookies: (attributes) => { state.cookie = attributes; },
    /** Signs with a new key from now on; the old one is published no more. */
    rotateKey: () => { keys.unshift(newKey()); keys.length = 1; },
    /** How long assertions live, in seconds; less than nothing makes them expired at once. */
    assertionsLive: (seconds) => { state.life = seconds; },
    stop: () => new Promise((resolve) => { server.close(resolve); server.closeAllConnections(); }),
  };
  service.rotateKey();
  return service;
}

async function answer(state, request, response) {
  const url = new URL(request.url, 'http://sign-in');
  const person = state.sessions.get(cookieOf(request));
  const to = local(url.searchParams.get('to'));
  switch (`${request.method} ${url.pathname}`) {
    case 'GET /sign-in/start': return redirectToForm(response, request.headers['x-auth-request-redirect']);
    case 'GET /sign-in/form': return page(response, 200, form(to));
    case 'POST /sign-in/form': return enter(state, await body(request), response);
    case 'GET /sign-in/out':
      state.sessions.delete(cookieOf(request));
      response.setHeader('Set-Cookie', `session=; Path=/; Max-Age=0; HttpOnly; ${state.cookie}`);
      return page(response, 200, '<h1>You are signed out</h1>');
    case 'GET /jwks':
      response.setHeader('Content-Type', 'application/json');
      return response.end(JSON.stringify({ keys: state.keys.map(({ jwk }) => jwk) }));
    default: return url.pathname === '/check' ? check(state, person, request, response) : page(response, 404, 'Nothing');
  }
}

/** What the proxy asks before it lets a request through. */
function check(state, person, request, response) {
  if (person) {
    response.setHeader('X-Auth-Request-User', person.user);
    response.setHeader('X-Auth-Request-Email', person.email);
    if (person.groups.length) response.setHeader('X-Auth-Request-Groups', person.groups.join(','));
    response.setHeader('X-Assertion', assertion(state, person));
    response.writeHead(200).end();
  } else if (state.redirects && request.headers['hx-request'] === undefined) {
    redirectToForm(response, request.headers['x-forwarded-uri']);
  } else {
    page(response, 401, '<h1>Sign in first</h1>');
  }
}

function enter(state, sent, response) {
  const person = login(sent.get('email'), sent.get('password'));
  const to = local(sent.get('to'));
  if (!person) return page(response, 403, form(to, 'Wrong address or password.'));
  const session = newSession(state.sessions, person);
  response.setHeader('Set-Cookie', `session=${session}; Path=/; HttpOnly; ${state.cookie}`);
  return response.writeHead(303, { Location: to }).end();
}

function newSession(sessions, person) {
  const session = randomBytes(24).toString('base64url');
  sessions.set(session, person);
  return session;
}

const cookieOf = (request) => /(?:^|; )session=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
const redirectToForm = (response, to = '/') => response.writeHead(302, { Location: `/sign-in/form?to=${encodeURIComponent(to)}` }).end();
// Only ever back to where one came from, on this very host.
const local = (to) => (to?.startsWith('/') && !to.startsWith('//') ? to : '/');
const escaped = (text) => text.replace(/[&"<]/g, (character) => `&#${character.charCodeAt(0)};`);

function form(to, error = '') {
  return `<h1>Sign in</h1><p role="alert">${error}</p><form method="post" action="/sign-in/form">
    <input type="hidden" name="to" value="${escaped(to)}">
    <label>E-mail <input name="email" type="email" required></label>
    <label>Password <input name="password" type="password" required></label>
    <button>Sign in</button></form>`;
}

function page(response, status, inside) {
  response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' });
  response.end(`<!doctype html><title>Sign-on</title>${inside}`);
}

async function body(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return new URLSearchParams(Buffer.concat(chunks).toString());
}

function newKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { ...publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256' };
  jwk.kid = createHash('sha256').update(jwk.x).digest('hex').slice(0, 16);
  return { privateKey, jwk };
}

function assertion({ keys: [{ privateKey, jwk }], issuer, life }, person) {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: issuer, aud: 'sluicegate', sub: person.user, email: person.email, groups: person.groups,
    iat: now + Math.min(life, 0) - 60, exp: now + life,
  };
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encode({ alg: 'ES256', typ: 'JWT', kid: jwk.kid })}.${encode(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}
