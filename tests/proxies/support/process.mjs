// Programs, ports and folders of a test file or a bench, all gone when it ends, however it ends.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Children, each the first of a process group of its own. */
const running = new Set();
const folders = new Set();

process.once('exit', () => {
  for (const child of running) killAll(child);
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));

/** Kills a child and what it started. */
function killAll(child) {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch { /* it is gone already */ }
}

/** A folder of this run's own, removed at its end. Servers that give up root's rights must be able to enter it. */
export function scratch() {
  const folder = mkdtempSync(join(tmpdir(), 'sluicegate-scratch-'));
  chmodSync(folder, 0o755);
  folders.add(folder);
  return folder;
}

const given = new Set();

/** A port of the loopback that nobody listens on, below those the system hands out to clients. */
export async function freePort() {
  for (let tries = 0; tries < 200; tries += 1) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (!given.has(port) && await isFree(port)) {
      given.add(port);
      return port;
    }
  }
  throw new Error('no port is free');
}

function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

/**
 * Starts a program that dies with this process even if that is killed; `log()` is what it wrote, `ended` resolves to its
 * exit status or signal, `stop()` ends it and resolves to the same.
 */
export function start(command, args, options = {}) {
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', command, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'], detached: true, ...options,
  });
  let log = '';
  const note = (chunk) => { log += chunk; };
  child.stdout.on('data', note);
  child.stderr.on('data', note);
  running.add(child);
  const ended = new Promise((resolve) => {
    child.once('error', (error) => { note(`${error}`); resolve(127); });
    child.once('exit', (code, signal) => resolve(code ?? signal));
  });
  ended.then(() => running.delete(child));
  return {
    child,
    ended,
    log: () => log,
    hasEnded: () => !running.has(child),
    async stop() {
      child.kill('SIGTERM');
      const late = setTimeout(() => killAll(child), 10_000);
      const status = await ended;
      clearTimeout(late);
      return status;
    },
  };
}

/** Waits until a program accepts connections at a port; fails with its log if it ends first. */
export async function listening(program, port) {
  await eventually(`something listens on ${port}`, async () => {
    assert.ok(!program.hasEnded(), `it ended before it listened:\n${program.log()}`);
    return answers(port);
  });
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => { socket.destroy(); resolve(true); });
    socket.once('error', () => resolve(false));
  });
}

/** Looks until a condition holds, 20 seconds at most. */
export async function eventually(what, holds, within = 20_000) {
  const deadline = Date.now() + within;
  for (;;) {
    if (await holds()) return;
    assert.ok(Date.now() < deadline, `this did not happen: ${what}`);
    await new Promise((resolve) => { setTimeout(resolve, 25); });
  }
}
