// Sites: the console as people reach it through a proxy. See `journey.mjs` for what the journeys use of one.

import { sendRequest } from './request.mjs';
import { typeIn } from './journey.mjs';

function common({ sagemaker, chromium }, { origin }) {
  const signIn = (page, person) => typeIn(page, person, origin);
  return {
    sagemaker,
    chromium,
    signIn,
    async signInAgain(page, person) {
      const tab = await page.context().newPage();
      await tab.goto(page.url());
      await signIn(tab, person);
      await tab.close();
    },
  };
}

/** A site behind the small sign-on service. */
export function signOnSite({ environment, service, ...more }) {
  const cookies = new Map();
  return {
    ...common(environment, more),
    signOut: (page) => page.goto(`${more.origin}/sign-in/out`),
    endSessions() { service.endSessions(); cookies.clear(); },
    cookie(person) {
      if (!cookies.has(person)) cookies.set(person, `session=${service.session(person)}`);
      return cookies.get(person);
    },
    ...more,
  };
}

/** A site behind an OpenID client; `callback` is its address, where people also log out. */
export function openidSite({ environment, callback, ...more }) {
  const cookies = new Map();
  const site = {
    ...common(environment, more),
    // The provider asks for confirmation, then redirects back.
    async signOut(page) {
      await page.goto(`${callback}?logout=${encodeURIComponent(`${more.origin}/signed-out`)}`);
      await page.getByRole('button', { name: 'Yes, sign me out' }).click();
      await page.waitForURL(`${more.origin}/signed-out`);
    },
    // Signs out at the provider in another tab; the provider notifies the proxy.
    async endSessions(page) {
      const tab = await page.context().newPage();
      await tab.goto(`${more.provider.issuer}/session/end`);
      await tab.getByRole('button', { name: 'Yes, sign me out' }).click();
      await tab.getByText('Sign-out Success').waitFor();
      await tab.close();
    },
    async cookie(person) {
      if (cookies.has(person)) {
        const known = await sendRequest(more.origin, '/healthz', { cookie: cookies.get(person) });
        if (known.status === 200) return cookies.get(person);
      }
      const context = await environment.chromium.person();
      const page = await context.newPage();
      await page.goto(`${more.origin}/me`);
      await site.signIn(page, person);
      const cookie = (await context.cookies(more.origin)).map(({ name, value }) => `${name}=${value}`).join('; ');
      await context.close();
      cookies.set(person, cookie);
      return cookie;
    },
    ...more,
  };
  return site;
}
