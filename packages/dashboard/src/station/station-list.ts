/** The stations of all sites in one list, those that need a look first. */

import type { Charger, SiteBody } from '../api/answers.ts';

export interface ListedStation {
  readonly site: { readonly id: string; readonly name: string; readonly timezone: string };
  readonly charger: Charger;
}

/** More are not drawn: whoever looks for one types a part of its name. */
export const LISTED_MAX = 500;

/** Words of `text` must all be found in station, vendor, model or site. Not connected ones first, then by name. */
export function stationList(sites: readonly SiteBody[], text: string): readonly ListedStation[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return sites
    .flatMap(({ id, name, timezone, chargers }) =>
      chargers.map((charger) => ({ site: { id, name, timezone }, charger })),
    )
    .filter(({ site, charger }) => {
      const all = [charger.id, charger.vendor, charger.model, site.id, site.name].join(' ').toLowerCase();
      return words.every((word) => all.includes(word));
    })
    .sort(
      (a, b) =>
        Number(a.charger.connected) - Number(b.charger.connected) ||
        a.site.name.localeCompare(b.site.name, 'en') ||
        a.charger.id.localeCompare(b.charger.id, 'en', { numeric: true }),
    );
}
