// The pages and dialogs of the console, one of each kind, found by following the product's own marks. Where the demo
// has none of a kind, that is an error.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { browser, demo } from './harness.mjs';
import { serving } from './portal.mjs';

/** A console behind a proxy that names its readers, with two workspaces. */
const SHARED = {
  SLUICEGATE_IDENTITY__MODE: 'header',
  SLUICEGATE_IDENTITY__PRESET: 'oauth2-proxy',
  SLUICEGATE_IDENTITY__TRUSTED_PROXIES: '127.0.0.1',
  SLUICEGATE_ACCESS__0__PEOPLE: 'ada',
  SLUICEGATE_ACCESS__0__ROLE: 'viewer',
  SLUICEGATE_WORKSPACE__0__NAME: 'production',
  SLUICEGATE_WORKSPACE__0__COLOUR: 'red',
  SLUICEGATE_WORKSPACE__1__NAME: 'staging',
};
const READER = { 'X-Forwarded-User': 'ada' };

/** The demo, whose clock stands still so that what runs stays so, and the shared console. */
export async function consoles() {
  const servers = await demo('--seed', 'demo');
  await servers.emulator.freeze();
  const shared = await serving('demo', SHARED);
  return {
    ...servers,
    shared: shared.console,
    async stop() {
      await shared.stop();
      await servers.stop();
    },
  };
}

/** By name: the address of a page, its status, and the headers with which a proxy names the reader. */
export async function pages(page, servers) {
  const list = '/w/default/pipelines';
  const base = `${list}/CustomerChurnPipeline`;
  const paths = {
    pipelines: list,
    'no-match': `${list}?q=nothing-is-called-this`,
    'all-executions': '/w/default/executions?filter=status%3AFailed%2CSucceeded',
    executions: `${base}/executions`,
    graph: `${base}/graph`,
    'graph-as-table': `${base}/graph?view=table`,
    parameters: `${base}/parameters`,
    definition: `${base}/definition`,
    information: `${base}/information`,
    'pipeline-activity': `${base}/activity`,
    create: `${base}/executions/new`,
    models: '/w/default/models',
    activity: '/activity',
    me: '/me',
    'me-asked': '/me?ws=default&pipeline=CustomerChurnPipeline',
    'not-found': `${list}/nobody/executions`,
    'long-name': `${list}/warehouse-robotics-predictive-maintenance-vibration-anomaly-detection-nightly-eu/graph`,
    ...await executions(page, servers.console, list),
  };
  const found = Object.entries(paths).map(([name, path]) => [name, {
    address: servers.console + path, status: name === 'not-found' ? 404 : 200, headers: {},
  }]);
  return {
    ...Object.fromEntries(found),
    workspaces: { address: `${servers.shared}/`, status: 200, headers: READER },
    unauthenticated: { address: `${servers.shared}/`, status: 401, headers: {} },
  };
}

/** Before the tests of a file: starts the consoles and a browser, finds the pages, and hands all three to `take`. */
export function beforeAll(take) {
  let servers;
  let chrome;
  before(async () => {
    servers = await consoles();
    chrome = await browser();
    const page = await chrome.page();
    const found = await pages(page, servers);
    await page.context().close();
    take({ servers, chrome, found });
  });
  after(async () => {
    await chrome?.close();
    await servers?.stop();
  });
}

/** Opens one of the pages as its reader. */
export async function open(page, { address, status, headers }) {
  page.hosts = [new URL(address).host];
  page.expected = status < 400 ? undefined : new RegExp(`status of ${status}`);
  await page.setExtraHTTPHeaders(headers);
  const answer = await page.goto(address);
  assert.equal(answer.status(), status, address);
}

/** By name: what opens a dialog or a panel, of the demo's pages. */
export const dialogs = {
  'create-dialog': async (page, servers, found) => {
    await open(page, found.executions);
    await page.locator('.head').getByRole('link', { name: 'Create execution' }).click();
    await page.locator('#dialog[open] form').waitFor();
  },
  'retry-dialog': async (page, servers, found) => {
    await open(page, found.failed);
    await page.locator('#banner').getByRole('link', { name: 'Retry' }).click();
    await page.locator('#dialog[open] form').waitFor();
  },
  // Whether the stop arrived stays unknown for a minute, so that each needs an execution of its own.
  'action-error': async (page, servers) => {
    const pipeline = 'basket-affinity-prototype';
    const id = await servers.emulator.start(pipeline, 'not-stopped');
    const address = `${servers.console}/w/default/pipelines/${pipeline}/executions/${id}`;
    await open(page, { address, status: 200, headers: {} });
    await page.locator('#banner').getByRole('link', { name: 'Stop' }).click();
    await page.locator('#dialog[open] form').waitFor();
    await servers.emulator.control('faults', { operation: 'StopPipelineExecution', kind: '500', times: 0 });
    page.expected = /status of 50\d/;
    await page.locator('#dialog[open] form button[type="submit"]').click();
    await page.locator('#dialog[open] [role="alert"]').waitFor();
    await servers.emulator.control('faults', undefined, 'DELETE');
  },
  panel: async (page, servers, found) => {
    await open(page, found.failed);
    await page.locator('svg a[data-step]').first().click();
    await page.waitForSelector('[data-panel]');
  },
};

async function executions(page, origin, list) {
  const found = {};
  for (const status of ['Failed', 'Succeeded', 'Stopped', 'Executing']) {
    found[status.toLowerCase()] = await newest(page, origin, list, status);
  }
  for (const tab of ['steps', 'parameters', 'information']) found[`failed-${tab}`] = `${found.failed}/${tab}`;
  await page.goto(`${origin}${found.failed}/steps`);
  found['failed-step'] = await page.locator('tr[data-step][data-status="Failed"] a').first().getAttribute('href');
  for (const tab of ['inputs', 'outputs', 'logs', 'raw']) found[`failed-step-${tab}`] = `${found['failed-step']}/${tab}`;
  found.retry = `${found.failed}/retry`;
  found.resume = `${found.stopped}/resume`;
  found.stop = `${found.executing}/stop`;
  return found;
}

/** The path of an execution with this status. */
async function newest(page, origin, list, status) {
  await page.goto(origin + list);
  const pipelines = await page.locator('[data-pipeline]').evaluateAll((rows) => rows.map((row) => row.dataset.pipeline));
  for (const pipeline of pipelines) {
    const address = `${list}/${pipeline}/executions`;
    await page.goto(`${origin}${address}?status=${status}`);
    const row = page.locator(`[data-execution][data-status="${status}"]`).first();
    if (await row.count()) return `${address}/${await row.getAttribute('data-execution')}`;
  }
  assert.fail(`the demo has no execution with the status ${status}`);
}
