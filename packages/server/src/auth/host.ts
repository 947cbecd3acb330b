/** Against DNS rebinding: under which names this server answers. */

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
