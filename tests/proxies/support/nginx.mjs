// nginx with `auth_request`: it asks the sign-on service about every request, and names the person in headers.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listening, scratch, start } from './process.mjs';

/** From which address nginx calls the console: the only peer that consoles behind it trust. */
export const PEER = '127.0.0.2';

/** Starts nginx with these `server` blocks, which listen on `port`. */
export async function nginx(port, servers, { workers = 1 } = {}) {
  const folder = scratch();
  const kept = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => {
    mkdirSync(join(folder, name), { mode: 0o777 });
    return `  ${name}_temp_path ${join(folder, name)};`;
  });
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, `daemon off;
master_process ${workers > 1 ? 'on' : 'off'};
worker_processes ${workers};
pid ${join(folder, 'pid')};
error_log stderr warn;
events { worker_connections 1024; }
http {
  access_log off;
${kept.join('\n')}
${servers.join('\n')}
}
`);
  const program = start('nginx', ['-e', 'stderr', '-p', folder, '-c', file]);
  await listening(program, port);
  return program;
}

/** A `server` block with TLS. */
export function server({ port, name, key, certificate }, locations, more = '') {
  return `  server {
    listen 127.0.0.1:${port} ssl;
    server_name ${name};
    ssl_certificate ${certificate};
    ssl_certificate_key ${key};
    ${more}
${locations.join('\n')}
  }`;
}

/** What becomes of a poll whose session has ended: a plain 401, as is best; or a redirect, as nginx is often set up. */
export const POLLS = {
  refused: 'return 401;',
  led: 'return 302 /sign-in/form;',
  ledAway: 'return 302 https://login.elsewhere.test/form;',
};

/** The location that asks the sign-on service, and those where people sign in and out. */
export function signOn(service, polls = POLLS.refused) {
  return `    location = /check {
      internal;
      proxy_pass http://127.0.0.1:${service.port}/check;
      proxy_pass_request_body off;
      proxy_set_header Content-Length "";
    }
    location /sign-in/ { proxy_pass http://127.0.0.1:${service.port}; }
    location = /sign-in/start {
      if ($http_hx_request) { ${polls} }
      # nginx cannot encode an address for a query, so that it goes in a header.
      proxy_set_header X-Auth-Request-Redirect $request_uri;
      proxy_pass http://127.0.0.1:${service.port};
    }`;
}

/** The header names that the preset `auth-request` of the console reads. */
export const AUTH_REQUEST = { user: 'X-Auth-Request-User', email: 'X-Auth-Request-Email', groups: 'X-Auth-Request-Groups' };

/**
 * A location for people who are signed in only. `upstream` is passed on unchanged, so that a closing slash
 * strips the location's own path; `names` are the headers the console reads, `assertion` the one with a signed token.
 */
export function guarded(path, upstream, { names, assertion, more = '' } = {}) {
  const variables = { user: '$sso_user', email: '$sso_email', groups: '$sso_groups' };
  const identityHeaders = Object.entries(names ?? {}).map(([what, name]) => `      proxy_set_header ${name} ${variables[what]};`);
  if (assertion) identityHeaders.push(`      proxy_set_header ${assertion} $sso_assertion;`);
  return `    location ${path} {
      auth_request /check;
      auth_request_set $sso_user $upstream_http_x_auth_request_user;
      auth_request_set $sso_email $upstream_http_x_auth_request_email;
      auth_request_set $sso_groups $upstream_http_x_auth_request_groups;
      auth_request_set $sso_assertion $upstream_http_x_assertion;
      error_page 401 = /sign-in/start;
${identityHeaders.join('\n')}
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_bind ${PEER};
      ${more}
      proxy_pass ${upstream};
    }`;
}
