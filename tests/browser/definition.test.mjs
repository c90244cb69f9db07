// The definition's text: colours that can be read, and one match after the other.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browser, calm, demo, diamond } from './harness.mjs';

let servers;
let chrome;
before(async () => {
  servers = await demo('--seed', 'empty');
  chrome = await browser();
  await servers.emulator.createPipeline('small', diamond);
});
after(async () => {
  await chrome?.close();
  await servers?.stop();
});

const address = () => `${servers.console}/w/default/pipelines/small/definition`;
const texts = (page, name) => page.evaluate((name) => [...CSS.highlights.get(name)].map(String), name);

test('Enter and the buttons go from match to match, and the one in view is marked', async () => {
  const page = await chrome.page();
  await page.goto(address());
  const count = page.locator('#sought');
  await page.keyboard.press('Tab');
  await page.locator('#seek').fill('ml.m5');
  assert.equal(await count.textContent(), '1 of 4');
  const shown = () => page.evaluate(() => {
    const box = document.getElementById('json').getBoundingClientRect();
    const [range] = CSS.highlights.get('sought-here');
    const { top, bottom } = range.getBoundingClientRect();
    return top >= box.top && bottom <= box.bottom && range.startContainer.parentElement.textContent.match(/"Name": "(.*?)"/)[1];
  });
  assert.equal(await shown(), 'Prepare');
  await page.keyboard.press('Enter');
  assert.equal(await count.textContent(), '2 of 4');
  assert.equal(await shown(), 'Train-A');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.press('Shift+Enter');
  assert.equal(await count.textContent(), '4 of 4');
  assert.equal(await shown(), 'Join');
  await page.getByRole('button', { name: 'Next match' }).click();
  assert.equal(await count.textContent(), '1 of 4');
  await page.locator('#seek').fill('nothing has this');
  assert.equal(await count.textContent(), 'No match');
  assert.ok(!(await page.getByRole('button', { name: 'Next match' }).count()));
  calm(page);
});

test('keys, texts and values have colours of their own, with enough contrast', async () => {
  for (const colorScheme of ['light', 'dark']) {
    const page = await chrome.page({ colorScheme });
    await page.goto(address());
    assert.ok((await texts(page, 'json-key')).includes('"InstanceType"'));
    assert.ok((await texts(page, 'json-text')).includes('"ml.m5.xlarge"'));
    assert.ok((await texts(page, 'json-value')).includes('30'));
    const weak = await page.evaluate(() => {
      const box = document.getElementById('json');
      const pen = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
      const light = (colour) => {
        pen.fillStyle = colour;
        pen.fillRect(0, 0, 1, 1);
        const [r, g, b] = [...pen.getImageData(0, 0, 1, 1).data].map((one) => (one / 255 <= 0.03928 ? one / 255 / 12.92 : ((one / 255 + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const ground = light(getComputedStyle(box).backgroundColor);
      const colours = ['json-key', 'json-text', 'json-value'].map((name) => getComputedStyle(box.querySelector('pre'), `::highlight(${name})`).color);
      const ratio = (colour) => {
        const [low, high] = [light(colour), ground].sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05);
      };
      return { distinct: new Set(colours).size, weak: colours.filter((colour) => ratio(colour) < 4.5) };
    });
    assert.deepEqual(weak, { distinct: 3, weak: [] }, colorScheme);
    calm(page);
    await page.context().close();
  }
});
