/** Days as they are told above the times of their entries, and how long ago something was. */

import { spanText } from './instant-text.ts';
import { dateText, wallTime } from './zone.ts';

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

/** `Monday, 2026-01-05`. */
export function dayText(ms: number, zone: string): string {
  const { year, month, day } = wallTime(ms, zone);
  const weekday = WEEKDAYS[new Date(Date.UTC(year, month - 1, day)).getUTCDay()] ?? '';
  return `${weekday}, ${dateText(ms, zone)}`;
}

/** `2 min ago`; of what lies ahead by another clock, `in 2 min`. Only the larger unit: it is read at a glance. */
export function sinceText(ms: number): string {
  const unit = [86_400_000, 3_600_000, 60_000, 1000].find((each) => Math.abs(ms) >= each);
  if (unit === undefined) return 'just now';
  const words = spanText(Math.floor(Math.abs(ms) / unit) * unit).replace(/\.0+ s$/, ' s');
  return ms < 0 ? `in ${words}` : `${words} ago`;
}
