// What every test file needs: a local SageMaker, certificates, a port, and the settings of consoles.

import { certificates } from './certificate.mjs';
import { browser } from './browser.mjs';
import { sagemaker } from './console.mjs';
import { freePort, scratch } from './process.mjs';

/** The pipeline that operators may start and viewers look at, and one that neither may see. */
export const PIPELINE = 'churn-train';
export const HIDDEN = 'vault-audit';

/** Starts it; `keep(thing)` registers something whose `stop()` is called at the end, in reverse order. */
export async function startEnvironment() {
  const things = [];
  const keep = (thing) => { things.push(thing); return thing; };
  const made = { keep, certificates: certificates(scratch()), port: await freePort(), stop: () => stopAll(things) };
  try {
    made.sagemaker = keep(await sagemaker());
    await made.sagemaker.freeze();
    for (const name of [PIPELINE, HIDDEN]) await made.sagemaker.createPipeline(name);
    made.chromium = await browser();
    keep({ stop: made.chromium.close });
  } catch (error) {
    await stopAll(things);
    throw error;
  }
  return made;
}

async function stopAll(things) {
  for (const thing of things.toReversed()) await thing.stop();
}

/** Who may do what, in every console of these tests. */
const ACCESS = `
[[access]]
groups = ["ml-ops"]
role = "operator"
pipelines = ["churn-*"]

[[access]]
groups = ["readers"]
role = "viewer"
pipelines = ["churn-*"]
`;

/** Settings of a console behind a proxy at `origins`, with an `[identity]` section of the test's own. */
export function settings({ origins, peer, server = '', identity, embed = '', access = ACCESS }) {
  return `[server]
listen = "127.0.0.1:0"
public_origins = ${JSON.stringify(origins)}
${server}

[identity]
trusted_proxies = ["${peer}"]
${identity}
${embed}${access}`;
}

/** Header mode with free header names. */
export const headerMode = (names) => `mode = "header"
user_header = "${names.user}"
email_header = "${names.email}"
groups_header = "${names.groups}"`;
