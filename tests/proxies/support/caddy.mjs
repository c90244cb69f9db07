// Caddy with `forward_auth`, which asks the sign-on service and copies its answer's headers into the request.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listening, scratch, start } from './process.mjs';

/** From which address Caddy calls the console. */
export const PEER = '127.0.0.1';
/** Header names as Authelia has them. */
export const REMOTE = { user: 'Remote-User', email: 'Remote-Email', groups: 'Remote-Groups' };

/** Starts Caddy on `port` with these sites, each a name before a console. */
export async function caddy({ port, key, certificate, service, sites }) {
  const folder = scratch();
  const file = join(folder, 'Caddyfile');
  const blocks = sites.map((site) => block({ port, key, certificate, service, ...site }));
  writeFileSync(file, `{
	admin off
	auto_https off
	default_bind 127.0.0.1
}
${blocks.join('')}`);
  const directories = { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  const program = start('caddy', ['run', '--config', file, '--adapter', 'caddyfile'], { env: { ...process.env, ...directories } });
  await listening(program, port);
  return program;
}

/**
 * With `careful` a header that the console reads contains only what the sign-on service sent, in every version of
 * Caddy, and clients cannot have headers dropped that Caddy adds, by naming them in `Connection`.
 */
function block({ port, key, certificate, service, name, upstream, careful }) {
  const removed = careful ? ['Connection', ...Object.values(REMOTE)] : [];
  return `https://${name}:${port} {
	tls ${certificate} ${key}
	handle /sign-in/* {
		reverse_proxy 127.0.0.1:${service.port}
	}
	handle {
		route {
${removed.map((name) => `\t\t\trequest_header -${name}`).join('\n')}
			forward_auth 127.0.0.1:${service.port} {
				uri /check
				copy_headers {
					X-Auth-Request-User>${REMOTE.user}
					X-Auth-Request-Email>${REMOTE.email}
					X-Auth-Request-Groups>${REMOTE.groups}
				}
			}
			reverse_proxy ${upstream.replace('http://', '')}
		}
	}
}
`;
}
