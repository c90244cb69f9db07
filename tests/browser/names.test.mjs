// Steps are found by either name, one after the other, and brought into view large enough to read. What is typed into a
// filter does not take away what was chosen before.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browser, calm, demo, diamond, eventually } from './harness.mjs';

let servers;
let chrome;
const WIDTHS = [1440, 1024, 390];
const READABLE_PX = 11;

/** Forty steps in a row, in tens of four, each with a display name that is not its name. */
function chain() {
  const { Steps: [first] } = structuredClone(diamond);
  const Steps = Array.from({ length: 40 }, (_, at) => ({
    ...structuredClone(first),
    Name: `zq-${at}`,
    DisplayName: at === 7 ? 'تدريب النموذج' : `Prepare region ${at} for ${at % 4 ? 'training' : 'scoring'}`,
    DependsOn: at ? [`zq-${at - (at % 4 ? at % 4 : 1)}`] : [],
  }));
  return { Version: '2020-12-01', Parameters: [], Steps };
}

before(async () => {
  servers = await demo('--seed', 'empty');
  await servers.emulator.freeze();
  await servers.emulator.createPipeline('regions', chain());
  await servers.emulator.createPipeline('diamond', diamond);
  chrome = await browser();
});
after(async () => {
  await chrome?.close();
  await servers?.stop();
});

const graph = () => `${servers.console}/w/default/pipelines/regions/graph`;
const found = (page) => page.locator('#found').textContent();
const current = (page) => page.locator('#dag a[data-hit="current"]').getAttribute('data-step');

/** The current hit: how large its name is, and whether a click on its middle would meet it. */
const view = (page) => page.evaluate(() => {
  const node = document.querySelector('#dag a[data-hit="current"]');
  const { left, top, width, height } = node.getBoundingClientRect();
  const scale = document.getElementById('dag').getBoundingClientRect().width / document.getElementById('dag').viewBox.baseVal.width;
  const met = document.elementFromPoint(left + width / 2, top + height / 2);
  return { px: Number.parseFloat(getComputedStyle(node.querySelector('text')).fontSize) * scale, met: Boolean(met?.closest('a') === node) };
});

for (const width of WIDTHS) {
  test(`find counts, goes on and brings into view at ${width}`, async () => {
    const page = await chrome.page({ viewport: { width, height: 900 } });
    await page.goto(graph());
    await page.fill('#find', 'scoring region');
    assert.equal(await found(page), '1 of 10');
    assert.equal(await current(page), 'zq-0');
    const seen = new Set();
    for (let at = 0; at < 10; at += 1) {
      seen.add(await current(page));
      assert.equal(await found(page), `${at + 1} of 10`);
      const { px, met } = await view(page);
      assert.ok(px >= READABLE_PX - 0.01, `${await current(page)}: ${px} px`);
      assert.ok(met, `${await current(page)} is in view`);
      await page.press('#find', 'Enter');
    }
    assert.equal(seen.size, 10);
    assert.equal(await found(page), '1 of 10', 'after the last comes the first');
    await page.press('#find', 'Shift+Enter');
    assert.equal(await found(page), '10 of 10');
    await page.getByRole('button', { name: 'Next match' }).click();
    assert.equal(await found(page), '1 of 10');
    calm(page);
    await page.context().close();
  });
}

test('find looks at both names, and says when nothing matches', async () => {
  const page = await chrome.page();
  await page.goto(graph());
  for (const [text, says] of [
    ['zq-12', '1 of 1'], ['prepare 12', '1 of 1'], ['النموذج', '1 of 1'], ['no such step', 'No step matches'], ['', ''],
  ]) {
    await page.fill('#find', text);
    assert.equal(await found(page), says, text);
  }
  await page.fill('#find', 'zq-39');
  await page.press('#find', 'ArrowDown');
  assert.equal(await page.evaluate(() => document.activeElement.dataset.step), 'zq-39', 'the arrow leads into the graph');
  calm(page);
});

test('a fitted graph of unreadable steps is enlarged to the match, and polls leave the view alone', async () => {
  const page = await chrome.page();
  const { emulator } = servers;
  const id = await emulator.start('regions', 'watched');
  await emulator.advance(1);
  await page.goto(`${servers.console}/w/default/pipelines/regions/executions/${id}`);
  await page.locator('[data-zoom="fit"]').click();
  await page.fill('#find', 'zq-20');
  const before = await view(page);
  assert.ok(before.px >= READABLE_PX - 0.01 && before.met, JSON.stringify(before));
  await page.evaluate(() => { document.getElementById('canvas').scrollTop = 0; });
  const tag = () => page.locator('#live').getAttribute('hx-ptag');
  const first = await tag();
  await emulator.advance(600);
  await eventually('the page is sent anew', async () => (await tag()) !== first);
  assert.equal(await page.evaluate(() => document.getElementById('canvas').scrollTop), 0);
  assert.equal(await found(page), '1 of 1');
  assert.equal(await current(page), 'zq-20');
  calm(page);
});

test('Back leads from what was typed to what was chosen, and from there to all', async () => {
  const page = await chrome.page();
  const { emulator } = servers;
  await emulator.start('diamond', 'first', { Stage: 'test' });
  await emulator.advance(3600);
  const list = `${servers.console}/w/default/pipelines/diamond/executions`;
  await page.goto(list);
  await page.locator('a.chip', { hasText: 'Succeeded' }).click();
  await page.waitForURL(/status=Succeeded/);
  await page.locator('[name="q"]').pressSequentially('fir', { delay: 250 });
  await page.waitForURL(/q=fir/);
  await page.goBack();
  await page.waitForURL((url) => url.search.includes('status=Succeeded') && !url.search.includes('q='));
  await eventually('the field is empty again', async () => (await page.inputValue('[name="q"]')) === '');
  await page.goBack();
  await page.waitForURL((url) => !url.search.includes('status'));
  calm(page);
});
