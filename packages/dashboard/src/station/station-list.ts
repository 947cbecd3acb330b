/** The stations of all sites in one list, those that need a look first. */

import type { Charger, SiteBody } from '../api/answers.ts';

export interface ListedStation {
  readonly site: { readonly id: string; readonly name: string; readonly timezone: string };
  readonly charger: Charger;
}

/** More are not drawn: whoever looks for one types a part of its name. */
export const LISTED_MAX = 500;

/** A connected station says something at least that often, be it a Heartbeat. */
const SILENT_MS = 3_600_000;

/** Connected, and yet nothing was heard for an hour. */
export function isSilent({ connected, last_seen: last }: Charger, now: number): boolean {
  return connected && last !== null && now - Date.parse(last) > SILENT_MS;
}

const seen = ({ charger }: ListedStation): number =>
  charger.last_seen === null ? 0 : Date.parse(charger.last_seen);

/** Words of `text` must all be found in station, vendor, model or site. Not connected ones first, the one that went last at the top; the others by name. */
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
        (a.charger.connected ? 0 : seen(b) - seen(a)) ||
        a.site.name.localeCompare(b.site.name, 'en') ||
        a.charger.id.localeCompare(b.charger.id, 'en', { numeric: true }),
    );
}
