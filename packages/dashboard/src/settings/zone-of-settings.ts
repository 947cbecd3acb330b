/** By which clock the settings tell times: the one that was chosen, as far as it belongs to no site. */

import { offsetText, timeText } from '../time/zone.ts';
import { zoneOf } from '../time/zone-choice.ts';
import { preferredZone } from '../time/zone-preference.ts';

function ownZone(): string {
  return zoneOf(preferredZone() === 'utc' ? 'utc' : 'browser', []).common;
}

/** `2026-01-31 12:00 UTC+1`; `none` where there is no time. */
export function momentText(iso: string | null, none: string): string {
  if (iso === null) return none;
  const ms = Date.parse(iso);
  const zone = ownZone();
  return `${timeText(ms, zone).slice(0, -3)} ${offsetText(ms, zone)}`;
}

/** Up to when a site or the server captured; `stations`: those that are known, by whatever way. */
export function capturedText(iso: string | null, stations: number): string {
  // Logs that were imported are there all the same.
  return momentText(iso, stations === 0 ? 'nothing yet' : 'nothing live: imported logs alone');
}

/** `2026-01-31 12:00:00 – 12:00:02 UTC+1` */
export function spanText(from: string, to: string): string {
  const zone = ownZone();
  const [start, end] = [timeText(Date.parse(from), zone), timeText(Date.parse(to), zone)];
  const sameDay = start.slice(0, 10) === end.slice(0, 10);
  return `${start} – ${sameDay ? end.slice(11) : end} ${offsetText(Date.parse(to), zone)}`;
}
