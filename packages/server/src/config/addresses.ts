/** Settings that are lists of addresses: a slip in one would believe or allow nobody, and say so never. */

import { readNetwork } from './address-list.ts';
import { SettingError } from './error.ts';
import type { FileSettings } from './schema.ts';
import { readAllowedHost } from './upstream-allow.ts';

/** `named`: how a message calls a setting, with its source. */
export function checkAddresses(
  { trust_proxy, upstream, alarms }: FileSettings,
  named: (path: string) => string,
): void {
  const proxies = typeof trust_proxy === 'boolean' ? [] : trust_proxy;
  const proxy = proxies.find((text) => readNetwork(text) === null);
  if (proxy !== undefined) {
    const allowed = 'allowed is true, false, or a list of addresses and networks such as 10.0.0.0/8';
    throw new SettingError(`${named('trust_proxy')}: ${JSON.stringify(proxy)} is not allowed; ${allowed}`);
  }
  for (const [path, allow] of [
    ['upstream.allow', upstream.allow],
    ['alarms.allow', alarms.allow],
  ] as const) {
    const host = allow.find((text) => readAllowedHost(text) === null);
    if (host === undefined) continue;
    const allowed = 'allowed are host names, *.example, addresses and networks such as 10.0.0.0/8';
    throw new SettingError(`${named(path)}: ${JSON.stringify(host)} is not allowed; ${allowed}`);
  }
}
