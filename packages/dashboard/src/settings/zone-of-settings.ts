/** By which clock the settings tell times: the one that was chosen, as far as it belongs to no site. */

import { offsetText, timeText } from '../time/zone.ts';
import { zoneOf } from '../time/zone-choice.ts';
import { preferredZone } from '../time/zone-preference.ts';

/** `2026-01-31 12:00 UTC+1`; `none` where there is no time. */
export function momentText(iso: string | null, none: string): string {
  if (iso === null) return none;
  const ms = Date.parse(iso);
  const { common } = zoneOf(preferredZone() === 'utc' ? 'utc' : 'browser', []);
  return `${timeText(ms, common).slice(0, -3)} ${offsetText(ms, common)}`;
}
