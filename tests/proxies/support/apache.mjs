// Apache with mod_auth_openidc: it is the OpenID client, keeps the session, and passes claims as headers.

import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLIENT } from './provider.mjs';
import { listening, scratch, start } from './process.mjs';

/** From which address Apache calls the console. */
export const PEER = '127.0.0.3';
/** The headers in which mod_auth_openidc names people, under the names it gives them by itself. */
export const CLAIMS = { user: 'OIDC_CLAIM_preferred_username', email: 'OIDC_CLAIM_email', groups: 'OIDC_CLAIM_groups' };
/** The header with the ID token as the provider signed it, where that is passed on. */
export const TOKEN = 'OIDC_id_token';
/** Where the provider sends people back to, and where they log out, below the origin. */
export const CALLBACK = '/oidc/callback';

const MODULES = {
  mpm_event: 'mod_mpm_event', authz_core: 'mod_authz_core', authn_core: 'mod_authn_core', authz_user: 'mod_authz_user',
  unixd: null, ssl: 'mod_ssl', socache_shmcb: 'mod_socache_shmcb', headers: 'mod_headers', proxy: 'mod_proxy',
  proxy_http: 'mod_proxy_http', auth_openidc: 'mod_auth_openidc', alias: 'mod_alias',
};
const FOLDER = '/usr/lib/apache2/modules';

/**
 * Starts Apache on `port` before a console. With `dropsConnection` clients cannot have headers dropped that Apache adds,
 * by naming them in `Connection`.
 */
export async function apache({ port, origin, key, certificate, provider, upstream, dropsConnection }) {
  const folder = scratch();
  const file = join(folder, 'apache.conf');
  const modules = Object.entries(MODULES).filter(([, so]) => so)
    .map(([name, so]) => `LoadModule ${name}_module ${FOLDER}/${so}.so`);
  const drop = process.getuid() === 0 ? 'User www-data\nGroup www-data' : '';
  writeFileSync(file, `ServerRoot ${folder}
ServerName ml.example.test
${modules.join('\n')}
${drop}
PidFile ${join(folder, 'pid')}
DefaultRuntimeDir ${folder}
Mutex file:${folder} default
ErrorLog ${join(folder, 'error.log')}
LogLevel warn
Listen 127.0.0.1:${port}
StartServers 1
ServerLimit 1
ThreadsPerChild 25
MaxRequestWorkers 25
UseCanonicalName Off

OIDCProviderMetadataURL ${provider.issuer}/.well-known/openid-configuration
OIDCClientID ${CLIENT}
OIDCClientSecret ${provider.secret}
OIDCRedirectURI ${origin}${CALLBACK}
OIDCCryptoPassphrase ${randomBytes(32).toString('hex')}
OIDCScope "openid email groups"
OIDCRemoteUserClaim preferred_username
OIDCPassClaimsAs headers
OIDCCookieSameSite On
OIDCPassIDTokenAs serialized
OIDCProviderBackChannelLogoutSupported On
OIDCRedirectURLsAllowed ^${origin}/

SSLEngine on
SSLCertificateFile ${certificate}
SSLCertificateKeyFile ${key}
<Location />
  AuthType openid-connect
  Require valid-user
</Location>
<Location /signed-out>
  AuthType None
  Require all granted
</Location>
ProxyPass /signed-out !
ProxyPass ${CALLBACK} !
ProxyPreserveHost On
${dropsConnection ? 'RequestHeader unset Connection early' : ''}
ProxyPass / ${upstream}/
ProxySourceAddress ${PEER}
`);
  const program = start('apache2', ['-f', file, '-D', 'FOREGROUND']);
  // It cannot open a socket as its log, which is what its standard error is here.
  const log = () => program.log() + readFileSync(join(folder, 'error.log'), { encoding: 'utf8', flag: 'a+' });
  await listening({ ...program, log }, port);
  return { ...program, log };
}
