/** Whose forwarding headers are believed, and what they then tell of a request. HTTP and upgrades are read alike. */

import type { IncomingHttpHeaders } from 'node:http';
import { AddressList, plainAddress } from '../config/address-list.ts';

/** `trust_proxy`: nobody, whoever connects, or the proxies at these addresses and networks. */
export type ProxyTrust = boolean | readonly string[];

export interface ForwardedPeer {
  /** Of the first that is no proxy of ours. */
  readonly address: string;
  /** Name under which the nearest proxy was asked; null where nobody told it. */
  readonly host: string | null;
  /** Scheme that the nearest proxy was asked by; null where nobody told it. */
  readonly scheme: string | null;
}

/** Proxies in a row that are looked through. */
const HOPS_MAX = 16;

export class Proxies {
  readonly #trust: ProxyTrust;
  readonly #list: AddressList;

  constructor(trust: ProxyTrust) {
    this.#trust = trust;
    this.#list = new AddressList(typeof trust === 'boolean' ? [] : trust);
  }

  /** Whether there is one at all. */
  get any(): boolean {
    return this.#trust !== false;
  }

  /** @param peer address that the connection comes from */
  peerOf(headers: IncomingHttpHeaders, peer: string | undefined): ForwardedPeer {
    const address = peer === undefined ? 'unknown' : plainAddress(peer);
    if (!this.believes(peer)) return { address, host: null, scheme: null };
    return {
      address: this.#client(address, headers['x-forwarded-for']),
      host: lastOf(headers['x-forwarded-host']),
      scheme: lastOf(headers['x-forwarded-proto'])?.toLowerCase() ?? null,
    };
  }

  /** Whether what a connection from there says of others counts. */
  believes(peer: string | undefined): boolean {
    if (typeof this.#trust === 'boolean') return this.#trust;
    return peer !== undefined && this.#list.has(plainAddress(peer));
  }

  /** From the nearest hop outwards: what a hop says counts as long as it is a proxy of ours. */
  #client(peer: string, header: string | string[] | undefined): string {
    const said = valuesOf(header).slice(-HOPS_MAX).reverse().map(withoutPort);
    // Of an unnamed proxy only its own word counts, which is the last.
    if (typeof this.#trust === 'boolean') return said[0] ?? peer;
    let client = peer;
    for (const address of said) {
      client = address;
      if (!this.#list.has(address)) break;
    }
    return client;
  }
}

function valuesOf(header: string | string[] | undefined): readonly string[] {
  const text = Array.isArray(header) ? header.join(',') : (header ?? '');
  return text
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');
}

function lastOf(header: string | string[] | undefined): string | null {
  return valuesOf(header).at(-1) ?? null;
}

/** Some proxies add the port: `192.0.2.7:4711`, `[2001:db8::1]:4711`. */
function withoutPort(text: string): string {
  const bare =
    /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text)?.[1] ?? text;
  return plainAddress(bare);
}
