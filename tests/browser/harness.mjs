// A demo of its own for every test file, a browser, and pages whose every complaint is a failure.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const PROGRAM = process.env.SLUICEGATE ?? fileURLToPath(new URL('../../target/debug/sluicegate', import.meta.url));
const BROWSER = process.env.CHROMIUM ?? '/usr/bin/chromium';
const ARGUMENTS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const ROLE = 'arn:aws:iam::111122223333:role/service-role/Pipelines';

/** Starts `sluicegate demo` over a seed; `console` and `emulator` are its addresses without a closing slash. */
export async function demo(...flags) {
  const child = spawn(PROGRAM, ['demo', '--listen', '127.0.0.1:0', ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  child.stderr.on('data', (chunk) => { log += chunk; });
  const ended = new Promise((resolve) => { child.once('exit', resolve); });
  const found = {};
  for await (const line of createInterface({ input: child.stdout })) {
    const [, what, address] = /^(.+): (http.*?)\/?$/.exec(line) ?? [];
    if (what) found[what] = address;
    if (found.Console && found['SageMaker (local)']) break;
  }
  assert.ok(found.Console, `the demo did not start:\n${log}`);
  return {
    console: found.Console,
    emulator: new Emulator(found['SageMaker (local)']),
    async stop() {
      child.kill('SIGTERM');
      await ended;
      assert.ok(!log.includes('panicked'), log);
    },
  };
}

/** The local SageMaker behind a demo: its wire and its controls. */
export class Emulator {
  constructor(address) { this.address = address; }

  async call(operation, input) {
    const answer = await fetch(this.address, {
      method: 'POST',
      headers: {
        'X-Amz-Target': `SageMaker.${operation}`,
        Authorization: 'AWS4-HMAC-SHA256 Credential=test',
        'Content-Type': 'application/x-amz-json-1.1',
      },
      body: JSON.stringify(input),
    });
    const output = await answer.json();
    assert.equal(answer.status, 200, `${operation}: ${JSON.stringify(output)}`);
    return output;
  }

  async control(name, order, method = 'POST') {
    const answer = await fetch(`${this.address}/_emulator/${name}`, {
      method, body: order === undefined ? undefined : JSON.stringify(order),
    });
    const output = await answer.json();
    assert.equal(answer.status, 200, `${name}: ${JSON.stringify(output)}`);
    return output;
  }

  freeze() { return this.control('clock', { freeze: true }); }
  advance(seconds) { return this.control('clock', { advance_seconds: seconds }); }
  failNext(pipeline, step, reason) { return this.control('outcomes', { pipeline, step, attempts: 1, reason }); }
  calls() { return this.control('calls', undefined, 'GET'); }

  createPipeline(name, definition) {
    return this.call('CreatePipeline', {
      PipelineName: name, PipelineDefinition: JSON.stringify(definition), RoleArn: ROLE, ClientRequestToken: token(),
    });
  }

  async start(pipeline, name, parameters = {}) {
    const PipelineParameters = Object.entries(parameters).map(([Name, Value]) => ({ Name, Value }));
    const output = await this.call('StartPipelineExecution', {
      PipelineName: pipeline, PipelineExecutionDisplayName: name, PipelineParameters, ClientRequestToken: token(),
    });
    return output.PipelineExecutionArn.split('/').pop();
  }
}

const token = () => crypto.randomUUID() + crypto.randomUUID();

/** A browser; `page(options)` opens a page that is watched, `close()` ends it. */
export async function browser() {
  const running = await chromium.launch({ executablePath: BROWSER, args: ARGUMENTS });
  return {
    async page(options = {}) {
      const context = await running.newContext({ viewport: { width: 1440, height: 900 }, ...options });
      const page = await context.newPage();
      watch(page);
      return page;
    },
    close: () => running.close(),
  };
}

/** Notes everything a page should never do; `calm(page)` fails if it did. */
function watch(page) {
  page.complaints = [];
  const complain = (what) => page.complaints.push(what);
  // A refused form is an expected answer, though the browser logs its status as an error.
  const expected = /status of (409|422)/;
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && ![expected, page.expected].some((known) => known?.test(message.text()))) {
      complain(`${message.type()}: ${message.text()}`);
    }
  });
  page.on('pageerror', (error) => complain(`page error: ${error.message}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    page.hosts ??= [url.host];
    if (!['data:', 'about:'].includes(url.protocol) && !page.hosts.includes(url.host)) complain(`off-host: ${url}`);
  });
  page.on('response', (response) => { if (response.status() >= 500) complain(`${response.status()} ${response.url()}`); });
  page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => {
      console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
    });
  });
}

/** Fails if the page complained since it was opened. */
export function calm(page) {
  assert.deepEqual(page.complaints, []);
}

/** The violations axe-core finds on a page: a line for each rule, with where it strikes first. */
export async function violations(page) {
  // Evaluated by the debugger, which the page's policy does not bind.
  await page.evaluate(AXE);
  // A page without styles stands on the browser's canvas, which is dark in a dark scheme; axe takes it for white.
  await page.evaluate(() => {
    const { documentElement: root, body } = document;
    const isBare = [root, body].every((element) => getComputedStyle(element).backgroundColor === 'rgba(0, 0, 0, 0)');
    if (isBare) root.style.backgroundColor = 'Canvas';
  });
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  return found.violations.map(({ id, nodes }) => `${id} (${nodes.length}): ${nodes[0].target} ${nodes[0].failureSummary}`);
}

/** Looks until a condition holds. */
export async function eventually(what, holds, within = 20_000) {
  const deadline = Date.now() + within;
  for (;;) {
    if (await holds()) return;
    assert.ok(Date.now() < deadline, `this did not happen: ${what}`);
    await new Promise((resolve) => { setTimeout(resolve, 25); });
  }
}

const job = (name, more = {}) => ({
  Name: name,
  Type: 'Processing',
  Arguments: {
    ProcessingResources: { ClusterConfig: { InstanceType: 'ml.m5.xlarge', InstanceCount: 1, VolumeSizeInGB: 30 } },
    AppSpecification: { ImageUri: 'image' },
    RoleArn: ROLE,
  },
  ...more,
});

/** A definition of so many Processing steps in rows of ten, where each waits for the one above it. */
export const rowsOfTen = (steps) => {
  const name = (number) => `step-${String(number).padStart(4, '0')}`;
  return {
    Version: '2020-12-01',
    Parameters: [],
    Steps: Array.from({ length: steps }, (_, number) => ({
      Name: name(number),
      Type: 'Processing',
      ...(number >= 10 && { DependsOn: [name(number - 10)] }),
      Arguments: {
        ProcessingResources: { ClusterConfig: { InstanceType: 'ml.m5.xlarge', InstanceCount: 1, VolumeSizeInGB: 30 } },
        AppSpecification: { ImageUri: 'image' },
        RoleArn: ROLE,
      },
    })),
  };
};

/** Prepare → Train-A, Train-B → Join, with a number, a text and a choice without a default. */
export const diamond = {
  Version: '2020-12-01',
  Parameters: [
    { Name: 'Instances', Type: 'Integer', DefaultValue: 1 },
    { Name: 'InputData', Type: 'String', DefaultValue: 's3://bucket/input' },
    { Name: 'Stage', Type: 'String', EnumValues: ['test', 'production'] },
  ],
  Steps: [
    job('Prepare'),
    job('Train-A', { DependsOn: ['Prepare'] }),
    job('Train-B', { DependsOn: ['Prepare'] }),
    job('Join', { DependsOn: ['Train-A', 'Train-B'] }),
  ],
};
