// The console in a frame of a portal: on the portal's own origin, on a sibling of its host, and on another site.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { profile } from './support/browser.mjs';
import { console_ } from './support/console.mjs';
import { startEnvironment, PIPELINE, settings } from './support/environment.mjs';
import { create, typeIn } from './support/journey.mjs';
import { AUTH_REQUEST, guarded, nginx, PEER, server, signOn } from './support/nginx.mjs';
import { olga, PASSWORD } from './support/people.mjs';
import { eventually, scratch } from './support/process.mjs';
import { signInService } from './support/sign-in.mjs';

const BASE = '/tools/ml';
const LIST = '/w/default/pipelines';
const LAX = 'SameSite=Lax; Secure';
const NONE = 'SameSite=None; Secure';
const PARTITIONED = 'SameSite=None; Secure; Partitioned';

let environment;
let service;
let portal;
let elsewhere;
let unlisted;
let ml;

before(async () => {
  environment = await startEnvironment();
  const { port, certificates } = environment;
  service = environment.keep(await signInService());
  const host = (name) => `https://${name}:${port}`;
  [portal, elsewhere, unlisted, ml] = ['portal.example.test', 'portal.elsewhere.test', 'unlisted.elsewhere.test', 'ml.example.test'].map(host);
  const behind = async (origin, ancestors, more) => environment.keep(await console_(environment.sagemaker, settings({
    origins: [origin],
    peer: PEER,
    server: more,
    identity: 'mode = "header"\npreset = "auth-request"',
    embed: `\n[embed]\nframe_ancestors = ${JSON.stringify(ancestors)}\n`,
  })));
  const mounted = await behind(portal, ['\'self\''], `base_path = "${BASE}"`);
  const apart = await behind(ml, [portal, elsewhere]);
  const pages = portalPages({ own: `${BASE}${LIST}`, apart: `${ml}${LIST}` });
  const names = AUTH_REQUEST;
  environment.keep(await nginx(port, [
    server({ port, name: 'portal.example.test', ...certificates }, [signOn(service), pages, guarded(`${BASE}/`, mounted.address, { names })]),
    server({ port, name: 'ml.example.test', ...certificates }, [signOn(service), guarded('/', apart.address, { names })]),
    server({ port, name: '*.elsewhere.test', ...certificates }, [pages]),
  ]));
});
after(() => environment?.stop());

/** The portal: a page for each address it frames, which keeps the messages of the frame. */
function portalPages(framed) {
  const folder = scratch();
  mkdirSync(join(folder, 'portal'));
  for (const [name, address] of Object.entries(framed)) {
    writeFileSync(join(folder, 'portal', `${name}.html`), `<!doctype html><title>Portal</title><h1>Portal</h1>
      <script>window.received = []; addEventListener('message', ({ origin, data }) => received.push({ origin, ...data }));</script>
      <iframe title="Pipelines" src="${address}" width="1100" height="700"
        sandbox="allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox"></iframe>`);
  }
  return `    location /portal/ { root ${folder}; types { text/html html; } }`;
}

/** The frame in a portal's page. */
const framed = (page) => page.frameLocator('iframe');
const shows = (page) => framed(page).locator(`[data-pipeline="${PIPELINE}"]`).first();

/** Signs in beside the portal, in a tab of the console's own. */
async function signInAt(context, origin, address) {
  const page = await context.newPage();
  await page.goto(address);
  await typeIn(page, olga, origin);
  await page.close();
}

/** Types into the sign-on service's form inside the frame. */
async function signInInside(page) {
  const frame = framed(page);
  await frame.getByLabel('E-mail').fill(olga.email);
  await frame.getByLabel('Password').fill(PASSWORD);
  await frame.getByRole('button', { name: 'Sign in' }).click();
}

/** Everything that must work in a frame, from the list to a started execution. */
async function worksInFrame(page, origin) {
  const frame = framed(page);
  await shows(page).waitFor();
  assert.equal(await frame.locator('header.rail').count(), 0, 'the portal has its own chrome');
  const out = frame.getByRole('link', { name: 'Open full page' });
  assert.equal(await out.getAttribute('target'), '_blank');
  const received = (type) => page.evaluate((type) => window.received.filter((message) => message.type === type), type);
  await eventually('the frame reported its height', async () => (await received('sluicegate:height')).length > 0);
  assert.ok((await received('sluicegate:height')).every((message) => message.origin === origin && message.height > 50));

  const before = await environment.sagemaker.starts();
  await frame.locator(`[data-pipeline="${PIPELINE}"] a`).first().click();
  await create(frame, `framed-${before}`);
  const inner = page.frames().find((one) => one.parentFrame());
  await inner.waitForURL(/\/executions\/[a-z0-9]{12}$/);
  await frame.locator('#banner[data-status="Executing"]').waitFor();
  assert.equal(await environment.sagemaker.starts(), before + 1);
  assert.equal(await frame.locator('header.rail').count(), 0, 'it stays without chrome');
  await eventually('the frame reported its address', async () => (await received('sluicegate:route')).some(({ path }) => /\/executions\/[a-z0-9]{12}$/.test(path)));

  // The way out leads to the same page, with its chrome.
  const [tab] = await Promise.all([page.context().waitForEvent('page'), out.click()]);
  await tab.locator('#banner[data-status="Executing"]').waitFor();
  assert.equal(new URL(tab.url()).origin, origin);
  assert.ok(!tab.url().includes('embed='));
  await tab.locator('header.rail').waitFor();
  await tab.close();
  // Only the proxy's session is kept in the browser.
  assert.deepEqual([...new Set((await page.context().cookies()).map(({ name }) => name))], ['session']);
}

describe('in a frame on the portal\'s own origin', () => {
  test('an operator starts an execution', async () => {
    service.cookies(LAX);
    const context = await environment.chromium.person();
    await signInAt(context, portal, `${portal}${BASE}${LIST}`);
    const page = await context.newPage();
    await page.goto(`${portal}/portal/own.html`);
    await worksInFrame(page, portal);
    await context.close();
  });
});

describe('in a frame on a sibling of the portal\'s host', () => {
  test('an operator starts an execution', async () => {
    service.cookies(LAX);
    const context = await environment.chromium.person();
    await signInAt(context, ml, `${ml}${LIST}`);
    const page = await context.newPage();
    await page.goto(`${portal}/portal/apart.html`);
    await worksInFrame(page, ml);
    await context.close();
  });
});

describe('in a frame on another site', () => {
  /** Opens the portal after one has signed in beside it. */
  async function open(context, cookie) {
    service.cookies(cookie);
    await signInAt(context, ml, `${ml}${LIST}`);
    const page = await context.newPage();
    await page.goto(`${elsewhere}/portal/apart.html`);
    return page;
  }

  /** The form is in the frame, and returns however often one signs in. */
  async function neverGetsIn(page) {
    await framed(page).getByLabel('Password').waitFor();
    const answered = page.waitForResponse((response) => response.request().method() === 'POST');
    await signInInside(page);
    assert.equal((await answered).status(), 303, 'the password was right');
    await framed(page).getByLabel('Password').waitFor();
    assert.equal(await shows(page).count(), 0);
  }

  test('a cookie for one\'s own site is not sent in it', async () => {
    const context = await environment.chromium.person();
    await neverGetsIn(await open(context, LAX));
    await context.close();
  });

  test('a cookie for every site is sent in it where the browser allows third-party cookies', async () => {
    const context = await profile({ takesThirdPartyCookies: true });
    await worksInFrame(await open(context, NONE), ml);
    await context.close();
  });

  test('a cookie for every site is not sent in it where the browser does not', async () => {
    const context = await profile({ takesThirdPartyCookies: false });
    await neverGetsIn(await open(context, NONE));
    await context.close();
  });

  test('a partitioned cookie is sent in it once one has signed in inside the frame', async () => {
    const context = await profile({ takesThirdPartyCookies: false });
    const page = await open(context, PARTITIONED);
    await signInInside(page);
    await worksInFrame(page, ml);
    await context.close();
  });

  test('a portal that is not on the list frames nothing', async () => {
    const context = await profile({ takesThirdPartyCookies: true });
    service.cookies(NONE);
    await signInAt(context, ml, `${ml}${LIST}`);
    const page = await context.newPage();
    const complaints = [];
    page.on('console', (message) => complaints.push(message.text()));
    await page.goto(`${unlisted}/portal/apart.html`);
    await eventually('the browser refuses', () => complaints.some((text) => text.includes('frame-ancestors')));
    assert.equal(await shows(page).count(), 0);
    await context.close();
  });
});
