/**
 * Where a site may be passed on to that was not set on this machine. An admin of the web alone must not make this
 * server talk to what only it can reach: itself, its network, the metadata service of its cloud.
 */

import { type LookupAddress, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { AddressList, plainAddress } from '../config/address-list.ts';
import { readAllowedHost } from '../config/upstream-allow.ts';

/** What is no address of the public internet (RFC 6890 and its registries, IPv4). */
const SPECIAL_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
] as const;
/** Inside global unicast: protocol assignments with Teredo, documentation, and 6to4, which holds an IPv4 address. */
const SPECIAL_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'] as const;

const special = new AddressList([...SPECIAL_V4, ...SPECIAL_V6]);
/** All that is given out as global unicast (RFC 4291 2.4). */
const global = new AddressList(['2000::/3']);

/** An address of the public internet. */
export function isPublicAddress(address: string): boolean {
  const plain = plainAddress(address);
  if (special.has(plain)) return false;
  return isIP(plain) === 4 || (isIP(plain) === 6 && global.has(plain));
}

/** What to do, by the setting that allows more. */
const HINTS = {
  'upstream.allow': 'add it to the setting upstream.allow, or give the site in the configuration file',
  'alarms.allow': 'add it to the setting alarms.allow',
} as const;

export class UpstreamRule {
  readonly #names = new Set<string>();
  readonly #below: string[] = [];
  readonly #networks: AddressList;
  readonly #hasNetworks: boolean;
  readonly #isEmpty: boolean;
  readonly #setting: keyof typeof HINTS;

  /** @param allow of the setting; empty: every host of the public internet */
  constructor(allow: readonly string[], setting: keyof typeof HINTS = 'upstream.allow') {
    this.#setting = setting;
    const hosts = allow.map(readAllowedHost);
    for (const host of hosts) {
      if (host?.kind === 'name') this.#names.add(host.name);
      else if (host?.kind === 'below') this.#below.push(`.${host.domain}`);
    }
    const networks = hosts.flatMap((host) => (host?.kind === 'network' ? [host.network] : []));
    this.#networks = new AddressList(networks);
    this.#hasNetworks = networks.length > 0;
    this.#isEmpty = allow.length === 0;
  }

  /** Whether a list was given at all. */
  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  /** Why a site may not have this upstream, as far as it can be told without asking for the addresses of a name. */
  refusal(upstream: string | null): string | null {
    const url = upstream === null ? null : URL.parse(upstream);
    // What is no address at all is another fault, told by another rule.
    if (url === null) return null;
    return this.hostRefusal(url.hostname.replace(/^\[|\]$/g, ''));
  }

  /** The same of the host to dial: a name or an address, IPv6 without brackets. */
  hostRefusal(host: string): string | null {
    if (isIP(host) !== 0) return this.#addressRefusal(host);
    const name = host.toLowerCase().replace(/\.$/, '');
    if (this.#isNamed(name)) return null;
    if (this.#isEmpty) {
      return name === 'localhost' || name.endsWith('.localhost')
        ? `must not lead to this machine (${host}): ${this.#hint}`
        : null;
    }
    return this.#hasNetworks ? null : `leads to ${host}, which is not allowed: ${this.#hint}`;
  }

  /** To look a host up for a connection: fails where one of its addresses is not allowed, so that no answer of a name server leads astray. */
  readonly lookup: LookupFunction = (host, options, done) => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) {
        done(error, '', 0);
        return;
      }
      const named = this.#isNamed(host.toLowerCase().replace(/\.$/, ''));
      const wrong = named
        ? undefined
        : addresses.find(({ address }) => this.#addressRefusal(address) !== null);
      if (wrong !== undefined) done(new UpstreamRefused(host, wrong, this.#setting), '', 0);
      else if (options.all === true) done(null, addresses);
      else done(null, addresses[0]?.address ?? '', addresses[0]?.family ?? 0);
    });
  };

  get #hint(): string {
    return HINTS[this.#setting];
  }

  #isNamed(name: string): boolean {
    return this.#names.has(name) || this.#below.some((ending) => name.endsWith(ending));
  }

  #addressRefusal(address: string): string | null {
    if (this.#networks.has(address)) return null;
    if (!this.#isEmpty) return `leads to ${address}, which is not allowed: ${this.#hint}`;
    return isPublicAddress(address) ? null : `must not lead to ${address}, a private address: ${this.#hint}`;
  }
}

/** Its message tells what a name resolves to: for the log, not for whoever asks. */
export class UpstreamRefused extends Error {
  readonly code = 'UPSTREAM_REFUSED';

  constructor(host: string, { address }: LookupAddress, setting = 'upstream.allow') {
    super(`${host} is ${address}, which ${setting} does not allow`);
  }
}
