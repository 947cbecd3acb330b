/** Times and spans as people type them. */

import { isoOfDayFirst, isSlashedDay, SLASHES_FAULT } from '@ocpp-logs/core';
import { readInstant } from '../api/instant.ts';
import { UsageError } from './command.ts';

const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};
const SPAN = /^(\d{1,6})([smhdw])$/;
/** ms of `90d`, `12h`, `30m`; null for anything else. */
export function readSpan(text: string): number | null {
  const [, count, unit] = SPAN.exec(text) ?? [];
  const ms = unit === undefined ? undefined : UNITS[unit];
  return ms === undefined ? null : Number(count) * ms;
}

/**
 * ms since 1970 of `-3h`, `now`, a time as the API takes it, or a day with dots, `31.01.2026` or `31.01.2026 14:00`, UTC as
 * everything that commands print. `flag` names it in messages.
 */
export function readTime(flag: string, text: string, now: number): number {
  if (text === 'now') return now;
  const span = text.startsWith('-') ? readSpan(text.slice(1)) : null;
  if (span !== null) return now - span;
  if (isSlashedDay(text)) throw new UsageError(`--${flag}: "${text}" ${SLASHES_FAULT}`);
  const dotted = isoOfDayFirst(text);
  const instant = readInstant(dotted === null ? text : dotted.includes('T') ? `${dotted}Z` : dotted);
  if ('ms' in instant) return instant.ms;
  const ago = flag === 'expires' || readSpan(text) === null ? null : `did you mean -${text}?`;
  const also = flag === 'expires' ? 'a span such as 90d is read too' : '-3h, -2d and now are read too';
  throw new UsageError(`--${flag} ${instant.fault}; ${ago ?? also}`);
}
