// What people do behind a proxy, in Chromium, whichever proxy it is.
//
// What the journeys use of a site: `origin` and `base` (the prefix, or nothing), `sagemaker`, `chromium`,
// `signIn(page, person)` which types into the form that `page` was redirected to, `signOut(page)`, `endSessions(page)`
// which ends the session behind the page's back, `signInAgain(page, person)` which signs in again in another tab, and
// `cookie(person)` for requests without a browser.

import assert from 'node:assert/strict';
import { sendRequest, ticketIn } from './request.mjs';
import { PIPELINE } from './environment.mjs';
import { olga, PASSWORD, vera } from './people.mjs';

const dialog = (page) => page.locator('#dialog[open]');
/** The address of a page of the console. */
export const at = (site, path) => `${site.origin}${site.base ?? ''}${path}`;
export const pipeline = (site, more = '/executions') => at(site, `/w/default/pipelines/${PIPELINE}${more}`);

/** Types somebody's address and password into the form on the page, and waits until the console is back. */
export async function typeIn(page, person, origin) {
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((url) => url.origin === origin && !url.pathname.startsWith('/sign-in/'));
}

/** Opens a page of the console as somebody who has to sign in on the way, in a browser of their own. */
export async function enter(site, person, address) {
  const context = await site.chromium.person();
  const page = await context.newPage();
  await page.goto(address);
  await site.signIn(page, person);
  assert.equal(page.url(), address, 'sign-in returns to the page first requested');
  return page;
}

/** An operator signs in and starts an execution. */
export async function operatorStarts(site) {
  const page = await enter(site, olga, pipeline(site));
  const before = await site.sagemaker.starts();
  await create(page, 'started-behind-a-proxy');
  await page.waitForURL(/\/executions\/[a-z0-9]{12}$/);
  await page.locator('#banner[data-status="Executing"]').waitFor();
  assert.equal(await site.sagemaker.starts(), before + 1);
  await page.goto(at(site, '/me'));
  const me = await page.locator('main').innerText();
  for (const shown of [olga.user, olga.email, ...olga.groups]) assert.ok(me.includes(shown), `${shown} in ${me}`);
  await page.context().close();
}

/** Fills in and sends the create form, in a page or in a frame of one. */
export async function create(frame, name) {
  await frame.getByRole('link', { name: 'Create execution' }).first().click();
  const form = frame.locator('#dialog[open] form');
  await form.locator('[name="name"]').fill(name);
  await form.locator('button[type="submit"]').click();
}

/** A link with several parameters, one of them encoded, leads to the same page after signing in. */
export async function linkSurvivesSignIn(site) {
  const page = await enter(site, vera, pipeline(site, '/executions?q=a%26b%3Dc&status=Failed&sort=-duration'));
  assert.equal(await page.locator('[name="q"]').inputValue(), 'a&b=c');
  await page.context().close();
}

/** A viewer sees the button, why it is not for them, and is refused without it. */
export async function viewerIsRefused(site) {
  const page = await enter(site, vera, pipeline(site));
  const button = page.getByRole('button', { name: 'Create execution' }).first();
  assert.ok(await button.isDisabled());
  const reason = await page.locator('main').innerText() + await button.evaluate((element) => element.outerHTML);
  assert.match(reason, /ml-ops/, 'the group that would allow it');
  assert.equal(await page.getByText('vault-audit').count(), 0);

  const before = await site.sagemaker.starts();
  const answers = await page.evaluate(async (address) => {
    const form = new URLSearchParams({ name: 'forged', description: '', 'p.Instances': '1', ticket: 'forged' });
    const post = await fetch(address, { method: 'POST', body: form });
    const hidden = await fetch(address.replace('churn-train', 'vault-audit'));
    const absent = await fetch(address.replace('churn-train', 'never-was'));
    const text = async (answer) => (await answer.text()).replaceAll(/vault-audit|never-was|[0-9A-Z]{26}/g, '');
    return { form: (await fetch(`${address}/new`)).status, post: post.status, hidden: hidden.status, same: await text(hidden) === await text(absent) };
  }, pipeline(site));
  assert.deepEqual(answers, { form: 403, post: 403, hidden: 404, same: true });
  // Nor with a ticket that somebody else was given.
  const offered = await sendRequest(site.origin, new URL(pipeline(site, '/executions/new')).pathname, { cookie: await site.cookie(olga) });
  const ticket = ticketIn(offered.text);
  assert.ok(ticket, offered.text);
  const form = { name: 'forged', description: '', 'p.Instances': '1', ticket };
  const answer = await sendRequest(site.origin, new URL(pipeline(site)).pathname, { cookie: await site.cookie(vera), form });
  assert.equal(answer.status, 403);
  assert.equal(await site.sagemaker.starts(), before, 'nothing was started');
  await page.context().close();
}

/** The session ends while a page follows a running execution, with a form half filled in. */
export async function sessionEnds(site) {
  await site.sagemaker.start(PIPELINE, 'followed');
  const page = await enter(site, olga, pipeline(site));
  await page.locator('#banner[data-status="Executing"]').waitFor();
  const before = await site.sagemaker.starts();
  await page.getByRole('link', { name: 'Create execution' }).first().click();
  const form = dialog(page).locator('form');
  await form.locator('[name="name"]').fill('typed-before-the-end');
  await form.locator('[name="description"]').fill('Typed only once.');

  await site.endSessions(page);
  await ended(page);
  // A form that is sent now is not lost either.
  await send(page, form);
  await ended(page);
  assert.equal(await form.locator('[name="name"]').inputValue(), 'typed-before-the-end');
  assert.equal(await form.locator('[name="description"]').inputValue(), 'Typed only once.');
  assert.equal(await page.getByLabel('Password').count(), 0, 'no form of the proxy\'s in the middle of the page');
  assert.equal(await site.sagemaker.starts(), before);

  // Once one has signed in again, it can be sent unchanged.
  await site.signInAgain(page, olga);
  await form.locator('button[type="submit"]').click();
  await page.waitForURL(/\/executions\/[a-z0-9]{12}$/);
  assert.equal(await site.sagemaker.starts(), before + 1);
  await page.context().close();
}

/** Sends a form, and waits until the page's script knows what came of it, be it an answer or none. */
async function send(page, form) {
  await page.evaluate(() => {
    const original = window.fetch;
    window.fetch = (...args) => original(...args).finally(() => { if (args[1]?.method === 'POST') window.sent = true; });
  });
  await form.locator('button[type="submit"]').click();
  await page.waitForFunction(() => window.sent);
}

const ended = (page) => page.getByText('Your session has ended').first().waitFor({ state: 'visible' });

/** Whoever has signed out is unauthenticated again, with every request. */
export async function signsOut(site) {
  const page = await enter(site, olga, pipeline(site));
  const cookies = await page.context().cookies(site.origin);
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const path = new URL(pipeline(site)).pathname;
  assert.equal((await sendRequest(site.origin, path, { cookie })).status, 200);
  await site.signOut(page);
  // Also with the cookie that a thief may have kept.
  const after = await sendRequest(site.origin, path, { cookie });
  assert.ok([302, 401].includes(after.status), `${after.status}`);
  assert.ok(!after.text.includes(PIPELINE));
  await page.goto(pipeline(site));
  await page.getByLabel('Password').waitFor();
  await page.context().close();
}

/** All of them, by what they show. */
export const JOURNEYS = {
  'an operator signs in and starts an execution': operatorStarts,
  'a viewer is refused': viewerIsRefused,
  'a shared link survives signing in': linkSurvivesSignIn,
  'a session ends during polling': sessionEnds,
  'somebody signs out': signsOut,
};
