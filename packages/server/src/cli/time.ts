/** Times and spans as people type them. */

import { UsageError } from './command.ts';

const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};
const SPAN = /^(\d{1,6})([smhdw])$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
const DATE_TIME = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?$/;
const ZONED = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?) ?([Zz]|[+-]\d\d:?\d\d)$/;

/** ms of `90d`, `12h`, `30m`; null for anything else. */
export function readSpan(text: string): number | null {
  const [, count, unit] = SPAN.exec(text) ?? [];
  const ms = unit === undefined ? undefined : UNITS[unit];
  return ms === undefined ? null : Number(count) * ms;
}

/** ms since 1970 of `-3h`, `now`, a date (midnight UTC) or ISO 8601 with a zone. `flag` names it in messages. */
export function readTime(flag: string, text: string, now: number): number {
  if (text === 'now') return now;
  const span = text.startsWith('-') ? readSpan(text.slice(1)) : null;
  if (span !== null) return now - span;
  const at = DATE.test(text) ? Date.parse(`${text}T00:00:00Z`) : readZoned(text);
  if (at !== null && Number.isFinite(at)) return at;
  const hint = DATE_TIME.test(text)
    ? `it has no time zone: ${text}Z is UTC`
    : 'allowed are -3h, -2d, now, 2026-01-31 and 2026-01-31T12:00:00Z';
  throw new UsageError(`--${flag}: "${text}" is not allowed; ${hint}`);
}

/** ms since 1970 of ISO 8601 with a zone, the offset with or without colon; null for anything else. */
export function readZoned(text: string): number | null {
  const [, date, clock, zone] = ZONED.exec(text) ?? [];
  if (date === undefined || clock === undefined || zone === undefined) return null;
  const offset = /^[+-]\d{4}$/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();
  const seconds = clock.length === 5 ? `${clock}:00` : clock.replace(',', '.');
  const at = Date.parse(`${date}T${seconds}${offset}`);
  return Number.isNaN(at) ? null : at;
}
