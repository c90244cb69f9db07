// Requests per second through nginx with identity on against off, as a ratio within one run.
//
//     node benches/proxied.mjs [--rounds 5] [--seconds 3] [--connections 8]
//     node benches/proxied.mjs --short      # seconds: that it works, not what it costs
//
// Three ways to the same page, taken in turn: a console in mode `local` behind plain nginx; one in mode `header` with
// rules, with fixed names from plain nginx, which shows the console's own share; and the same where nginx asks a sign-on
// service about every request (`auth_request`). Needs nginx, wrk and the packages of tests/proxies; SLUICEGATE names
// the program (target/release/sluicegate unless set).

import { options } from './support/options.mjs';
import './support/program.mjs';

const support = new URL('../tests/proxies/support/', import.meta.url);
const { console_, sagemaker } = await import(new URL('console.mjs', support));
const { settings } = await import(new URL('environment.mjs', support));
const { AUTH_REQUEST, guarded, nginx, PEER, signOn } = await import(new URL('nginx.mjs', support));
const { olga } = await import(new URL('people.mjs', support));
const { freePort, start } = await import(new URL('process.mjs', support));
const { signInService } = await import(new URL('sign-in.mjs', support));

const { rounds, seconds, connections } = options({ rounds: 5, seconds: 3, connections: 8 }, { rounds: 1, seconds: 1 });
/** Everything to be seen, by several rules: the page must be the same. */
const ACCESS = [['staff', 'viewer'], ['ml-ops', 'operator'], ['others', 'admin']]
  .map(([group, role]) => `\n[[access]]\ngroups = ["${group}"]\nrole = "${role}"\n`).join('');
const PAGE = '/w/default/pipelines';

const ports = await Promise.all([freePort(), freePort(), freePort()]);
const [off, fixed, on] = ports.map((port) => `http://127.0.0.1:${port}`);
const aws = await sagemaker('demo');
const service = await signInService();
const local = await console_(aws, `[server]\nlisten = "127.0.0.1:0"\npublic_origins = ["${off}"]\n[identity]\nmode = "local"\n`);
const known = await console_(aws, settings({ origins: [fixed, on], peer: PEER, identity: 'mode = "header"\npreset = "auth-request"', access: ACCESS }));

// Connections to the consoles are kept open, as they would be.
const pool = (name, { port }) => `  upstream ${name} { server 127.0.0.1:${port}; keepalive 32; }`;
const kept = 'proxy_http_version 1.1;\n      proxy_set_header Connection "";';
const plain = (name, more = '') => `    location / { ${more} proxy_bind ${PEER}; proxy_set_header Host $http_host; ${kept} proxy_pass http://${name}; }`;
const names = Object.entries({ user: olga.user, email: olga.email, groups: olga.groups.join(',') })
  .map(([what, value]) => `proxy_set_header ${AUTH_REQUEST[what]} "${value}";`).join(' ');
const server = (port, ...locations) => `  server { listen 127.0.0.1:${port};\n${locations.join('\n')}\n  }`;
await nginx(ports[0], [
  pool('local', local),
  pool('known', known),
  server(ports[0], plain('local')),
  server(ports[1], plain('known', names)),
  server(ports[2], signOn(service), guarded('/', 'http://known', { names: AUTH_REQUEST, more: kept })),
], { workers: 2 });

const WAYS = {
  'identity off': { address: off },
  'fixed names from nginx': { address: fixed },
  'identity on (auth_request)': { address: on, cookie: `session=${service.session(olga)}` },
};

/** Requests per second by one way; fails if an answer was not a page. */
async function measure({ address, cookie }) {
  const more = cookie ? ['-H', `Cookie: ${cookie}`] : [];
  const load = start('wrk', ['-t1', '--timeout', '30s', `-c${connections}`, `-d${seconds}s`, ...more, address + PAGE]);
  const status = await load.ended;
  if (status !== 0 || /Non-2xx|Socket errors/.test(load.log())) throw new Error(`wrk ended with ${status}:\n${load.log()}`);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(load.log())[1]);
}

const middle = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const rates = Object.fromEntries(Object.keys(WAYS).map((way) => [way, []]));
for (const way of Object.values(WAYS)) {
  const answer = await fetch(way.address + PAGE, { headers: way.cookie ? { Cookie: way.cookie } : {} });
  if (answer.status !== 200 || !(await answer.text()).includes('data-pipeline')) throw new Error(`${way.address}: ${answer.status}`);
}
for (let round = -1; round < Number(rounds); round += 1) {
  // The first round warms up. The order turns, so that none is always measured after the same one.
  const ways = Object.entries(WAYS);
  for (let turn = 0; turn < ways.length; turn += 1) {
    const [name, way] = ways[(turn + round + ways.length) % ways.length];
    const rate = await measure(way);
    if (round >= 0) rates[name].push(rate);
  }
}
const base = rates['identity off'];
for (const [name, list] of Object.entries(rates)) {
  const ratios = list.map((rate, round) => rate / base[round]);
  console.log(`${name.padEnd(28)} ${middle(list).toFixed(0).padStart(6)} requests/s, ratio ${middle(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`);
}
process.exit(0);
