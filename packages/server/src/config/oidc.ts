/** `oidc`: what of it belongs together, and the secret of its client. */

import { readFileSync } from 'node:fs';
import { isId } from '../store/control/site-rules.ts';
import { SettingError } from './error.ts';
import type { FileSettings } from './schema.ts';

type Oidc = FileSettings['oidc'];

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
const CALLBACK = '/rest/v1/session/oidc/callback';

function isSafe(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.includes(url.hostname));
}

function fault({
  issuer,
  client_id,
  redirect_uri,
  role_claim,
  roles,
  scopes,
}: Oidc): [key: keyof Oidc, text: string] | null {
  const url = URL.parse(issuer);
  if (url === null || !isSafe(url))
    return ['issuer', 'must be an https:// address, or http:// on this machine'];
  if (client_id === '') return ['client_id', 'is needed beside the issuer'];
  if (!scopes.includes('openid')) return ['scopes', 'must contain openid'];
  const back = redirect_uri === '' ? null : URL.parse(redirect_uri);
  if (redirect_uri !== '' && !(back && isSafe(back) && back.pathname.endsWith(CALLBACK))) {
    return ['redirect_uri', `must be an https:// address that ends in ${CALLBACK}`];
  }
  if (roles.length > 0 && role_claim === '') return ['role_claim', 'is needed beside roles'];
  const wrong = roles.find(({ site }) => site !== undefined && !isId(site));
  return wrong === undefined ? null : ['roles', `name a site that cannot be: ${JSON.stringify(wrong.site)}`];
}

/** `named`: how a message calls a key of it, with its source. */
export function checkOidc(oidc: Oidc, named: (key: keyof Oidc) => string): void {
  const found = oidc.issuer === '' ? null : fault(oidc);
  if (found !== null) throw new SettingError(`${named(found[0])} ${found[1]}`);
}

/** From the file, or else the variable; null for a public client. Never shown. */
export function clientSecret({ client_secret_file: path }: Oidc, variable: string | null): string | null {
  if (path === '') return variable;
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    throw new SettingError(`oidc.client_secret_file: ${path} cannot be read (${code})`);
  }
}
