// Surroundings of a console: a portal that shows it in a frame, and a proxy whose session ends.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Emulator, PROGRAM } from './harness.mjs';

async function started(what, program, flags, env) {
  const child = spawn(program, flags, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let log = '';
  child.stderr.on('data', (chunk) => { log += chunk; });
  const ended = new Promise((resolve) => { child.once('exit', resolve); });
  let address;
  for await (const line of createInterface({ input: child.stdout })) {
    const [, name, found] = /^(.+): (http.*?)\/?$/.exec(line) ?? [];
    if (name === what) { address = found; break; }
  }
  assert.ok(address, `${flags[0]} did not start:\n${log}`);
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    assert.ok(!log.includes('panicked'), log);
  };
  return { address, stop };
}

/** A console with settings of its own (`SLUICEGATE_` variables) over a local SageMaker, which can leave and come back. */
export async function serving(seed, settings = {}, flags = []) {
  const state = mkdtempSync(join(tmpdir(), 'sluicegate-browser-'));
  const emulator = (listen) => started('SageMaker (local)', PROGRAM, [
    'emulator', '--listen', listen, '--seed', seed, '--state', join(state, 'sagemaker'), ...flags,
  ]);
  let sagemaker = await emulator('127.0.0.1:0');
  const console = await started('Console', PROGRAM, ['serve', '--listen', '127.0.0.1:0', '--state-dir', state], {
    AWS_ENDPOINT_URL_SAGEMAKER: sagemaker.address,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    SLUICEGATE_IDENTITY__MODE: 'local',
    ...settings,
  });
  return {
    console: console.address,
    emulator: new Emulator(sagemaker.address),
    leave: () => sagemaker.stop(),
    async comeBack() { sagemaker = await emulator(new URL(sagemaker.address).host); },
    async stop() {
      await console.stop();
      await sagemaker.stop();
      rmSync(state, { recursive: true, force: true });
    },
  };
}

async function listen(answer) {
  const server = createServer(answer);
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const { port } = server.address();
  return {
    port,
    close: () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); }),
  };
}

// The parent's half of the protocol, as docs/embedding.md shows it; `received` keeps its messages.
const PARENT = `
  const frame = document.getElementById('console');
  const origin = new URL(frame.src).origin;
  globalThis.received = [];
  globalThis.post = (message) => frame.contentWindow.postMessage(message, origin);
  addEventListener('message', (event) => {
    if (event.source !== frame.contentWindow || event.origin !== origin) return;
    received.push(event.data);
    if (event.data?.type === 'sluicegate:height' && !document.body.dataset.fixed) frame.style.height = event.data.height + 'px';
  });`;

function portalPage(url) {
  const { searchParams: query } = new URL(url, 'http://portal');
  const plain = (name) => (query.get(name) ?? '').replaceAll(/[<>"&]/g, (c) => `&#${c.charCodeAt(0)};`);
  const sandbox = query.has('sandbox') ? ` sandbox="${plain('sandbox')}"` : '';
  return `<!doctype html><title>Portal</title><meta name="color-scheme" content="light dark">
<body${query.has('fixed') ? ' data-fixed=1' : ''} style="margin:0"><h1 style="height:${Number(query.get('above') ?? 60)}px;margin:0">Portal</h1>
<iframe id="console" title="Pipelines" src="${plain('frame')}"${sandbox} style="border:0;display:block;width:100%;height:${Number(query.get('tall') ?? 600)}px"></iframe>
<footer>Portal</footer><script>${PARENT}</script>`;
}

/** A portal on an origin of its own: `page(frame, more)` is the address of a page around `frame`. */
export async function portal(host = '127.0.0.1') {
  const server = await listen((incoming, answer) => {
    answer.writeHead(200, { 'Content-Type': 'text/html' });
    answer.end(incoming.url.startsWith('/portal') ? portalPage(incoming.url) : '');
  });
  const origin = `http://${host}:${server.port}`;
  return {
    origin,
    page: (frame, more = {}) => `${origin}/portal?${new URLSearchParams({ frame, ...more })}`,
    close: server.close,
  };
}

/** How a proxy answers for a console once the session has ended. */
const ENDINGS = {
  401: (answer) => { answer.writeHead(401, { 'Content-Type': 'text/html' }); answer.end('<!doctype html><h1>401</h1>'); },
  302: (answer) => { answer.writeHead(302, { Location: 'http://idp.localhost:9/authorize' }); answer.end(); },
  login: (answer) => { answer.writeHead(200, { 'Content-Type': 'text/html' }); answer.end('<!doctype html><form id="login">Sign in</form>'); },
  named: (answer) => { answer.writeHead(200, { 'Content-Type': 'text/html', 'X-Request-Id': 'a' }); answer.end('<!doctype html><form id="login">Sign in</form>'); },
  502: (answer) => { answer.writeHead(502, { 'Content-Type': 'text/html' }); answer.end('<!doctype html><h1>Bad gateway</h1>'); },
};

/** A proxy on one origin with a portal: set `ending` to one of the above and everything is answered so. */
export async function startProxy() {
  const self = { target: null, ending: null, requests: [] };
  const server = await listen((incoming, answer) => {
    if (incoming.url.startsWith('/portal')) {
      answer.writeHead(200, { 'Content-Type': 'text/html' });
      return answer.end(portalPage(incoming.url));
    }
    if (incoming.url === '/favicon.ico') return answer.writeHead(204).end();
    self.requests.push(`${incoming.method} ${incoming.url}`);
    if (self.ending) return ENDINGS[self.ending](answer);
    const { hostname, port, host, origin } = new URL(self.target);
    const headers = { ...incoming.headers, host };
    if (headers.origin) headers.origin = origin;
    const through = request({ hostname, port, path: incoming.url, method: incoming.method, headers }, (given) => {
      answer.writeHead(given.statusCode, given.headers);
      given.pipe(answer);
    });
    through.on('error', () => answer.destroy());
    incoming.pipe(through);
  });
  self.origin = `http://127.0.0.1:${server.port}`;
  self.page = (frame, more = {}) => `${self.origin}/portal?${new URLSearchParams({ frame, ...more })}`;
  self.close = server.close;
  return self;
}
