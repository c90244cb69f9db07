// In a frame, on the portal's own origin, on the same site and across sites.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browser, calm, diamond, eventually, violations } from './harness.mjs';
import { startProxy, portal, serving } from './portal.mjs';

let servers;
let chrome;
let own;
let sameSite;
let crossSite;
let unlisted;
before(async () => {
  own = await startProxy();
  sameSite = await portal('127.0.0.1');
  crossSite = await portal('localhost');
  unlisted = await portal('127.0.0.1');
  servers = await serving('demo', allowing(["'self'", sameSite.origin, crossSite.origin]));
  own.target = servers.console;
  chrome = await browser();
  await servers.emulator.freeze();
  const long = Array.from({ length: 40 }, (_, at) => ({
    ...diamond.Steps[0], Name: `Step-${at}`, DependsOn: at ? [`Step-${at - 1}`] : [],
  }));
  await servers.emulator.createPipeline('quiet', diamond);
  await servers.emulator.createPipeline('tall', { ...diamond, Parameters: [], Steps: long });
});
after(async () => {
  await chrome?.close();
  await servers?.stop();
  for (const server of [own, sameSite, crossSite, unlisted]) await server?.close();
});

function allowing(parents) {
  return { SLUICEGATE_EMBED__FRAME_ANCESTORS: parents.join(',') };
}

const LIST = '/w/default/pipelines';
const CHURN = `${LIST}/CustomerChurnPipeline/executions`;

/** A page of a portal around a page of the console, and the frame in it. */
async function framed(around, path, more = {}, options = {}) {
  const page = await chrome.page(options);
  // What a frame may not focus by itself our script focuses, once the reader has clicked.
  page.expected = /Blocked autofocusing/;
  page.setDefaultTimeout(30_000);
  const console = around === own ? own.origin : servers.console;
  page.hosts = [new URL(around.origin).host, new URL(console).host];
  await page.goto(around.page(console + path, more));
  const frame = page.frames()[1];
  await frame.waitForFunction(() => document.querySelector('#main') && globalThis.htmx);
  return { page, frame };
}
const received = (page, type) => page.evaluate((type) => globalThis.received.filter((one) => one.type === `sluicegate:${type}`), type);
const last = async (page, type) => (await received(page, type)).at(-1);

for (const [name, around] of [['own origin', () => own], ['same site', () => sameSite], ['another site', () => crossSite]]) {
  test(`the chrome is left out and the page's height, address and theme are reported (${name})`, async () => {
    const { page, frame } = await framed(around(), `${LIST}?q=churn`);
    assert.equal(await frame.locator('.rail').count(), 0);
    assert.equal(await frame.locator('h1').innerText(), 'Pipelines');
    assert.match(await frame.locator('.edge .ws').innerText(), /default/);
    const whole = frame.getByRole('link', { name: 'Open full page' });
    assert.equal(await whole.getAttribute('href'), `${LIST}?q=churn`);
    assert.equal(await whole.getAttribute('rel'), 'noopener');

    await eventually('the height is reported', async () => (await last(page, 'height'))?.height > 100);
    const fits = () => frame.evaluate(() => document.documentElement.scrollHeight <= window.innerHeight);
    await eventually('the frame is as tall as its page', fits);
    assert.deepEqual(await last(page, 'route'), { type: 'sluicegate:route', path: `${LIST}?q=churn`, title: 'Pipelines · Sluicegate' });

    await page.evaluate(() => globalThis.post({ type: 'sluicegate:theme', theme: 'dark' }));
    await eventually('the theme is taken', () => frame.evaluate(() => document.documentElement.dataset.theme === 'dark'));
    await frame.locator('[data-pipeline] a').first().click();
    await frame.waitForURL(/\/executions/);
    // It comes with the page, before any script runs.
    assert.equal(await frame.evaluate(async () => /data-theme="dark"/.test(await (await fetch(location.href, { headers: { 'Sluicegate-Framed': '1' } })).text())), true);
    await eventually('the new page is reported', async () => /\/executions$/.test((await last(page, 'route')).path));
    assert.equal(await frame.locator('.rail').count(), 0);
    calm(page);
  });
}

test('a created execution stays without chrome, and so does a way back', async () => {
  const { page, frame } = await framed(own, '/w/default/pipelines/tall/executions');
  await frame.locator('.head').getByRole('link', { name: 'Create execution' }).click();
  await frame.locator('#dialog[open] form').waitFor();
  await frame.locator('#dialog button[type=submit]').click();
  await frame.waitForURL(/\/executions\/[a-z0-9]{12}/);
  await frame.locator('#banner').waitFor();
  assert.equal(await frame.locator('.rail').count(), 0);
  await eventually('the execution is reported', async () => /\/executions\/[a-z0-9]{12}$/.test((await last(page, 'route')).path));
  assert.match(await frame.locator('#whole').getAttribute('href'), /\/executions\/[a-z0-9]{12}$/);
  await frame.evaluate(() => history.back());
  await eventually('the list is back', async () => (await frame.locator('tr[data-execution]').count()) > 0);
  assert.equal(await frame.locator('.rail').count(), 0);
  calm(page);
});

test('where browsers do not send the header of a frame, every link keeps what the address states', async () => {
  const page = await chrome.page({ javaScriptEnabled: false });
  await page.goto(`${servers.console}${LIST}?embed=1&theme=dark`);
  assert.equal(await page.locator('.rail').count(), 0);
  assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark');
  const ways = await page.locator('main a[href]').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
  assert.deepEqual(ways.filter((href) => !/[?&]embed=1\b.*theme=dark/.test(href)), []);
  await page.fill('[name="q"]', 'churn');
  await page.click('noscript button, form button');
  assert.equal(await page.locator('.rail').count(), 0);
  assert.match(page.url(), /embed=1/);
  assert.equal(await page.locator('#whole').getAttribute('href'), `${LIST}?q=churn`);
});

test('other origins are neither spoken to nor heard', async () => {
  const { page, frame } = await framed(sameSite, LIST);
  await eventually('the portal gets a message', async () => (await received(page, 'height')).length > 0);
  // From a page of an allowed origin that is not the one around, and from the frame itself.
  await frame.evaluate(() => window.postMessage({ type: 'sluicegate:theme', theme: 'dark' }, location.origin));
  for (const bad of [{ type: 'sluicegate:theme', theme: 'neon' }, { type: 'theme', theme: 'dark' }, 'dark', null, { type: 'sluicegate:theme' }]) {
    await page.evaluate((bad) => globalThis.post(bad), bad);
  }
  await frame.evaluate(() => new Promise((resolve) => { setTimeout(resolve, 50); }));
  assert.equal(await frame.evaluate(() => document.documentElement.dataset.theme), undefined);
  calm(page);

  const strange = await chrome.page();
  await strange.goto(unlisted.page(servers.console + LIST));
  await strange.waitForTimeout(300);
  assert.deepEqual(await strange.evaluate(() => globalThis.received), []);
  assert.notEqual(await strange.frames()[1].title(), 'Pipelines · Sluicegate');
});

test('a dialog opens where the reader looks in a frame that is very tall', async () => {
  const viewport = { width: 1200, height: 800 };
  for (const around of [own, crossSite]) {
    const { page, frame } = await framed(around, '/w/default/pipelines/tall/graph', {}, { viewport });
    await eventually('the frame has grown', () => frame.evaluate(() => window.innerHeight > 2400));
    assert.equal(await frame.evaluate(() => { const box = document.getElementById('canvas'); return box.scrollHeight <= box.clientHeight + 1; }), true, 'nothing scrolls inside the page');
    // The key opens it with nothing clicked, far from the top.
    await frame.locator('a[data-step="Step-0"]').focus();
    await page.mouse.wheel(0, 0);
    await page.evaluate(() => window.scrollTo(0, 1500));
    await eventually('the portal has scrolled', () => page.evaluate(() => window.scrollY > 1400));
    await page.keyboard.press('?');
    await frame.locator('#dialog[open]').waitFor();
    const box = () => frame.locator('#dialog').boundingBox();
    await eventually('the dialog is in view', async () => { const { y, height } = await box(); return y >= 0 && y + height <= viewport.height; });
    await page.keyboard.press('Escape');

    await page.evaluate(() => window.scrollTo(0, 0));
    await frame.locator('.head').getByRole('link', { name: 'Create execution' }).click();
    await frame.locator('#dialog[open] form').waitFor();
    const at = await box();
    assert.ok(at.y >= 0 && at.y + at.height <= viewport.height, JSON.stringify(at));
    calm(page);
  }
});

test('a dialog stays in what is seen of a frame, and its buttons with it', async () => {
  const viewport = { width: 1200, height: 900 };
  const kinds = { fixed: { fixed: 1, tall: 760 }, growing: {}, 'below the fold': { above: 500 } };
  for (const around of [own, crossSite]) {
    for (const [kind, more] of Object.entries(kinds)) {
      const { page, frame } = await framed(around, CHURN, more, { viewport });
      await frame.locator('.head').getByRole('link', { name: 'Create execution' }).click();
      await frame.locator('#dialog[open] form').waitFor();
      const isSeen = async (name) => {
        const [button, outer] = await Promise.all([frame.getByRole('button', { name, exact: true }).boundingBox(), page.locator('#console').boundingBox()]);
        return button.y >= Math.max(0, outer.y) && button.y + button.height <= Math.min(viewport.height, outer.y + outer.height);
      };
      await eventually(`Create is in view (${kind})`, () => isSeen('Create'));
      const middle = await frame.evaluate(() => document.querySelector('#dialog .sheet-body').clientHeight);
      assert.ok(middle > 150, `${kind}: ${middle} px for the form`);
      // The page around it moves, and the dialog with what is seen.
      await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
      await eventually(`Create is in view after scrolling (${kind})`, () => isSeen('Create'));
      calm(page);
      await page.context().close();
    }
  }
});

test('a frame that is too short for a dialog grows with it', async () => {
  const { page, frame } = await framed(sameSite, `${LIST}/quiet/parameters`);
  await eventually('the page is short', async () => (await last(page, 'height'))?.height < 480);
  await frame.locator('.head').getByRole('link', { name: 'Create execution' }).click();
  await frame.locator('#dialog[open] form').waitFor();
  const room = () => frame.evaluate(() => document.getElementById('dialog').getBoundingClientRect().bottom <= window.innerHeight);
  await eventually('the dialog is within the frame', room);
  await page.keyboard.press('Escape');
  await eventually('the frame is short again', async () => (await last(page, 'height')).height < 480);
  calm(page);
});

test('"Open full page" leads out of a sandbox that lets it', async () => {
  const sandbox = 'allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads';
  const { page, frame } = await framed(crossSite, LIST, { sandbox });
  const opened = page.context().waitForEvent('page');
  await frame.locator('#whole').click();
  const full = await opened;
  await full.waitForLoadState();
  assert.equal(full.url(), servers.console + LIST);
  assert.equal(await full.locator('.rail').count(), 1);
  assert.equal(await full.evaluate(() => window.opener), null);
  calm(page);
});

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing in a frame, wide or narrow (${colorScheme})`, async () => {
    for (const width of [1200, 390]) {
      const page = await chrome.page({ colorScheme, viewport: { width, height: 800 } });
      for (const path of [LIST, CHURN, `${LIST}/tall/graph`]) {
        await page.goto(`${servers.console}${path}?embed=1`);
        assert.deepEqual(await violations(page), [], path);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), `${path} is wider than ${width}`);
      }
      calm(page);
      await page.context().close();
    }
  });
}
