// A console, with settings of its own, over a local SageMaker whose clock is stopped.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually, scratch, start } from './process.mjs';

const PROGRAM = process.env.SLUICEGATE ?? fileURLToPath(new URL('../../../target/debug/sluicegate', import.meta.url));
const ROLE = 'arn:aws:iam::111122223333:role/service-role/Pipelines';

/** Starts a local SageMaker, with nothing in it unless a seed is given. */
export async function sagemaker(seed = 'empty') {
  const { address, program } = await serving('SageMaker (local)', ['emulator', '--listen', '127.0.0.1:0', '--seed', seed]);
  return new SageMaker(address, program);
}

/**
 * Starts a console with this text of settings, and more of its workspace: its `address`, its process's `pid`, its `log()`, `stop()`, and `restart()`,
 * which resolves to the one that goes on with what this one had stored.
 */
export async function console_(emulator, settings, ofWorkspace = '') {
  const folder = scratch();
  const file = join(folder, 'sluicegate.toml');
  writeFileSync(file, `state_dir = "${folder}"\n${settings}\n[[workspace]]\nname = "default"\nregion = "eu-central-1"\n`
    + `endpoint_url = "${emulator.address}"\ncolour = "red"\n${ofWorkspace}\n`);
  return opened(file);
}

async function opened(file) {
  const environment = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_EC2_METADATA_DISABLED: 'true' };
  const { address, program } = await serving('Console', ['serve', '--config', file], { env: { ...process.env, ...environment } });
  // It prints where its pages are, below its base path; a proxy needs where it listens.
  const { origin, port } = new URL(address);
  return {
    address: origin,
    port,
    pid: program.child.pid,
    log: program.log,
    async stop() {
      await program.stop();
      assert.ok(!program.log().includes('panicked'), program.log());
    },
    async restart() {
      await this.stop();
      return opened(file);
    },
  };
}

async function serving(what, args, options) {
  const program = start(PROGRAM, args, options);
  let address;
  await eventually(`${what} prints its address`, () => {
    address = program.log().split('\n').find((line) => line.startsWith(`${what}: `))?.slice(what.length + 2).replace(/\/$/, '');
    assert.ok(address || !program.hasEnded(), `it did not start:\n${program.log()}`);
    return address;
  });
  return { address, program };
}

class SageMaker {
  constructor(address, program) { Object.assign(this, { address, program }); }

  async #call(operation, input) {
    const answer = await fetch(this.address, {
      method: 'POST',
      headers: {
        'X-Amz-Target': `SageMaker.${operation}`,
        Authorization: 'AWS4-HMAC-SHA256 Credential=test',
        'Content-Type': 'application/x-amz-json-1.1',
      },
      body: JSON.stringify({ ...input, ClientRequestToken: crypto.randomUUID() + crypto.randomUUID() }),
    });
    const output = await answer.json();
    assert.equal(answer.status, 200, `${operation}: ${JSON.stringify(output)}`);
    return output;
  }

  async #control(name, order) {
    const answer = await fetch(`${this.address}/_emulator/${name}`, order && { method: 'POST', body: JSON.stringify(order) });
    assert.equal(answer.status, 200, name);
    return answer.json();
  }

  freeze() { return this.#control('clock', { freeze: true }); }
  advance(seconds) { return this.#control('clock', { advance_seconds: seconds }); }

  /** How often each operation was called. */
  calls() { return this.#control('calls'); }

  /** How many executions were started, to show that nothing was called. */
  async starts() { return (await this.calls()).StartPipelineExecution ?? 0; }

  /** A pipeline of one step, with a parameter. */
  createPipeline(PipelineName) {
    return this.#call('CreatePipeline', { PipelineName, PipelineDefinition: JSON.stringify(definition), RoleArn: ROLE });
  }

  /** A running execution; its id. */
  async start(PipelineName, PipelineExecutionDisplayName) {
    const output = await this.#call('StartPipelineExecution', { PipelineName, PipelineExecutionDisplayName });
    return output.PipelineExecutionArn.split('/').pop();
  }

  stop() { return this.program.stop(); }
}

const definition = {
  Version: '2020-12-01',
  Parameters: [{ Name: 'Instances', Type: 'Integer', DefaultValue: 1 }],
  Steps: [{
    Name: 'Prepare',
    Type: 'Processing',
    Arguments: {
      ProcessingResources: { ClusterConfig: { InstanceType: 'ml.m5.xlarge', InstanceCount: 1, VolumeSizeInGB: 30 } },
      AppSpecification: { ImageUri: 'image' },
      RoleArn: ROLE,
    },
  }],
};
