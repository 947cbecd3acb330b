/** In which zone a time is shown. */

import type { SiteBody } from '../api/answers.ts';
import type { ZoneChoice } from '../explore/explore-state.ts';
import { isZone } from './zone.ts';

const BROWSER = Intl.DateTimeFormat().resolvedOptions().timeZone;

export interface ZoneOf {
  readonly choice: ZoneChoice;
  /** Of what belongs to no site: the axis, the range. */
  readonly common: string;
  readonly ofSite: (site: string) => string;
}

/** `sites`: those that are looked at. */
export function zoneOf(choice: ZoneChoice, sites: readonly SiteBody[]): ZoneOf {
  if (choice === 'utc') return { choice, common: 'UTC', ofSite: () => 'UTC' };
  if (choice === 'browser') return { choice, common: BROWSER, ofSite: () => BROWSER };
  const zones = new Map(sites.map(({ id, timezone }) => [id, isZone(timezone) ? timezone : 'UTC']));
  const distinct = [...new Set(zones.values())];
  // Sites of several zones have no common clock but UTC.
  const common = distinct.length === 1 ? (distinct[0] ?? 'UTC') : 'UTC';
  return { choice, common, ofSite: (site) => zones.get(site) ?? 'UTC' };
}
