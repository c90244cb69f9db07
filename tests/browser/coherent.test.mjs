// The graph, the banner and the panel of a step never contradict each other for longer than an answer takes.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browser, calm, demo, diamond, eventually } from './harness.mjs';

let servers;
let chrome;
before(async () => {
  servers = await demo('--seed', 'empty');
  chrome = await browser();
  await servers.emulator.freeze();
  await servers.emulator.createPipeline('plain', diamond);
});
after(async () => {
  await chrome?.close();
  await servers?.stop();
});

// How long at most two blocks may differ: the second is read once the first has changed.
const MAX_DIFFERENCE_MS = 1000;

/** Watches on every frame whether the parts agree, and keeps the longest time that they did not. */
const watch = () => {
  const running = ['Starting', 'Executing', 'Stopping'];
  const contradiction = () => {
    const banner = document.getElementById('banner');
    const panel = document.getElementById('step');
    const nodes = [...document.querySelectorAll('#dag a[data-step][data-status]')];
    const open = nodes.some((node) => running.includes(node.dataset.status) || node.dataset.status === 'Waiting');
    const { status } = banner.dataset;
    if (['Stopped', 'Failed', 'Succeeded'].includes(status) && open) return `${status}, but a step is open`;
    if (status === 'Executing' && nodes.every((node) => ['Stopped', 'NotRun'].includes(node.dataset.status))) return 'executing, but no step is open';
    const node = nodes.find((one) => one.dataset.step === panel?.dataset.panel);
    if (node && node.dataset.status !== panel.dataset.status) return `${node.dataset.step} ${node.dataset.status}, in its panel ${panel.dataset.status}`;
    if (!['Stopped', 'Failed', 'Succeeded'].includes(status) && panel?.textContent.includes('Not reached: the execution')) return `${status}, but the panel speaks of its end`;
    return null;
  };
  globalThis.longest = { ms: 0, what: null };
  let since = null;
  const look = (now) => {
    const what = contradiction();
    since = what ? since ?? now : null;
    if (what && now - since > globalThis.longest.ms) globalThis.longest = { ms: now - since, what };
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
};

test('from Stop through Resume to the end, with the panel of a step open', async () => {
  const id = await servers.emulator.start('plain', 'watched', { Stage: 'test' });
  await servers.emulator.advance(1);
  const page = await chrome.page();
  await page.goto(`${servers.console}/w/default/pipelines/plain/executions/${id}`);
  await page.waitForFunction(() => globalThis.htmx);
  const last = page.locator('#dag a[data-step]').last();
  const name = await last.getAttribute('data-step');
  await last.click();
  await page.locator(`#step[data-panel="${name}"]`).waitFor();
  await page.evaluate(watch);
  const shows = (status) => page.locator(`#banner[data-status="${status}"]:not([data-pending])`).waitFor({ timeout: 20_000 });
  const act = async (label, button) => {
    await page.locator('#banner').getByRole('link', { name: label }).click();
    await page.getByRole('button', { name: button }).click();
    await page.locator('#dialog').waitFor({ state: 'hidden' });
  };

  await act('Stop…', 'Stop execution');
  await servers.emulator.advance(600);
  await shows('Stopped');
  await eventually('the panel follows', async () => (await page.locator('#step').getAttribute('data-status')) === 'NotRun');
  await act('Resume…', 'Resume execution');
  await eventually('the panel follows', async () => (await page.locator('#step').getAttribute('data-status')) === 'Waiting', 3000);
  assert.equal(await page.locator('#step').getByText('Not reached').count(), 0);
  await servers.emulator.advance(7200);
  await shows('Succeeded');
  const { ms, what } = await page.evaluate(() => globalThis.longest);
  assert.ok(ms <= MAX_DIFFERENCE_MS, `${Math.round(ms)} ms: ${what}`);
  calm(page);
});

// Two polls are this far apart at least, while something runs.
const MIN_POLL_MS = 1500;

test('an open panel asks no oftener than the page polls', async () => {
  const id = await servers.emulator.start('plain', 'quiet', { Stage: 'test' });
  await servers.emulator.advance(1);
  const page = await chrome.page();
  const path = `/w/default/pipelines/plain/executions/${id}`;
  await page.goto(servers.console + path);
  await page.waitForFunction(() => globalThis.htmx);
  await page.locator('#dag a[data-step]').first().click();
  await page.locator('#step').waitFor();
  // The answers to the click have come once the page is polled the next time.
  const polled = () => page.waitForResponse((response) => new URL(response.url()).pathname === path, { timeout: 20_000 });
  await polled();
  await polled();
  const before = Date.now();
  await polled();
  assert.ok(Date.now() - before >= MIN_POLL_MS, `the next poll came after ${Date.now() - before} ms`);
  calm(page);
});
