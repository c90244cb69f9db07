// A demo over an empty SageMaker, and a browser to look at it.

import './program.mjs';
import { browser, demo } from '../../tests/browser/harness.mjs';

/** Starts both: `end()` ends them, and a signal does. */
export async function demoInBrowser() {
  const site = await demo('--seed', 'empty');
  const chrome = await browser();
  const end = async () => {
    await chrome.close();
    await site.stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, async () => { await end(); process.exit(1); });
  return { site, chrome, end };
}
