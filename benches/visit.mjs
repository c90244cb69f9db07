#!/usr/bin/env node
// What a first visit costs a browser, beside a finished static page of the same content.
//
//   node benches/visit.mjs [--repeat 9] [--console URL]
//   node benches/visit.mjs --short      # seconds: that it works, not what it costs
//
// Starts an emulator with the large seed and a console before it (or uses the console at URL), and a
// static server of our own; then opens each page and its static counterpart in turn, every time in a
// new browser with an empty profile: a graph with every step, as the static one has them, and as it
// opens, folded. The static table has executions with their pipelines, as the list of all executions;
// the other lists stand beside it too. The page is requested once just before, as other readers do:
// what the first reader after a rest waits for, while the console asks SageMaker, is measured separately.
// Time until visible is wall time and suffers from other load on
// the machine; so does, a little, everything else but bytes and requests: the ratios are what counts.
// Needs Chromium (CHROMIUM, default /usr/bin/chromium) and playwright-core, which tests/browser
// installs (or name its node_modules with NODE_MODULES). SLUICEGATE names the program (target/release/sluicegate unless set).
import fs from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import zlib from 'node:zlib';
import { console_, getting, LOCAL, sagemaker, wholeList } from './support/console.mjs';
import { options } from './support/options.mjs';
import { scratch } from '../tests/proxies/support/process.mjs';

const root = path.dirname(path.dirname(new URL(import.meta.url).pathname));
const modules = process.env.NODE_MODULES ?? path.join(root, 'tests/browser/node_modules');
const { chromium } = createRequire(path.join(modules, 'x.js'))('playwright-core');

const chosen = options({ repeat: 9, console: '' }, { repeat: 1 });
const REPEAT = Number(chosen.repeat);
// How long nobody requests a page before the first reader after a rest does.
const REST_MS = chosen.short ? 0 : 16_000;
const ROWS = 100;
const NODES = 300;

// ---- The static counterparts: finished HTML with one style sheet, no script. ----
const style = `body{font:14px system-ui;margin:0}nav{background:#232f3e;color:#fff;padding:12px}
table{border-collapse:collapse;width:100%}td,th{padding:6px 10px;border-bottom:1px solid #ddd;text-align:left}
.ok{color:#067f39}.bad{color:#b0281a}svg text{font:11px system-ui}`;
const html = (body) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Static</title>
<link rel="stylesheet" href="/style.css"><body><nav>Pipelines</nav><main>${body}</main>`;
const table = () => {
  const row = (_, i) => `<tr><td><a href="/e/${i}">execution-${i}</a><td class="${i % 10 === 7 ? 'bad">Failed' : 'ok">Succeeded'}`
    + `<td>train-pipeline<td><time datetime="2026-11-23T02:${String(i % 60).padStart(2, '0')}:00Z">2026-11-23 02:${String(i % 60).padStart(2, '0')}</time>`
    + `<td>4m 00s<td>user${i % 5}@example.com<td>${i % 20}<td>0.01`;
  return html(`<table><thead><tr><th>Name<th>Status<th>Pipeline<th>Started<th>Duration<th>By<th>Epochs<th>Rate</thead><tbody>${Array.from({ length: ROWS }, row).join('')}</table>`);
};
const graph = () => {
  const wide = 10;
  const at = (i) => [20 + (i % wide) * 170, 20 + Math.floor(i / wide) * 70];
  const above = (i) => (i < wide ? [] : [...new Set([i - wide, i - wide + ((i * 7) % 3) - 1])].filter((p) => p >= 0));
  const edge = (p, i) => {
    const [[a, b], [c, d]] = [at(p), at(i)];
    return `<path d="M${a + 75} ${b + 36}C${a + 75} ${b + 60} ${c + 75} ${d - 20} ${c + 75} ${d}" fill="none" stroke="#888"/>`;
  };
  const node = (_, i) => {
    const [x, y] = at(i);
    return `<a class="node" href="#s${i}"><rect x="${x}" y="${y}" width="150" height="36" rx="6" fill="#d5f0dd" stroke="#666"/><text x="${x + 10}" y="${y + 22}">step_${i} Training</text></a>`;
  };
  const [width, height] = [170 * wide + 40, 70 * Math.ceil(NODES / wide) + 40];
  const edges = Array.from({ length: NODES }, (_, i) => above(i).map((p) => edge(p, i)).join('')).join('');
  return html(`<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${edges}${Array.from({ length: NODES }, node).join('')}</svg>`);
};
const served = async () => {
  const files = { '/table': ['text/html', table()], '/graph': ['text/html', graph()], '/style.css': ['text/css', style] };
  for (const file of Object.values(files)) file[1] = zlib.gzipSync(file[1]);
  const server = http.createServer((request, response) => {
    const file = files[request.url];
    if (!file) return response.writeHead(request.url === '/favicon.ico' ? 204 : 404).end();
    response.writeHead(200, { 'content-type': `${file[0]}; charset=utf-8`, 'content-encoding': 'gzip', 'cache-control': 'no-store' }).end(file[1]);
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return { server, address: `http://127.0.0.1:${server.address().port}` };
};

// ---- The programs. ----
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
// The address of the console that is visited. What is started here ends with this process, however it ends.
const visited = async () => {
  if (chosen.console) return chosen.console.replace(/\/$/, '');
  process.env.RUST_LOG = 'error';
  const emulator = await sagemaker(chosen.short ? 'demo' : 'large');
  const site = await console_(emulator, LOCAL, 'calls_per_second = 100');
  await wholeList(getting(1), site);
  return site.address;
};
// Until no older executions are being read, and the page has what is waited for.
const filled = async (address, pages) => {
  for (const { url } of pages) {
    for (let tries = 0; ; tries += 1) {
      const answer = await fetch(address + url);
      const text = await answer.text();
      if (answer.ok && !/still being read|data-partial/.test(text)) break;
      if (tries === 300) throw new Error(`${url} is not filled (${answer.status})`);
      await sleep(200);
    }
  }
};

// ---- One visit. ----
// Milliseconds of processor time that the processes of the browser with this profile have used.
const browserTime = (profile) => {
  const children = {};
  const used = {};
  const todo = [];
  for (const id of fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = fs.readFileSync(`/proc/${id}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      (children[fields[1]] ??= []).push(id);
      used[id] = (Number(fields[11]) + Number(fields[12])) * 10;
      const command = fs.readFileSync(`/proc/${id}/cmdline`, 'utf8');
      if (command.includes(profile) && !command.includes('--type=')) todo.push(id);
    } catch { /* it ended meanwhile */ }
  }
  let sum = 0;
  const seen = new Set();
  while (todo.length) {
    const id = todo.pop();
    if (seen.has(id)) continue;
    seen.add(id);
    sum += used[id] ?? 0;
    todo.push(...(children[id] ?? []));
  }
  return sum;
};
// In the page: notes when so many elements have been laid out and a frame has been made of them.
const watch = ({ wanted, count }) => {
  const seen = (window.__visit = { visible: null });
  const look = () => {
    let laid = 0;
    for (const element of document.querySelectorAll(wanted)) {
      const box = element.getBoundingClientRect();
      if (box.width > 0 && box.height > 0) laid += 1;
    }
    if (laid < count) return requestAnimationFrame(look);
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => { seen.visible = performance.now(); };
      channel.port2.postMessage(0);
    });
  };
  requestAnimationFrame(look);
};
const visit = async (url, wanted, count) => {
  await (await fetch(url)).text();
  const profile = scratch();
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, viewport: { width: 1440, height: 900 },
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  try {
    const page = await browser.newPage();
    const protocol = await browser.newCDPSession(page);
    await protocol.send('Network.enable');
    await protocol.send('Performance.setTimeDomain', { timeDomain: 'threadTicks' });
    await protocol.send('Performance.enable');
    let requests = 0;
    let bytes = 0;
    let last = Date.now();
    protocol.on('Network.requestWillBeSent', ({ request }) => { if (!/^(data|blob):/.test(request.url)) { requests += 1; last = Date.now(); } });
    protocol.on('Network.loadingFinished', ({ encodedDataLength }) => { bytes += encodedDataLength; last = Date.now(); });
    await page.addInitScript(watch, { wanted, count });
    const before = browserTime(profile);
    await page.goto(url, { waitUntil: 'commit' });
    await page.waitForFunction(() => window.__visit?.visible, null, { timeout: 30_000, polling: 50 });
    const toVisible = browserTime(profile) - before;
    while (Date.now() - last < 600) await sleep(50);
    const { metrics } = await protocol.send('Performance.getMetrics');
    const metric = (name) => metrics.find((one) => one.name === name)?.value ?? 0;
    const seen = await page.evaluate(() => ({ visible: window.__visit.visible, first: performance.getEntriesByType('navigation')[0].responseStart, elements: document.getElementsByTagName('*').length }));
    return {
      ...seen, requests, bytes, cpu: toVisible, total: browserTime(profile) - before,
      script: metric('ScriptDuration') * 1000, style: metric('RecalcStyleDuration') * 1000, layout: metric('LayoutDuration') * 1000, task: metric('TaskDuration') * 1000,
    };
  } finally {
    await browser.close();
    fs.rmSync(profile, { recursive: true, force: true });
  }
};

// Milliseconds until the first byte of a page that has not been requested for a while.
const rested = async (url) => {
  await sleep(REST_MS);
  const began = performance.now();
  const answer = await fetch(url);
  const took = performance.now() - began;
  await answer.text();
  return Math.round(took);
};

const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};
// The seeds' largest lists and graphs; of the demo's, one row or step is enough.
const [LISTED, DRAWN, least] = chosen.short ? ['fraud-detection-retrain', 'AbalonePipeline', () => 1] : ['logistics-ranking-003', `steps-${NODES}`, (count) => count];
const pages = [
  { name: 'pipelines', url: '/w/default/pipelines', wanted: 'tr[data-pipeline]', count: least(ROWS), like: '/table' },
  { name: 'executions', url: `/w/default/pipelines/${LISTED}/executions`, wanted: 'tr[data-execution]', count: least(ROWS), like: '/table' },
  { name: 'all executions', url: '/w/default/executions', wanted: 'tr[data-execution]', count: least(ROWS), like: '/table' },
  { name: chosen.short ? 'graph' : `graph of ${NODES}`, url: `/w/default/pipelines/${DRAWN}/graph?open=all`, wanted: 'svg a[data-step] rect', count: least(NODES), like: '/graph' },
  { name: 'folded', url: `/w/default/pipelines/${DRAWN}/graph`, wanted: '#dag a rect', count: 1, like: '/graph' },
];
const columns = [['first', 'ttfb ms'], ['visible', 'ms'], ['cpu', 'cpu ms'], ['total', 'cpu all'], ['bytes', 'bytes'], ['requests', 'reqs'], ['elements', 'elements'], ['script', 'script'], ['style', 'style'], ['layout', 'layout'], ['task', 'task']];

const floor = await served();
const ours = await visited();
await filled(ours, pages);
const visits = [
  ...pages.map((page) => ({ ...page, url: ours + page.url, runs: [] })),
  { name: 'static table', url: `${floor.address}/table`, wanted: 'tbody tr', count: ROWS, path: '/table', runs: [] },
  { name: 'static graph', url: `${floor.address}/graph`, wanted: 'svg a.node rect', count: NODES, path: '/graph', runs: [] },
];
await visit(visits[0].url, visits[0].wanted, visits[0].count);
for (let round = 0; round < REPEAT; round += 1) {
  for (const one of visits) one.runs.push(await visit(one.url, one.wanted, one.count));
}
console.log(`first visits, medians of ${REPEAT}, in turn; load ${os.loadavg()[0].toFixed(1)} on ${os.cpus().length} processors`);
console.log(['page'.padEnd(14), ...columns.map(([, label]) => label.padStart(9))].join(' '));
for (const one of visits) {
  one.middle = Object.fromEntries(columns.map(([key]) => [key, median(one.runs.map((run) => run[key]))]));
  console.log([one.name.padEnd(14), ...columns.map(([key]) => String(Math.round(one.middle[key])).padStart(9))].join(' '));
}
console.log(`first byte of pipelines after ${REST_MS / 1000} s of rest: ${await rested(visits[0].url)} ms`);
for (const one of visits.filter(({ like }) => like)) {
  const base = visits.find(({ path: at }) => at === one.like).middle;
  const ratio = (key) => (one.middle[key] / base[key]).toFixed(2);
  console.log(`${one.name} / static: visible ${ratio('visible')}, browser cpu ${ratio('cpu')}, main thread ${ratio('task')}`);
}
process.exit(0);
