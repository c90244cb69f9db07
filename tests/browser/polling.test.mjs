// A page of many items is polled for those that changed, and then shows what a page opened afresh shows.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browser, calm, demo, eventually, rowsOfTen } from './harness.mjs';

const STEPS = 100;

let site;
let chrome;
let address;
before(async () => {
  site = await demo('--seed', 'empty');
  chrome = await browser();
  await site.emulator.freeze();
  await site.emulator.createPipeline('Wide', rowsOfTen(STEPS));
  const id = await site.emulator.start('Wide', 'watched', {});
  address = `${site.console}/w/default/pipelines/Wide/executions/${id}`;
});
after(async () => {
  await chrome?.close();
  await site?.stop();
});

/** What each item of a page says, but for durations that go on. */
const items = (page) => page.evaluate(() => [...document.querySelectorAll('#live [data-item]')].map((item) => {
  const copy = item.cloneNode(true);
  for (const going of copy.querySelectorAll('.dur, time')) going.remove();
  return [copy.dataset.step ?? copy.dataset.to, copy.dataset.status, copy.getAttribute('class'), copy.textContent.trim()].join(' | ');
}));

for (const [tab, item] of [['', '#dag a'], ['/steps?sort=name', 'tbody tr']]) {
  test(`the steps that changed take their places${tab && ' in the table'}`, async () => {
    await site.emulator.advance(10);
    const page = await chrome.page();
    await page.goto(address + tab);
    await eventually('something runs', async () => (await page.locator(`${item}[data-status="Executing"]`).count()) > 0);
    await page.evaluate((selector) => {
      globalThis.first = [...document.querySelectorAll(selector)];
      globalThis.answers = [];
      document.addEventListener('htmx:before:swap', (event) => globalThis.answers.push(event.detail.ctx.text));
    }, item);
    const done = await page.locator(`${item}[data-status="Succeeded"]`).count();
    await site.emulator.advance(6);
    await eventually('more steps have ended', async () => (await page.locator(`${item}[data-status="Succeeded"]`).count()) > done);
    const answers = await page.evaluate(() => globalThis.answers.map((text) => [text.includes('data-items="changed"'), text.length]));
    assert.ok(answers.some(([isPart]) => isPart), JSON.stringify(answers));
    assert.ok(await page.evaluate((selector) => [...document.querySelectorAll(selector)].every((element, at) => element === globalThis.first[at]), item), 'the elements stay');
    const fresh = await chrome.page();
    await eventually('both pages show the same', async () => {
      await fresh.goto(address + tab);
      return JSON.stringify(await items(fresh)) === JSON.stringify(await items(page));
    });
    calm(page);
    await fresh.close();
    await page.close();
  });
}
