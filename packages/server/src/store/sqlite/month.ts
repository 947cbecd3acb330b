/**
 * Months, days, hours and places. A site file holds one UTC month; inside it an entry is known by its place: the id less
 * the first id of the month. A month has under 2^31.4 ms, so a place is a safe integer and nothing that is read
 * fast needs a bigint.
 */

import type { EntryId } from '@ocpp-logs/core';
import { firstIdAt, ORDINAL_BITS } from '@ocpp-logs/core';

/** Months since 1970. */
export type Month = number;
/** Id less the first id of its month. */
export type Place = number;
/** Whole hours since the month began. */
export type Hour = number;
/** Whole days since the month began. */
export type Day = number;

export const HOUR_MS = 3_600_000;
/** Places of one millisecond. */
export const PLACES_PER_MS = 2 ** Number(ORDINAL_BITS);
export const PLACES_PER_HOUR = HOUR_MS * PLACES_PER_MS;
export const HOURS_PER_DAY = 24;
export const PLACES_PER_DAY = HOURS_PER_DAY * PLACES_PER_HOUR;
/** Exclusive: 42 bits of milliseconds fit into an id. */
export const TIME_MAX = 2 ** 42;

/** Throws where no entry can have this time. */
export function checkTime(at: number): void {
  if (Number.isInteger(at) && at >= 0 && at < TIME_MAX) return;
  throw new RangeError(`an entry's time is out of range: ${at}`);
}

export function monthOf(ms: number): Month {
  const date = new Date(ms);
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
}

/** ms since 1970. */
export function startOfMonth(month: Month): number {
  return Date.UTC(1970 + Math.floor(month / 12), month % 12);
}

/** Whole hours in the month. */
export function hoursOf(month: Month): Hour {
  return (startOfMonth(month + 1) - startOfMonth(month)) / HOUR_MS;
}

/** First place of a time; below 0 or beyond the month's end for times outside of it. */
export function placeAt(month: Month, ms: number): Place {
  return (ms - startOfMonth(month)) * PLACES_PER_MS;
}

export function placeOfId(month: Month, id: EntryId): Place {
  return Number(id - firstIdAt(startOfMonth(month)));
}

export function idOfPlace(month: Month, place: Place): EntryId {
  return firstIdAt(startOfMonth(month)) + BigInt(place);
}

export function hourOfPlace(place: Place): Hour {
  return Math.floor(place / PLACES_PER_HOUR);
}

export function dayOfPlace(place: Place): Day {
  return Math.floor(place / PLACES_PER_DAY);
}
