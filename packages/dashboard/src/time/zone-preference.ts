/** The clock that a person wants where an address names none. */

import { ZONES, type ZoneChoice } from '../explore/explore-state.ts';

const KEY = 'ocpp-logs.zone';

export function preferredZone(): ZoneChoice {
  const kept = localStorage.getItem(KEY);
  return ZONES.find((zone) => zone === kept) ?? 'browser';
}

export function preferZone(zone: ZoneChoice): void {
  localStorage.setItem(KEY, zone);
}

/** Of the logs, as one comes to them: an address says its clock, so that it shows others the same. */
export function startOfLogs(zone: ZoneChoice = preferredZone()): string {
  return zone === 'browser' ? '/explore' : `/explore?zone=${zone}`;
}
