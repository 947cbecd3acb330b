/** Addresses and networks as settings write them: `192.0.2.7`, `10.0.0.0/8`, `2001:db8::/32`. */

import { BlockList, isIP } from 'node:net';

export interface Network {
  readonly address: string;
  readonly family: 'ipv4' | 'ipv6';
  readonly bits: number;
}

/** IPv4 inside IPv6 is the IPv4 address it stands for (RFC 4291 2.5.5.2). */
export function plainAddress(address: string): string {
  const plain = address.replace(/%.*$/, '');
  return /^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(plain) ? plain.slice('::ffff:'.length) : plain;
}

/** null: neither an address nor a network. */
export function readNetwork(text: string): Network | null {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0 || address.includes('%')) return null;
  const most = version === 4 ? 32 : 128;
  if (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= most)) return null;
  return { address, family: version === 4 ? 'ipv4' : 'ipv6', bits: bits === undefined ? most : Number(bits) };
}

export class AddressList {
  readonly #list = new BlockList();

  /** What is no network is left out: it was refused where the setting was read. */
  constructor(networks: readonly string[]) {
    for (const text of networks) {
      const network = readNetwork(text);
      if (network !== null) this.#list.addSubnet(network.address, network.bits, network.family);
    }
  }

  has(address: string): boolean {
    const plain = plainAddress(address);
    const version = isIP(plain);
    return version !== 0 && this.#list.check(plain, version === 4 ? 'ipv4' : 'ipv6');
  }
}
