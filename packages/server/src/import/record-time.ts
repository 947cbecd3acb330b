/** Times of records: as texts, or as numbers that count from 1970. */

import type { ReadOptions } from './format.ts';
import { type ReadTime, timestampReader } from './timestamp.ts';

const utc = timestampReader({ timeZone: 'UTC', date: null });

/** Of sources whose times bear a zone, as those of an API do. */
export const zonedTime: ReadTime = (text) => (/(?:[Zz]|[+-]\d\d:?\d\d)$/.test(text) ? utc(text) : null);

const COUNT = /^\d{9,16}(?:\.\d+)?$/;
/** Seconds count to 11 digits until the year 5138, milliseconds to 14. */
const SECONDS_BELOW = 1e11;
const MILLISECONDS_BELOW = 1e14;

/** Texts as {@link timestampReader} takes them; seconds, milliseconds or microseconds since 1970. */
export function recordTime(options: ReadOptions): ReadTime {
  const readText = timestampReader(options);
  return (text) => (COUNT.test(text) ? counted(Number(text)) : readText(text));
}

function counted(number: number): string | null {
  const ms =
    number < SECONDS_BELOW ? number * 1000 : number < MILLISECONDS_BELOW ? number : Math.floor(number / 1000);
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
