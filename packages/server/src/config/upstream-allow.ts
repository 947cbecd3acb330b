/** `upstream.allow`: hosts that a site may be passed on to. */

import { isIP } from 'node:net';
import { readNetwork } from './address-list.ts';

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/i;

export type AllowedHost =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'below'; readonly domain: string }
  | { readonly kind: 'network'; readonly network: string };

/** null: neither a host name, nor `*.` before one, nor an address or network. */
export function readAllowedHost(text: string): AllowedHost | null {
  if (readNetwork(text) !== null) return { kind: 'network', network: text };
  const below = text.startsWith('*.');
  const name = (below ? text.slice(2) : text).toLowerCase().replace(/\.$/, '');
  if (isIP(name) !== 0 || name.length > 253 || !name.split('.').every((label) => LABEL.test(label)))
    return null;
  // "10.0.0.300" and "10.0.0" are slips and no names: no top level is a number (RFC 3696 2).
  if (/^\d+$/.test(name.split('.').at(-1) ?? '')) return null;
  return below ? { kind: 'below', domain: name } : { kind: 'name', name };
}
