// What a graph answers: what leads to a step and what follows, which steps have a status, what runs now. By pointer and
// by keys.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browser, calm, demo, diamond, eventually, violations } from './harness.mjs';

let servers;
let chrome;
let failed;
let running;

/** The diamond, a step that nothing connects to it, and two more after its end. */
function wide() {
  const definition = structuredClone(diamond);
  const more = (Name, DependsOn) => ({ ...structuredClone(definition.Steps[0]), Name, DependsOn });
  definition.Steps.push(more('Apart', []), more('Report', ['Join']), more('Archive', ['Report']));
  return definition;
}

before(async () => {
  servers = await demo('--seed', 'empty', '--speed', '1');
  const { emulator } = servers;
  await emulator.freeze();
  await emulator.createPipeline('wide', wide());
  await emulator.failNext('wide', 'Train-A', 'AlgorithmError: out of memory');
  failed = await emulator.start('wide', 'fails', { Stage: 'test' });
  await emulator.advance(7200);
  running = await emulator.start('wide', 'runs', { Stage: 'test' });
  await emulator.advance(1);
  chrome = await browser();
});
after(async () => {
  await chrome?.close();
  await servers?.stop();
});

const execution = (id) => `${servers.console}/w/default/pipelines/wide/executions/${id}`;
const graph = () => `${servers.console}/w/default/pipelines/wide/graph`;
/** The names of the steps that are not dimmed. */
const bright = (page) => page.evaluate(() => [...document.querySelectorAll('#dag a[data-step]')]
  .filter((a) => getComputedStyle(a).opacity === '1').map((a) => a.dataset.step).sort());
const shows = (page, what, names) => eventually(
  `${what}: ${names}`, async () => JSON.stringify(await bright(page)) === JSON.stringify([...names].sort()),
);
const ALL = ['Prepare', 'Train-A', 'Train-B', 'Join', 'Apart', 'Report', 'Archive'];

test('a chosen step shows what leads to it and what follows', async () => {
  const page = await chrome.page();
  await page.goto(graph());
  await page.locator('#dag a[data-step="Join"]').click();
  await page.waitForSelector('[data-panel="Join"]');
  await shows(page, 'before and after', ALL.filter((name) => name !== 'Apart'));
  await page.keyboard.press('[');
  await shows(page, 'upstream', ['Prepare', 'Train-A', 'Train-B', 'Join']);
  assert.equal(await page.locator('[data-lineage="up"]').getAttribute('aria-pressed'), 'true');
  await page.keyboard.press(']');
  await shows(page, 'downstream', ['Join', 'Report', 'Archive']);
  await page.keyboard.press('Escape');
  await shows(page, 'both again', ALL.filter((name) => name !== 'Apart'));
  assert.equal(await page.locator('[data-panel]').count(), 1, 'the panel stays');
  await page.getByRole('button', { name: 'Upstream only' }).click();
  await shows(page, 'upstream', ['Prepare', 'Train-A', 'Train-B', 'Join']);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await shows(page, 'all', ALL);
  assert.equal(await page.locator('#lineage').isVisible(), false);
  assert.deepEqual(await violations(page), []);
  calm(page);
});

test('the names in the panel choose steps in the graph', async () => {
  const page = await chrome.page();
  await page.goto(execution(failed));
  await page.locator('#dag a[data-step="Train-A"]').click();
  await page.waitForSelector('[data-panel="Train-A"]');
  await page.evaluate(() => { window.sameDocument = true; });
  await page.locator('#panel a[data-goto="Join"]').click();
  await page.waitForSelector('[data-panel="Join"]');
  assert.equal(await page.locator('#dag a[data-step="Join"]').getAttribute('aria-current'), 'true');
  assert.equal(new URL(page.url()).searchParams.get('step'), 'Join');
  assert.equal(await page.evaluate(() => window.sameDocument), true, 'without a page load');
  calm(page);
});

test('the counts of the legend lead from step to step', async () => {
  const page = await chrome.page();
  await page.goto(execution(failed));
  const count = page.locator('.legend [data-tally="Succeeded"]');
  const hits = (await page.locator('#dag a[data-status="Succeeded"]').evaluateAll((all) => all.map((a) => a.dataset.step)));
  assert.ok(hits.length >= 2, `${hits}`);
  const current = () => page.locator('#dag a[data-hit="current"]').getAttribute('data-step');
  await count.click();
  await shows(page, 'those that succeeded', hits);
  assert.equal(await current(), hits[0]);
  assert.equal(await count.getAttribute('aria-pressed'), 'true');
  await count.focus();
  await page.keyboard.press('Enter');
  assert.equal(await current(), hits[1]);
  await page.keyboard.press('Shift+Enter');
  assert.equal(await current(), hits[0]);
  await page.keyboard.press('ArrowDown');
  assert.equal(await page.evaluate(() => document.activeElement.dataset.step), hits[0]);
  await page.keyboard.press('Escape');
  await shows(page, 'all', ALL);
  await page.locator('.legend [data-tally="Failed"]').click();
  await shows(page, 'the one that failed', ['Train-A']);
  assert.deepEqual(await violations(page), []);
  await page.locator('.legend [data-tally="Failed"]').click();
  await shows(page, 'all after the last one', ALL);
  calm(page);
});

test('the graph fills the screen', async () => {
  const page = await chrome.page();
  await page.goto(graph());
  await page.locator('#dag a[data-step="Join"]').waitFor();
  await page.locator('[data-full]').waitFor();
  const full = () => page.evaluate(() => document.fullscreenElement?.contains(document.getElementById('canvas')) ?? false);
  await page.keyboard.press('f');
  await eventually('the whole screen', full);
  const height = await page.evaluate(() => document.getElementById('canvas').getBoundingClientRect().height / window.innerHeight);
  assert.ok(height > 0.8, `${height}`);
  await page.keyboard.press('f');
  await eventually('the page again', async () => !await full());
  await page.keyboard.press('?');
  const keys = await page.locator('#dialog').innerText();
  for (const meaning of ['leads to the chosen step', 'follows from the chosen step', 'full screen', 'follow what runs']) {
    assert.ok(keys.includes(meaning), `${meaning} in ${keys}`);
  }
  calm(page);
});

test('what runs is kept in view until the reader moves the graph', async () => {
  const page = await chrome.page({ viewport: { width: 1000, height: 640 } });
  await page.goto(execution(running));
  const follow = page.locator('#follow');
  await follow.waitFor();
  await page.keyboard.press('r');
  assert.equal(await follow.getAttribute('aria-pressed'), 'true');
  for (let zooms = 0; zooms < 3; zooms += 1) await page.locator('[data-zoom="in"]').click();
  const inView = () => page.evaluate(() => {
    const canvas = document.getElementById('canvas').getBoundingClientRect();
    return [...document.querySelectorAll('#dag a:is([data-status="Executing"], [data-status="Starting"])')].some((a) => {
      const box = a.getBoundingClientRect();
      return box.top >= canvas.top && box.bottom <= canvas.bottom;
    });
  });
  const runs = page.locator('#dag a[data-step="Join"]:is([data-status="Starting"], [data-status="Executing"])');
  while (!await runs.count()) {
    const answer = page.waitForResponse((response) => response.url().startsWith(execution(running)));
    await servers.emulator.advance(60);
    await answer;
    assert.ok(!await page.locator('#dag a[data-step="Join"][data-status="Succeeded"]').count(), 'Join ran unseen');
  }
  await eventually('Join is in view', inView);
  await page.locator('#canvas').hover();
  await page.mouse.wheel(0, -40);
  await eventually('the reader moves it', async () => await follow.getAttribute('aria-pressed') === 'false');
  calm(page);
});
