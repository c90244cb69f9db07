// Chromium, to whom the names of the tests are on this machine and nothing else is anywhere.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { scratch } from './process.mjs';

const BROWSER = process.env.CHROMIUM ?? '/usr/bin/chromium';
const ARGUMENTS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--ignore-certificate-errors',
  '--host-resolver-rules=MAP *.example.test 127.0.0.1, MAP *.elsewhere.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];
const VIEWPORT = { width: 1280, height: 900 };
/** How long anything may take to come about, in milliseconds. */
const WAIT_MS = 20_000;

/** A browser; `person()` gives a context with cookies of its own. */
export async function browser() {
  const running = await chromium.launch({ executablePath: BROWSER, args: ARGUMENTS });
  return {
    async person() {
      const context = await running.newContext({ ignoreHTTPSErrors: true, viewport: VIEWPORT });
      context.setDefaultTimeout(WAIT_MS);
      return context;
    },
    close: () => running.close(),
  };
}

/**
 * A browser with a profile of its own, which takes third-party cookies or, as most do by now, refuses them except where
 * they have a partition of their own. (Contexts as above are private windows, which refuse them always.)
 */
export async function profile({ takesThirdPartyCookies }) {
  const folder = scratch();
  mkdirSync(join(folder, 'Default'));
  const preferences = { profile: { cookie_controls_mode: takesThirdPartyCookies ? 0 : 1, block_third_party_cookies: !takesThirdPartyCookies } };
  writeFileSync(join(folder, 'Default', 'Preferences'), JSON.stringify(preferences));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: BROWSER, args: ARGUMENTS, ignoreHTTPSErrors: true, viewport: VIEWPORT,
  });
  context.setDefaultTimeout(WAIT_MS);
  return context;
}
