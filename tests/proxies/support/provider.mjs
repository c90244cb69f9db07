// The certified OpenID provider of npm, with a form where people type their name and password.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { Provider, errors } from 'oidc-provider';
import { sendRequest } from './request.mjs';
import { login, people } from './people.mjs';

/** The one client's id: what the audience of its tokens is. */
export const CLIENT = 'apache';

/** Starts one on loopback, for a client at `origin` whose callback is `callback`. */
export async function openidProvider({ origin, callback }) {
  const server = createServer();
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const secret = randomBytes(32).toString('base64url');
  const provider = new Provider(issuer, configuration(secret, { origin, callback }));
  const handle = provider.callback();
  server.on('request', (request, response) => {
    if (request.url.startsWith('/interaction/')) interact(provider, request, response);
    else handle(request, response);
  });
  const errors = [];
  for (const event of ['server_error', 'backchannel.error', 'authorization.error', 'grant.error']) {
    provider.on(event, (_, error) => errors.push(`${event}: ${error?.message} ${error?.error_description ?? ''}`));
  }
  const tokens = [];
  provider.on('grant.success', (ctx) => tokens.push(ctx.body.id_token));
  return {
    issuer,
    secret,
    /** The newest ID token of somebody, as the client got it. */
    tokenOf: (person) => tokens.findLast((token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url')).sub === person.user),
    errors,
    stop: () => new Promise((resolve) => { server.close(resolve); server.closeAllConnections(); }),
  };
}

function configuration(secret, { origin, callback }) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    clients: [{
      client_id: CLIENT,
      client_secret: secret,
      redirect_uris: [callback],
      post_logout_redirect_uris: [`${origin}/signed-out`],
      backchannel_logout_uri: `${callback}?logout=backchannel`,
      backchannel_logout_session_required: true,
    }],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }] },
    cookies: { keys: [randomBytes(32).toString('hex')] },
    scopes: ['openid', 'email', 'groups'],
    claims: { openid: ['sub', 'preferred_username'], email: ['email'], groups: ['groups'] },
    // An ID token has every claim that the userinfo endpoint returns: it is what the console verifies.
    conformIdTokenClaims: false,
    findAccount: (_, id) => account(id),
    features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true }, rpInitiatedLogout: { enabled: true } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    // A first-party client needs no consent.
    async loadExistingGrant(ctx) {
      const { client, session, provider } = ctx.oidc;
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid email groups');
      await grant.save();
      return grant;
    },
    fetch: tellClient,
    pkce: { required: () => false },
    ttl: { Session: 3600, Grant: 3600, Interaction: 600, IdToken: 3600, AccessToken: 3600 },
  };
}

/** Its own fetch would neither call this machine nor trust a throwaway authority. */
async function tellClient(url, { method, headers, body }) {
  const { origin, pathname, search } = new URL(url);
  const answer = await sendRequest(origin, pathname + search, { method, headers: [...new Headers(headers)], body: `${body}` });
  return new Response(answer.text, { status: answer.status });
}

function account(id) {
  const person = people.find(({ user }) => user === id);
  return person && {
    accountId: id,
    claims: () => ({ sub: id, preferred_username: person.user, email: person.email, groups: person.groups }),
  };
}

/** The login: the form, and what it sends. */
async function interact(provider, request, response) {
  try {
    await provider.interactionDetails(request, response);
    if (request.method === 'GET') return show(response, 200, request.url);
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const sent = new URLSearchParams(Buffer.concat(chunks).toString());
    const person = login(sent.get('email'), sent.get('password'));
    if (!person) return show(response, 403, request.url, 'Wrong address or password.');
    return await provider.interactionFinished(request, response, { login: { accountId: person.user } });
  } catch (error) {
    const status = error instanceof errors.OIDCProviderError ? 400 : 500;
    return response.writeHead(status).end(`${error.stack}`);
  }
}

function show(response, status, action, error = '') {
  response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' });
  response.end(`<!doctype html><title>Sign in</title><h1>Sign in</h1><p role="alert">${error}</p>
    <form method="post" action="${action}">
    <label>E-mail <input name="email" type="email" required></label>
    <label>Password <input name="password" type="password" required></label>
    <button>Sign in</button></form>`);
}
