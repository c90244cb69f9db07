// The session ends while a page is open: however a proxy answers then, nothing is lost.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { browser, diamond, eventually } from './harness.mjs';
import { startProxy, serving } from './portal.mjs';

let servers;
let chrome;
let proxy;
let running;
before(async () => {
  proxy = await startProxy();
  servers = await serving('empty');
  proxy.target = servers.console;
  chrome = await browser();
  await servers.emulator.freeze();
  await servers.emulator.createPipeline('plain', diamond);
  running = await servers.emulator.start('plain', 'running', { Stage: 'test' });
});
after(async () => {
  await chrome?.close();
  await servers?.stop();
  await proxy?.close();
});
beforeEach(() => { proxy.ending = null; });

const EXECUTIONS = '/w/default/pipelines/plain/executions';
const open = async (path) => {
  const page = await chrome.page();
  page.setDefaultTimeout(30_000);
  await page.goto(proxy.origin + path);
  await page.waitForFunction(() => globalThis.htmx);
  return page;
};
const ended = (page) => page.getByRole('alert').filter({ hasText: 'Your session has ended: reload' });
const starts = async () => (await servers.emulator.calls()).StartPipelineExecution ?? 0;

for (const ending of ['401', '302', 'login', 'named']) {
  test(`polling shows that the session has ended, and goes on once it has not (${ending})`, async () => {
    const page = await open(`${EXECUTIONS}/${running}`);
    const before = await page.locator('#live').innerHTML();
    proxy.ending = ending;
    await ended(page).waitFor();
    assert.equal(await page.locator('#login').count(), 0, 'the proxy’s page is not shown inside ours');
    assert.match(before, /banner/);
    assert.equal(await page.locator('#banner').count(), 1);
    // Every two seconds was the rhythm; it is no longer.
    const sent = proxy.requests.length;
    await page.waitForTimeout(5000);
    assert.ok(proxy.requests.length - sent <= 1, proxy.requests.slice(sent).join('\n'));
    const tab = page.getByRole('link', { name: 'sign in in a new tab' });
    assert.equal(await tab.getAttribute('target'), '_blank');
    assert.equal(await tab.getAttribute('href'), `${EXECUTIONS}/${running}`);
    // Back from signing in elsewhere.
    proxy.ending = null;
    await page.evaluate(() => window.dispatchEvent(new Event('focus')));
    await ended(page).waitFor({ state: 'detached' });
    await page.context().close();
  });

  test(`a form sent too late keeps what was typed and can be sent again (${ending})`, async () => {
    const page = await open(EXECUTIONS);
    await page.locator('.head').getByRole('link', { name: 'Create execution' }).click();
    await page.locator('#dialog[open] form').waitFor();
    const name = `late-${ending}`;
    await page.fill('#dialog [name="name"]', name);
    await page.fill('#dialog [name="description"]', 'typed with care');
    const stage = page.locator('#dialog select[name="p.Stage"]');
    if (await stage.count()) await stage.selectOption('test');
    else await page.check('#dialog [name="p.Stage"][value="test"]');
    await page.waitForTimeout(600);
    const before = await starts();
    proxy.ending = ending;
    await page.click('#dialog button[type=submit]');
    await page.locator('#dialog').getByRole('alert').filter({ hasText: 'Your session has ended' }).waitFor();
    assert.equal(await page.inputValue('#dialog [name="name"]'), name);
    assert.equal(await page.inputValue('#dialog [name="description"]'), 'typed with care');
    assert.equal(await starts(), before);
    proxy.ending = null;
    await page.click('#dialog button[type=submit]');
    await page.waitForURL(/\/executions\/[a-z0-9]{12}$/);
    assert.equal(await starts(), before + 1);
    assert.match(await page.locator('h1').innerText(), new RegExp(name));
    await page.context().close();
  });
}

test('a form on a page of its own is not thrown away', async () => {
  const page = await open(`${EXECUTIONS}/new?p.Stage=test`);
  await page.fill('[name="description"]', 'typed with care');
  proxy.ending = '302';
  await page.click('form[method=post] button[type=submit]');
  await ended(page).waitFor();
  assert.equal(await page.inputValue('[name="description"]'), 'typed with care');
  proxy.ending = null;
  await page.click('form[method=post] button[type=submit]');
  await page.waitForURL(/\/executions\/[a-z0-9]{12}$/);
  await page.context().close();
});

test('a console that is away is distinguished from a session that has ended', async () => {
  const page = await open(`${EXECUTIONS}/${running}`);
  proxy.ending = '502';
  await page.getByRole('alert').filter({ hasText: "Can't reach Sluicegate" }).waitFor();
  assert.equal(await page.locator('#banner').count(), 1);
  proxy.ending = null;
  await page.getByRole('alert').waitFor({ state: 'detached', timeout: 30_000 });
  await page.context().close();
});

test('a page that nobody sees hardly polls, and goes on when it is seen', async () => {
  const page = await open(`${EXECUTIONS}/${running}`);
  const polls = () => proxy.requests.filter((line) => line === `GET ${EXECUTIONS}/${running}`).length;
  const hide = (hidden) => page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => value });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
  const seen = polls();
  await eventually('it polls', () => polls() > seen);
  await hide(true);
  const before = polls();
  await page.waitForTimeout(5000);
  assert.ok(polls() - before <= 1, `${polls() - before} polls in 5 s`);
  await hide(false);
  const after = polls();
  await eventually('it polls again', () => polls() > after, 5000);
  await page.context().close();
});
