/** A time as it is typed into a field, by the clock that the page shows. */

import { isoOfDayFirst, isSlashedDay, SLASHES_FAULT } from '@ocpp-logs/core';
import { isRelative, readInstantText } from './instant-text.ts';
import { readWallTime } from './zone.ts';

/** As the address takes it; null for what is no time. */
export function typedInstant(typed: string, zone: string, now: number): string | null {
  const text = typed.trim();
  if (isRelative(text)) return text;
  const ms = readWallTime(isoOfDayFirst(text) ?? text, zone) ?? readInstantText(text, now);
  return ms === null ? null : new Date(ms).toISOString();
}

export function timeFault(typed: string): string {
  if (isSlashedDay(typed)) return `“${typed}” ${SLASHES_FAULT}`;
  return `“${typed}” is no time: write -3h, now, 2026-01-05 14:00 or 05.01.2026 14:00`;
}
