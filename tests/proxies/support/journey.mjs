// What people do behind a proxy, in Chromium, whichever proxy it is.
//
// A front is what the journeys know of one: `origin` and `base` (the prefix, or nothing), `sagemaker`, `chromium`,
// `signIn(page, person)` which types into the form that `page` was led to, `signOut(page)`, `endSessions(page)` which
// ends the session behind the page's back, `signInAgain(page, person)` which signs in beside it after that, and
// `cookie(person)` for requests without a browser.

import assert from 'node:assert/strict';
import { ask, ticketIn } from './ask.mjs';
import { PIPELINE } from './house.mjs';
import { olga, PASSWORD, vera } from './people.mjs';

const dialog = (page) => page.locator('#dialog[open]');
/** The address of a page of the console. */
export const at = (front, path) => `${front.origin}${front.base ?? ''}${path}`;
export const pipeline = (front, more = '/executions') => at(front, `/w/default/pipelines/${PIPELINE}${more}`);

/** Types somebody's address and password into the form that stands there, and waits until the console is back. */
export async function typeIn(page, person, origin) {
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((url) => url.origin === origin && !url.pathname.startsWith('/sign-in/'));
}

/** Opens a page of the console as somebody who has to sign in on the way, in a browser of their own. */
export async function enter(front, person, address) {
  const context = await front.chromium.person();
  const page = await context.newPage();
  await page.goto(address);
  await front.signIn(page, person);
  assert.equal(page.url(), address, 'one comes to where one wanted to go');
  return page;
}

/** An operator signs in and starts an execution. */
export async function operatorStarts(front) {
  const page = await enter(front, olga, pipeline(front));
  const before = await front.sagemaker.starts();
  await create(page, 'started-behind-a-proxy');
  await page.waitForURL(/\/executions\/[a-z0-9]{12}$/);
  await page.locator('#banner[data-status="Executing"]').waitFor();
  assert.equal(await front.sagemaker.starts(), before + 1);
  await page.goto(at(front, '/me'));
  const me = await page.locator('main').innerText();
  for (const said of [olga.user, olga.email, ...olga.groups]) assert.ok(me.includes(said), `${said} in ${me}`);
  await page.context().close();
}

/** Fills in and sends the create form, in a page or in a frame of one. */
export async function create(frame, name) {
  await frame.getByRole('link', { name: 'Create execution' }).first().click();
  const form = frame.locator('#dialog[open] form');
  await form.locator('[name="name"]').fill(name);
  await form.locator('button[type="submit"]').click();
}

/** A viewer sees the button, why it is not for them, and gets nowhere without it. */
export async function viewerIsRefused(front) {
  const page = await enter(front, vera, pipeline(front));
  const button = page.getByRole('button', { name: 'Create execution' }).first();
  assert.ok(await button.isDisabled());
  const reason = await page.locator('main').innerText() + await button.evaluate((element) => element.outerHTML);
  assert.match(reason, /ml-ops/, 'the group that would allow it');
  assert.equal(await page.getByText('vault-audit').count(), 0);

  const before = await front.sagemaker.starts();
  const answers = await page.evaluate(async (address) => {
    const form = new URLSearchParams({ name: 'forged', description: '', 'p.Instances': '1', ticket: 'forged' });
    const post = await fetch(address, { method: 'POST', body: form });
    const hidden = await fetch(address.replace('churn-train', 'vault-audit'));
    const absent = await fetch(address.replace('churn-train', 'never-was'));
    const text = async (answer) => (await answer.text()).replaceAll(/vault-audit|never-was|[0-9A-Z]{26}/g, '');
    return { form: (await fetch(`${address}/new`)).status, post: post.status, hidden: hidden.status, same: await text(hidden) === await text(absent) };
  }, pipeline(front));
  assert.deepEqual(answers, { form: 403, post: 403, hidden: 404, same: true });
  // Nor with a ticket that somebody else was given.
  const offered = await ask(front.origin, new URL(pipeline(front, '/executions/new')).pathname, { cookie: await front.cookie(olga) });
  const ticket = ticketIn(offered.text);
  assert.ok(ticket, offered.text);
  const form = { name: 'forged', description: '', 'p.Instances': '1', ticket };
  const posted = await ask(front.origin, new URL(pipeline(front)).pathname, { cookie: await front.cookie(vera), form });
  assert.equal(posted.status, 403);
  assert.equal(await front.sagemaker.starts(), before, 'nothing was started');
  await page.context().close();
}

/** The session ends while a page follows a running execution, with a form half filled in. */
export async function sessionEnds(front) {
  await front.sagemaker.start(PIPELINE, 'followed');
  const page = await enter(front, olga, pipeline(front));
  await page.locator('#banner[data-status="Executing"]').waitFor();
  const before = await front.sagemaker.starts();
  await page.getByRole('link', { name: 'Create execution' }).first().click();
  const form = dialog(page).locator('form');
  await form.locator('[name="name"]').fill('typed-before-the-end');
  await form.locator('[name="description"]').fill('Nobody types this twice.');

  await front.endSessions(page);
  await ended(page);
  // A form that is sent now is not lost either.
  await send(page, form);
  await ended(page);
  assert.equal(await form.locator('[name="name"]').inputValue(), 'typed-before-the-end');
  assert.equal(await form.locator('[name="description"]').inputValue(), 'Nobody types this twice.');
  assert.equal(await page.getByLabel('Password').count(), 0, 'no form of the proxy\'s in the middle of the page');
  assert.equal(await front.sagemaker.starts(), before);

  // Once one has signed in again, it can be sent as it stands.
  await front.signInAgain(page, olga);
  await form.locator('button[type="submit"]').click();
  await page.waitForURL(/\/executions\/[a-z0-9]{12}$/);
  assert.equal(await front.sagemaker.starts(), before + 1);
  await page.context().close();
}

/** Sends a form, and waits until the page's script knows what came of it, be it an answer or none. */
async function send(page, form) {
  await page.evaluate(() => {
    const ask = window.fetch;
    window.fetch = (...asked) => ask(...asked).finally(() => { if (asked[1]?.method === 'POST') window.sent = true; });
  });
  await form.locator('button[type="submit"]').click();
  await page.waitForFunction(() => window.sent);
}

const ended = (page) => page.getByText('Your session has ended').first().waitFor({ state: 'visible' });

/** Whoever has signed out is a stranger again, with every request. */
export async function signsOut(front) {
  const page = await enter(front, olga, pipeline(front));
  const cookies = await page.context().cookies(front.origin);
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const path = new URL(pipeline(front)).pathname;
  assert.equal((await ask(front.origin, path, { cookie })).status, 200);
  await front.signOut(page);
  // Also with the cookie that a thief may have kept.
  const after = await ask(front.origin, path, { cookie });
  assert.ok([302, 401].includes(after.status), `${after.status}`);
  assert.ok(!after.text.includes(PIPELINE));
  await page.goto(pipeline(front));
  await page.getByLabel('Password').waitFor();
  await page.context().close();
}

/** All of them, by what they show. */
export const JOURNEYS = {
  'an operator signs in and starts an execution': operatorStarts,
  'a viewer is refused': viewerIsRefused,
  'a session ends during polling': sessionEnds,
  'somebody signs out': signsOut,
};
