/** The clock that a person wants where an address names none. */

import { START, writeState, ZONES, type ZoneChoice } from '../explore/explore-state.ts';
import { preferredQuiet } from '../explore/noise-preference.ts';
import { keep } from '../preferences/kept.ts';

export const ZONE_KEY = 'ocpp-logs.zone';

export function preferredZone(): ZoneChoice {
  const kept = localStorage.getItem(ZONE_KEY);
  return ZONES.find((zone) => zone === kept) ?? 'browser';
}

export function preferZone(zone: ZoneChoice): void {
  keep(ZONE_KEY, zone);
}

/** Of the logs, as one comes to them: an address says how, so that it shows others the same. */
export function startOfLogs(): string {
  const query = writeState({ ...START, zone: preferredZone(), quiet: preferredQuiet() });
  return query === '' ? '/explore' : `/explore?${query}`;
}
