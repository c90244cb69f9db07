// The local SageMaker with 100,000 executions against one with a handful, in the same run.
//
//     node benches/emulator.mjs [--executions 100000] [--pipelines 1000] [--requests 400] [--rounds 3] [--connections 4]
//     node benches/emulator.mjs --short      # seconds: that it works, not what it costs
//
// Everything is made through the API, in a state file: half of the executions in one pipeline, half over all others.
// Then the emulator is started again on that file. Prints how long that took, the memory, and for each operation the
// requests per second and the middle time of an answer, with the ratio to the emulator that holds next to nothing.
// SLUICEGATE names the program (target/release/sluicegate unless set).

import { statSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { scratch, start as startProgram } from '../tests/proxies/support/process.mjs';
import { memory } from './support/console.mjs';
import { options } from './support/options.mjs';

const chosen = options(
  { executions: 100_000, pipelines: 1000, requests: 400, rounds: 3, connections: 4 },
  { executions: 300, pipelines: 20, requests: 10, rounds: 1 },
);
const [EXECUTIONS, PIPELINES, REQUESTS, ROUNDS, CONNECTIONS] =
  ['executions', 'pipelines', 'requests', 'rounds', 'connections'].map((name) => Number(chosen[name]));

const folder = scratch();

/** Starts an emulator on a state file and waits until it answers. */
async function start(file) {
  const begun = performance.now();
  const program = startProgram(process.env.SLUICEGATE, ['emulator', '--listen', '127.0.0.1:0', '--seed', 'empty', '--speed', '100000', '--state', join(folder, file)]);
  const port = await new Promise((resolve, reject) => {
    createInterface({ input: program.child.stdout }).once('line', (line) => resolve(Number(/:(\d+)\/$/.exec(line)?.[1])));
    program.ended.then((status) => reject(new Error(`the emulator ended with ${status}:\n${program.log()}`)));
  });
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  return { program, port, agent, seconds: (performance.now() - begun) / 1000, file: join(folder, file) };
}

/** Ends one and waits until it has. */
const end = ({ program }) => program.stop();

/** Calls an operation; fails if it is refused. */
function call({ port, agent }, operation, input) {
  const body = JSON.stringify(input);
  const headers = {
    'X-Amz-Target': `SageMaker.${operation}`, 'Content-Type': 'application/x-amz-json-1.1',
    Authorization: 'AWS4-HMAC-SHA256 Credential=bench', 'Content-Length': Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const outgoing = request({ port, agent, method: 'POST', path: '/', headers }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => {
        const text = Buffer.concat(parts).toString();
        if (answer.statusCode === 200) resolve(JSON.parse(text));
        else reject(new Error(`${operation}: ${text}`));
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

let tokens = 0;
const token = () => String(tokens += 1).padStart(32, '0');

/** Does it for every number below `count`, so many at a time as there are connections. */
async function each(count, act) {
  let next = 0;
  const work = async () => {
    for (let number = next++; number < count; number = next++) await act(number);
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, work));
}

const ARGUMENTS = {
  Processing: {
    ProcessingResources: { ClusterConfig: { InstanceType: 'ml.m5.xlarge', InstanceCount: 1, VolumeSizeInGB: 30 } },
    AppSpecification: { ImageUri: 'image' },
  },
  Training: { OutputDataConfig: { S3OutputPath: 's3://bucket/models' } },
};
const step = (name, type, after) => ({ Name: name, Type: type, Arguments: ARGUMENTS[type], DependsOn: after });
const DEFINITION = JSON.stringify({
  Version: '2020-12-01',
  Parameters: [{ Name: 'Rows', Type: 'Integer', DefaultValue: 1 }],
  Steps: [step('Prepare', 'Processing', []), step('Train', 'Training', ['Prepare']), step('Evaluate', 'Processing', ['Train'])],
});
const BIG = 'pipeline-0';

/** Makes pipelines and executions. */
async function fill(emulator, pipelines, executions) {
  await each(pipelines, (number) => call(emulator, 'CreatePipeline', {
    PipelineName: `pipeline-${number}`, PipelineDefinition: DEFINITION, RoleArn: 'arn:aws:iam::111122223333:role/x', ClientRequestToken: token(),
  }));
  const owner = (number) => (number % 2 ? `pipeline-${number % pipelines}` : BIG);
  await each(executions, (number) => call(emulator, 'StartPipelineExecution', {
    PipelineName: owner(number), ClientRequestToken: token(), PipelineParameters: [{ Name: 'Rows', Value: String(number) }],
  }));
}

/** All pages of an operation's list up to the middle one, so that one far back can be requested. */
async function pageToken(emulator, operation, input, pages) {
  let next;
  for (let page = 0; page < pages; page += 1) {
    next = (await call(emulator, operation, { ...input, ...(next && { NextToken: next }) })).NextToken ?? next;
  }
  return next && { NextToken: next };
}

/** What is measured, given some executions. */
async function questions(emulator) {
  const list = { PipelineName: BIG, MaxResults: 100 };
  const newest = (await call(emulator, 'ListPipelineExecutions', list)).PipelineExecutionSummaries;
  const oldest = (await call(emulator, 'ListPipelineExecutions', { ...list, SortOrder: 'Ascending' })).PipelineExecutionSummaries;
  const some = (number) => ({ PipelineExecutionArn: (number % 2 ? newest : oldest)[number % newest.length].PipelineExecutionArn });
  const far = await pageToken(emulator, 'ListPipelineExecutions', list, 50);
  const failed = { Filters: [{ Name: 'PipelineExecutionStatus', Operator: 'Equals', Value: 'Failed' }] };
  const filtered = (name, operator, value) => ({ Filters: [{ Name: name, Operator: operator, Value: value }] });
  const named = filtered('PipelineExecutionDisplayName', 'Contains', newest[Math.floor(newest.length / 2)].PipelineExecutionDisplayName.slice(-6));
  const jobs = (number) => filtered('Tags.sagemaker:pipeline-execution-arn', 'Equals', some(number).PipelineExecutionArn);
  const farJobs = await pageToken(emulator, 'ListTrainingJobs', { MaxResults: 100 }, 50);
  return [
    ['ListPipelines', 'ListPipelines', () => ({ MaxResults: 100 })],
    ['… by a prefix', 'ListPipelines', (n) => ({ PipelineNamePrefix: `pipeline-${n % 10}`, SortBy: 'Name', MaxResults: 100 })],
    ['ListPipelineExecutions', 'ListPipelineExecutions', () => list],
    ['… a page far back', 'ListPipelineExecutions', () => ({ ...list, ...far })],
    ['DescribePipelineExecution', 'DescribePipelineExecution', some],
    ['ListPipelineExecutionSteps', 'ListPipelineExecutionSteps', some],
    ['Search by status', 'Search', () => ({ Resource: 'PipelineExecution', SearchExpression: failed, MaxResults: 100 })],
    ['Search by name', 'Search', () => ({ Resource: 'PipelineExecution', SearchExpression: named, MaxResults: 100 })],
    ['Search for training jobs', 'Search', (n) => ({ Resource: 'TrainingJob', SearchExpression: jobs(n), MaxResults: 100 })],
    ['ListTrainingJobs', 'ListTrainingJobs', () => ({ MaxResults: 100 })],
    ['… a page far back', 'ListTrainingJobs', () => ({ MaxResults: 100, ...farJobs })],
    ['… by a part of the name', 'ListTrainingJobs', () => ({ NameContains: 'Train-aB', MaxResults: 100 })],
    ['Search for all', 'Search', () => ({ Resource: 'PipelineExecution', SortBy: 'CreationTime', MaxResults: 100 })],
    ['StartPipelineExecution', 'StartPipelineExecution', (n) => ({ PipelineName: n % 2 ? BIG : 'pipeline-1', ClientRequestToken: token() })],
  ];
}

const middle = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Requests per second, and the middle time of an answer in milliseconds. */
async function measure(emulator, [, operation, input]) {
  const times = [];
  const begun = performance.now();
  await each(REQUESTS, async (number) => {
    const started = performance.now();
    await call(emulator, operation, input(number));
    times.push(performance.now() - started);
  });
  return { rate: REQUESTS / ((performance.now() - begun) / 1000), time: middle(times) };
}

const small = await start('small');
await fill(small, 2, 200);
const first = await start('large');
const empty = memory(first.program.child);
const begun = performance.now();
await fill(first, PIPELINES, EXECUTIONS);
const seconds = (performance.now() - begun) / 1000;
console.log(`made ${EXECUTIONS} executions of ${PIPELINES} pipelines in ${seconds.toFixed(1)} s: ${memory(first.program.child).toFixed(0)} MiB (${empty.toFixed(0)} MiB empty), file ${(statSync(first.file).size / 2 ** 20).toFixed(0)} MiB`);
await end(first);
const again = await start('large');
console.log(`started again in ${again.seconds.toFixed(2)} s, the file rewritten to ${(statSync(again.file).size / 2 ** 20).toFixed(0)} MiB`);
await end(again);
const large = await start('large');
const bytes = (memory(large.program.child) - empty) * 2 ** 20 / EXECUTIONS;
console.log(`and again in ${large.seconds.toFixed(2)} s: ${memory(large.program.child).toFixed(0)} MiB, ${bytes.toFixed(0)} bytes an execution`);

const requests = { small: await questions(small), large: await questions(large) };
for (const [place, question] of requests.large.entries()) {
  const rounds = [];
  for (let round = -1; round < ROUNDS; round += 1) {
    const against = await measure(small, requests.small[place]);
    const result = await measure(large, question);
    // The first round warms up.
    if (round >= 0) rounds.push({ ...result, ratio: result.rate / against.rate });
  }
  const [rate, time, ratio] = ['rate', 'time', 'ratio'].map((what) => middle(rounds.map((round) => round[what])));
  console.log(`${question[0].padEnd(28)} ${rate.toFixed(0).padStart(6)} requests/s, ${time.toFixed(2).padStart(6)} ms, ratio ${ratio.toFixed(2)}`);
}
process.exit(0);
