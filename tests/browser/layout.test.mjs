// Nothing moves under the reader, and nothing lies over what one wants to see.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browser, calm, demo, diamond, eventually } from './harness.mjs';

const WINDOWS = [[1440, 900], [1024, 768], [390, 844]];
const LIST = '/w/default/pipelines';
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

let servers;
let chrome;
before(async () => {
  servers = await demo('--seed', 'empty');
  chrome = await browser();
  await servers.emulator.freeze();
  // Twenty rows of fifteen steps, each after the one above it.
  const large = Array.from({ length: 300 }, (_, at) => ({
    ...diamond.Steps[0], Name: `Step-${at}`, DependsOn: at < 15 ? [] : [`Step-${at - 15}`],
  }));
  await servers.emulator.createPipeline('large', { ...diamond, Parameters: [], Steps: large });
  await servers.emulator.createPipeline('small', { ...diamond, Parameters: [] });
});
after(async () => {
  await chrome?.close();
  await servers?.stop();
});

const path = (rest) => `${servers.console}${LIST}/${rest}`;

/** What covers a step at its centre or just inside its corners; nothing if it is free. */
const covered = (page, name) => page.evaluate((name) => {
  const a = document.querySelector(`#dag a[data-step="${name}"]`);
  const { left, right, top, bottom } = a.getBoundingClientRect();
  const spots = [[(left + right) / 2, (top + bottom) / 2], ...[left + 4, right - 4].flatMap((x) => [[x, top + 8], [x, bottom - 8]])];
  return spots.map(([x, y]) => document.elementFromPoint(x, y)).filter((found) => !a.contains(found))
    .map((found) => found?.id || found?.className?.toString() || found?.tagName || 'nothing');
}, name);

for (const [width, height] of WINDOWS) {
  test(`every step can be scrolled out from under the map and the panel (${width} px)`, async () => {
    const page = await chrome.page({ viewport: { width, height } });
    await page.goto(path('large/graph?step=Step-0'));
    await page.waitForSelector('[data-panel="Step-0"]');
    await page.locator('#map:not([hidden])').waitFor();
    // As a reader would: the canvas to the top of the window, the step towards the top left of the canvas.
    const hidden = await page.evaluate(() => {
      const canvas = document.getElementById('canvas');
      const wrong = [];
      for (const a of document.querySelectorAll('#dag a[data-step]')) {
        window.scrollBy(0, canvas.getBoundingClientRect().top - 8);
        const [frame, node] = [canvas.getBoundingClientRect(), a.getBoundingClientRect()];
        canvas.scrollBy(node.left - frame.left - 16, node.top - frame.top - 16);
        const { left, right, top, bottom } = a.getBoundingClientRect();
        for (const [x, y] of [[left + 4, top + 8], [right - 4, top + 8], [left + 4, bottom - 8], [right - 4, bottom - 8]]) {
          const found = document.elementFromPoint(x, y);
          if (!a.contains(found)) wrong.push(`${a.dataset.step}: ${found?.id || found?.tagName}`);
        }
      }
      return wrong;
    });
    assert.deepEqual(hidden, []);
    calm(page);
  });

  test(`a chosen step comes into the free part (${width} px)`, async () => {
    const page = await chrome.page({ viewport: { width, height } });
    await page.goto(path('large/graph?open=all'));
    for (const name of ['Step-0', 'Step-299', 'Step-285', 'Step-14', 'Step-150']) {
      await page.locator(`#dag a[data-step="${name}"]`).focus();
      await page.keyboard.press('Enter');
      await page.waitForSelector(`[data-panel="${name}"]`);
      await eventually(`${name} is free`, async () => (await covered(page, name)).length === 0);
    }
    calm(page);
  });

  test(`a graph opens readable, and stays as large when a panel opens (${width} px)`, async () => {
    const page = await chrome.page({ viewport: { width, height } });
    await page.goto(path('large/graph?open=all'));
    const letters = () => page.evaluate(() => {
      const dag = document.getElementById('dag');
      return 12.5 * dag.getBoundingClientRect().width / dag.viewBox.baseVal.width;
    });
    assert.ok(await letters() >= 10.99, `${await letters()} px`);
    const before = await letters();
    await page.locator('#dag a[data-step="Step-0"]').click();
    await page.waitForSelector('[data-panel="Step-0"]');
    assert.equal(await letters(), before);
    await page.locator('[data-zoom="fit"]').click();
    assert.ok(await letters() < before);
    calm(page);
  });
}

/** Polls as the page does, which does so every 30 seconds while nothing runs. */
const poll = (page) => page.evaluate(() => {
  const live = document.getElementById('live');
  return globalThis.htmx.ajax('GET', live.getAttribute('hx-get'), { source: live, target: live, swap: 'outerMorph' });
});

/** Notes every move of what is on the page, and of what; asks after `act` and the polls that follow it. */
async function moves(page, act) {
  await page.evaluate(() => {
    globalThis.moved = [];
    globalThis.shifts = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        for (const { node, previousRect, currentRect } of entry.sources) {
          const name = node?.nodeType === 3 ? `“${node.data}” in ${node.parentElement?.outerHTML.slice(0, 80)}` : node?.outerHTML?.slice(0, 100);
          // A strip of the last ten executions goes on by a bar: that is what it shows.
          const isInStrip = [...document.querySelectorAll('.strip')].some((strip) => {
            const { left, right, top, bottom } = strip.getBoundingClientRect();
            return currentRect.left >= left - 1 && currentRect.right <= right + 1 && currentRect.top >= top - 1 && currentRect.bottom <= bottom + 1;
          });
          if (isInStrip) continue;
          // What is drawn in a row without being of the page, such as a mark, has no node.
          const isRow = !node || (node.nodeType === 3 ? node.parentElement : node).closest('tr, tbody, [data-activity], .graphfoot');
          globalThis.moved.push(`${isRow ? 'row ' : ''}${name}: ${previousRect.x},${previousRect.y} → ${currentRect.x},${currentRect.y}`);
        }
      }
    });
    globalThis.shifts.observe({ type: 'layout-shift', buffered: false });
  });
  await act();
  // Two frames later everything that moved has been reported.
  await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); }));
  return page.evaluate(() => {
    for (const entry of globalThis.shifts.takeRecords()) globalThis.moved.push(entry.value);
    globalThis.shifts.disconnect();
    return globalThis.moved;
  });
}

for (const [width, height] of WINDOWS) {
  test(`nothing moves on an execution's pages while it goes on and ends (${width} px)`, async () => {
    const { emulator } = servers;
    for (const tab of ['', '/steps', '/parameters', '/information']) {
      const page = await chrome.page({ viewport: { width, height } });
      const id = await emulator.start('small', `watched${tab.replace('/', '-')}`, {});
      await emulator.advance(1);
      await page.goto(path(`small/executions/${id}${tab}`));
      await page.locator('#banner[data-status="Executing"]').waitFor();
      const moved = await moves(page, async () => {
        await emulator.advance(3600);
        await page.locator('#banner[data-status="Succeeded"]').waitFor();
      });
      assert.deepEqual(moved, [], tab || '/');
      calm(page);
      await page.context().close();
    }
  });

  test(`nothing moves on a pipeline's graph, and nothing above the rows of a list, while an execution begins and ends (${width} px)`, async () => {
    const { emulator } = servers;
    const pages = {
      [`${LIST}/small/graph`]: '#banner[data-status="Executing"]',
      [`${LIST}/small/executions`]: 'tr[data-status="Executing"]',
      [LIST]: '[data-pipeline="small"] .s-run',
    };
    for (const [address, runs] of Object.entries(pages)) {
      const page = await chrome.page({ viewport: { width, height } });
      await page.goto(servers.console + address);
      await eventually('nothing runs', async () => { await poll(page); return !(await page.locator(runs).count()); });
      if (address !== LIST) assert.equal((await page.locator('.now .banner').boundingBox()).height, 32, 'one line');
      // Rows make room for a new row; they do not move for anything else.
      const stays = (moved) => moved.filter((one) => !String(one).startsWith('row ') || !address.endsWith('executions'));
      const begun = await moves(page, async () => {
        await emulator.start('small', `began-${width}-${Object.keys(pages).indexOf(address)}`, {});
        await emulator.advance(1);
        await eventually('it is shown', async () => { await poll(page); return page.locator(runs).count(); });
      });
      assert.deepEqual(stays(begun), [], `${address} when one begins`);
      const ended = await moves(page, async () => {
        await emulator.advance(3600);
        await eventually('its end is shown', async () => { await poll(page); return !(await page.locator(runs).count()); });
      });
      assert.deepEqual(ended, [], `${address} when it ends`);
      calm(page);
      await page.context().close();
    }
  });
}

for (const [width, height] of WINDOWS) {
  test(`nothing moves on pages of activity but for a new entry (${width} px)`, async () => {
    for (const address of ['/activity', `${LIST}/small/activity`]) {
      const page = await chrome.page({ viewport: { width, height } });
      const entries = page.locator('[data-activity]');
      const act = async () => {
        const form = await page.context().newPage();
        await form.goto(path('small/executions/new'));
        await form.locator('button[type=submit]').last().click();
        await form.waitForURL(/executions\/[a-z0-9]{12}$/);
        await form.close();
      };
      await act();
      await page.goto(servers.console + address);
      await entries.first().waitFor();
      const before = await entries.count();
      assert.deepEqual(await moves(page, () => poll(page)), [], `${address} when nothing has changed`);
      const added = await moves(page, async () => {
        await act();
        await eventually('it is shown', async () => { await poll(page); return (await entries.count()) > before; });
      });
      assert.deepEqual(added.filter((one) => !String(one).startsWith('row ')), [], address);
      calm(page);
      await page.context().close();
    }
  });
}

test('fingers zoom the graph, and nothing to tap is lower than 40 px', async () => {
  const page = await chrome.page(PHONE);
  const id = await servers.emulator.start('large', 'by-touch', {});
  await servers.emulator.advance(1);
  await page.goto(path(`large/executions/${id}`));
  await page.locator('#dag').waitFor();
  const scale = () => page.evaluate(() => {
    const dag = document.getElementById('dag');
    return dag.getBoundingClientRect().width / dag.viewBox.baseVal.width;
  });
  await page.locator('#canvas').scrollIntoViewIfNeeded();
  const opened = await scale();
  const { x, y, width, height } = await page.locator('#canvas').boundingBox();
  const [cx, cy] = [x + width / 2, Math.min(y + height / 2, 700)];
  const session = await page.context().newCDPSession(page);
  const touch = (type, ...points) => session.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
  const under = () => page.evaluate(([x, y]) => document.elementFromPoint(x, y)?.closest('a')?.dataset.step, [cx, cy]);
  const held = await under();
  await touch('touchStart', [cx - 40, cy], [cx + 40, cy]);
  for (const apart of [50, 60, 70, 80]) await touch('touchMove', [cx - apart, cy], [cx + apart, cy]);
  await touch('touchEnd');
  assert.ok(Math.abs(await scale() / opened - 2) < 0.1, `pinched: ${opened} → ${await scale()}`);
  assert.equal(await under(), held, 'what is between the fingers stays there');
  assert.equal(await page.evaluate(() => window.visualViewport.scale), 1, 'the page itself is not zoomed');

  const twice = async () => { for (const _ of [1, 2]) { await touch('touchStart', [x + 12, cy]); await touch('touchEnd'); } };
  await twice();
  await eventually('a double tap zooms out', async () => Math.abs(await scale() - opened) < 0.01);
  await twice();
  await eventually('and in again', async () => await scale() > opened * 1.5);

  const low = await page.evaluate(() => [...document.querySelectorAll('main :is(.btn, .chip, .copy, .tabs a, input, select)')]
    .map((element) => [element.getBoundingClientRect(), element.outerHTML.slice(0, 80)])
    .filter(([box]) => box.height > 0 && box.height < 40).map(([box, html]) => `${box.height}: ${html}`));
  assert.deepEqual(low, []);
  calm(page);
});

test('the page is dimmed to its edge while a dialog is open', async () => {
  for (const colorScheme of ['light', 'dark']) {
    const page = await chrome.page({ colorScheme });
    await page.goto(path('small/executions'));
    await page.locator('.head').getByRole('link', { name: 'Create execution' }).click();
    await page.locator('#dialog[open] form').waitFor();
    const [gutter, ground, shade] = await page.evaluate(() => {
      const style = (element, pseudo) => getComputedStyle(element, pseudo).backgroundColor;
      return [style(document.documentElement), style(document.body), style(document.getElementById('dialog'), '::backdrop')];
    });
    const numbers = (colour) => {
      const found = colour.match(/[\d.]+/g).map(Number);
      return colour.startsWith('color(srgb') ? found.map((one, at) => (at < 3 ? one * 255 : one)) : found;
    };
    const [over, under] = [numbers(shade), numbers(ground)];
    const dimmed = [0, 1, 2].map((at) => over[at] * over[3] + under[at] * (1 - over[3]));
    numbers(gutter).slice(0, 3).forEach((value, at) => assert.ok(Math.abs(value - dimmed[at]) <= 2, `${gutter} beside ${dimmed}`));
    calm(page);
    await page.context().close();
  }
});
