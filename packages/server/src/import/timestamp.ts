/** Times as logs write them: ISO 8601 and its near relatives. */

import { MissingOption, type ReadOptions } from './format.ts';
import { offsetsOf, utcOf } from './zone.ts';

/** Source of a regular expression with three groups: date, time of day, zone or nothing. */
export const TIMESTAMP = String.raw`(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d(?:[.,]\d{1,9})?) ?([Zz]|[+-]\d\d:?\d\d|)`;

const WHOLE = new RegExp(`^${TIMESTAMP}$`);

/** Gives the time back as ISO 8601 with a zone; null for what is none. */
export function timestampReader({ timeZone }: ReadOptions): (text: string) => string | null {
  const offsetAt = timeZone === null ? null : offsetsOf(timeZone);
  return (text) => {
    const [, date = '', clock = '', zone = ''] = WHOLE.exec(text) ?? [];
    if (date === '') return null;
    const [seconds = '', fraction = ''] = clock.split(/[.,]/);
    const local = Date.parse(`${date}T${seconds}Z`);
    // Date.parse takes 31 February for 2 March.
    if (Number.isNaN(local) || !new Date(local).toISOString().startsWith(date)) return null;
    const digits = fraction === '' ? '' : `.${fraction}`;
    if (zone !== '') return `${date}T${seconds}${digits}${offsetWithColon(zone)}`;
    if (offsetAt === null) {
      throw new MissingOption(
        `the times bear no zone (${text}): add --time-zone, such as --time-zone Europe/Berlin`,
      );
    }
    return new Date(utcOf(local, offsetAt)).toISOString().replace('.000Z', `${digits}Z`);
  };
}

function offsetWithColon(zone: string): string {
  if (zone.length === 5) return `${zone.slice(0, 3)}:${zone.slice(3)}`;
  return zone.toUpperCase();
}
