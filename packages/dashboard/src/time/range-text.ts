/** A span of time where there is little room: nothing is said twice. */

import { type Range, spanWords } from './instant-text.ts';
import { timeText } from './zone.ts';

export function rangeText(from: string, to: string, range: Range | null, zone: string): string {
  const words = spanWords(from);
  if (words !== null && to === 'now') return words;
  if (range === null) return `${from} – ${to}`;
  const start = timeText(range.from, zone);
  const end = timeText(range.to, zone);
  if (to === 'now') return `${short(start)} – now`;
  if (isMidnight(start) && isMidnight(end)) {
    // The end is no part of it: until midnight means the day before.
    const last = timeText(range.to - 1, zone).slice(0, 10);
    const first = start.slice(0, 10);
    return first === last ? first : `${first} – ${rest(first, last)}`;
  }
  return `${short(start)} – ${rest(short(start), short(end))}`;
}

const isMidnight = (text: string): boolean => text.endsWith(' 00:00:00');
const short = (text: string): string => text.replace(/:00$/, '');

/** Without the day, or the year, that the start has already. */
function rest(start: string, end: string): string {
  if (end.length > 10 && start.slice(0, 10) === end.slice(0, 10)) return end.slice(11);
  return start.slice(0, 5) === end.slice(0, 5) ? end.slice(5) : end;
}
