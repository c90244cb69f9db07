// Everything can be done with JavaScript switched off.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browser, calm, demo, diamond } from './harness.mjs';

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

test('create, look, stop and resume', async () => {
  const page = await chrome.page({ javaScriptEnabled: false });
  await page.goto(`${servers.console}/w/default/pipelines?q=PLA`);
  await page.click('[data-pipeline="plain"] a');
  await page.locator('.head').getByRole('link', { name: 'Create execution' }).click();
  await page.fill('[name="name"]', 'no-script');
  await page.fill('[name="p.Instances"]', 'many');
  await page.click('form[method="post"] button[type="submit"]');
  await page.locator('[data-error-for="p.Instances"]').waitFor();
  assert.equal(await page.inputValue('[name="name"]'), 'no-script');
  await page.fill('[name="p.Instances"]', '2');
  if (await page.locator('select[name="p.Stage"]').count()) await page.selectOption('[name="p.Stage"]', 'test');
  else await page.check('[name="p.Stage"][value="test"]');
  await page.click('form[method="post"] button[type="submit"]');
  await page.waitForURL(/\/executions\/[a-z0-9]{12}$/);
  assert.equal(await page.locator('#banner').getAttribute('data-status'), 'Executing');

  await servers.emulator.advance(1);
  await page.click('svg [data-step="Prepare"]');
  assert.match(await page.locator('main').innerText(), /Prepare/);
  await page.goBack();

  await page.locator('#banner').getByRole('link', { name: 'Stop' }).click();
  await page.click('form[method="post"] button[type="submit"]');
  await page.waitForURL(/\/executions\/[a-z0-9]{12}$/);
  assert.ok(['Stopping', 'Stopped'].includes(await page.locator('#banner').getAttribute('data-status')));
  const stopped = async () => {
    await page.reload();
    return (await page.locator('#banner').getAttribute('data-status')) === 'Stopped';
  };
  await servers.emulator.advance(600);
  for (let looks = 0; looks < 200 && !(await stopped()); looks += 1);
  await page.locator('#banner').getByRole('link', { name: 'Resume' }).click();
  await page.click('form[method="post"] button[type="submit"]');
  assert.equal(await page.locator('#banner').getAttribute('data-status'), 'Executing');
  assert.match(await page.locator('time').first().innerText(), /UTC|Z/, 'times are named as UTC');
  calm(page);
});
