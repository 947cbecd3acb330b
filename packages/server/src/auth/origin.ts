/** Against DNS rebinding and writes by other web pages: which `Host` is answered, which `Origin` may write. */

import { isIP } from 'node:net';

export interface OwnNames {
  /** Address that the server is bound to. */
  readonly bound: string;
  /** Names that were configured besides. */
  readonly names: readonly string[];
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1']);
const WILDCARD = new Set(['0.0.0.0', '::']);

/** Host name or address of a `Host` header, lower case, without port and brackets; null where it is malformed. */
export function hostName(host: string): string | null {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:/?#@\s[\]]+))(?::\d{1,5})?$/i.exec(host);
  return (match?.[1] ?? match?.[2])?.toLowerCase().replace(/\.$/, '') ?? null;
}

/** An address written as such cannot be rebound: bound to every address, each of them is the server's own. */
export function isOwnHost(host: string | undefined, own: OwnNames): boolean {
  const name = host === undefined ? null : hostName(host);
  if (name === null) return false;
  if (LOOPBACK.has(name) || name === own.bound.toLowerCase()) return true;
  if (WILDCARD.has(own.bound) && isIP(name) !== 0) return true;
  return own.names.some((known) => known.toLowerCase() === name);
}

/** A page of the server itself has its host and port; the scheme may have been changed by a proxy. */
export function isForeignOrigin(
  origin: string | undefined,
  host: string | undefined,
  own: OwnNames,
): boolean {
  if (origin === undefined) return false;
  if (!URL.canParse(origin)) return true;
  const from = new URL(origin);
  if (from.protocol !== 'http:' && from.protocol !== 'https:') return true;
  return (
    from.host !== host?.toLowerCase() && !own.names.some((known) => known.toLowerCase() === from.hostname)
  );
}
