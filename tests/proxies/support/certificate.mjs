// A throwaway authority and one certificate for every name of the tests.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const NAMES = ['*.example.test', 'example.test', '*.elsewhere.test', 'localhost'];

/** Makes them in a folder: the paths of `key` and `certificate`, and `authority` as text. */
export function certificates(folder) {
  const at = (name) => join(folder, name);
  const openssl = (...args) => execFileSync('openssl', args, { stdio: 'pipe' });
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl('req', '-x509', ...curve, '-days', '2', '-subj', '/CN=Throwaway authority',
    '-keyout', at('authority.key'), '-out', at('authority.pem'));
  openssl('req', '-new', ...curve, '-subj', '/CN=example.test', '-keyout', at('server.key'), '-out', at('server.csr'));
  writeFileSync(at('server.ext'), `subjectAltName=${NAMES.map((name) => `DNS:${name}`).join(',')},IP:127.0.0.1\n`);
  openssl('x509', '-req', '-in', at('server.csr'), '-CA', at('authority.pem'), '-CAkey', at('authority.key'),
    '-CAcreateserial', '-days', '2', '-extfile', at('server.ext'), '-out', at('server.pem'));
  return { key: at('server.key'), certificate: at('server.pem'), authority: readFileSync(at('authority.pem'), 'utf8') };
}
