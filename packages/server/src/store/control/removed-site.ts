/** What becomes of keys whose sites are fewer by one. */

import type { KeyRecord } from '../control.ts';

/** Those that change: one that was for this site alone is for none, and revoked, so that it never means all. */
export function keysWithout(keys: readonly KeyRecord[], site: string): readonly KeyRecord[] {
  return keys.flatMap((key) => {
    if (key.sites?.includes(site) !== true) return [];
    const sites = key.sites.filter((id) => id !== site);
    return [{ ...key, sites, revoked: key.revoked || sites.length === 0 }];
  });
}

/** Whose rows of a site go with it. */
export const OF_A_SITE = ['roles', 'station_passwords', 'answers', 'alarm_firings'] as const;
