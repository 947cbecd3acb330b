/** Times as logs write them: ISO 8601 and its near relatives, of syslog, and of a clock alone. */

import { DayCount, YearCount } from './dayless.ts';
import { MissingOption, type ReadOptions } from './format.ts';
import { offsetsOf, utcOf } from './zone.ts';

/** Source of a regular expression with three groups: date, time of day, zone or nothing. */
export const TIMESTAMP = String.raw`(\d{4}[-/]\d\d[-/]\d\d)[Tt \t](\d\d:\d\d:\d\d(?:[.,]\d{1,9}|:\d{3}(?!\d))?)((?: ?(?:[Zz]|UTC|[+-]\d\d:?\d\d)\b|[+-]\d\d\b)?)`;
/** The same without groups. */
export const STAMP = TIMESTAMP.replace(/\((?!\?)/g, '(?:');
/** Time of day alone, no groups. */
export const CLOCK = String.raw`\d\d:\d\d:\d\d(?:[.,]\d{1,9}|:\d{3}(?!\d))?`;

const WHOLE = new RegExp(`^${TIMESTAMP}$`);
const CLOCK_ALONE = new RegExp(`^${CLOCK}$`);
/** RFC 3164 4.1.2; some add the year. */
const SYSLOG = /^([A-Z][a-zä][a-z]) ([ \d]\d)(?: (\d{4}))? (\d\d:\d\d:\d\d(?:\.\d{1,9})?)$/;
const OF_THE_DAY = /^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d$/;
/** No zone changes its offset within a slot that begins with the hour. */
const SLOT_MS = 600_000;

/** ISO 8601 with a zone; null for what is no time. Throws a {@link MissingOption} where zone, day or year lack. */
export type ReadTime = (text: string) => string | null;

export function timestampReader(options: ReadOptions): ReadTime {
  const minutes = new Minutes(options.timeZone);
  const days = new DayCount(options.date);
  const years = new YearCount(options.date);
  return (text) => {
    const near = minutes.again(text);
    if (near !== null) return near;
    const [, date, clock = '', zone = ''] = WHOLE.exec(text) ?? [];
    if (date !== undefined) return minutes.read(date, clock, zone.trim(), text);
    if (CLOCK_ALONE.test(text)) return minutes.read(days.dayOf(text), text, '', text);
    const [, month, day = '', year, time = ''] = SYSLOG.exec(text) ?? [];
    return month === undefined ? null : minutes.read(years.dayOf(month, day, year), time, '', text);
  };
}

/** Behind `2026-01-31T12:00:`. */
const TAIL = /^([0-5]\d)(?:[.,:](\d{1,9}))?( ?(?:[Zz]|UTC|[+-]\d\d:?\d\d)|[+-]\d\d)?$/;
const HEAD_LENGTH = 17;

/** Lines follow each other closely: what is known of a minute serves the next time too. */
class Minutes {
  readonly #toUtc: ((local: number) => string) | null;
  /** As it was written, up to the seconds. */
  #written = '';
  /** The same as ISO 8601. */
  #local = '';
  /** In UTC, where the minute was one of the named zone. */
  #utc: string | null = null;

  constructor(timeZone: string | null) {
    this.#toUtc = timeZone === null ? null : utcReader(timeZone);
  }

  /** A time of the minute that was read last; null for any other. */
  again(text: string): string | null {
    if (this.#written === '' || !text.startsWith(this.#written)) return null;
    const [all, seconds = '', fraction, zone] = TAIL.exec(text.slice(HEAD_LENGTH)) ?? [];
    if (all === undefined) return null;
    const digits = fraction === undefined ? '' : `.${fraction}`;
    if (zone !== undefined) return `${this.#local}${seconds}${digits}${offsetOf(zone.trim())}`;
    return this.#utc === null ? null : `${this.#utc}${seconds}${digits}Z`;
  }

  read(date: string, clock: string, zone: string, shown: string): string | null {
    const day = date.replaceAll('/', '-');
    const seconds = clock.slice(0, 8);
    if (!isDay(day) || !OF_THE_DAY.test(seconds)) return null;
    const digits = clock.length > 9 ? `.${clock.slice(9)}` : '';
    const whole = shown.startsWith(date);
    this.#written = whole ? shown.slice(0, HEAD_LENGTH) : '';
    this.#local = `${day}T${seconds.slice(0, 6)}`;
    this.#utc = null;
    if (zone !== '') return `${day}T${seconds}${digits}${offsetOf(zone)}`;
    if (this.#toUtc === null) {
      throw new MissingOption(
        'time-zone',
        `the times bear no zone (${shown}): add --time-zone, such as --time-zone Europe/Berlin`,
      );
    }
    const utc = this.#toUtc(Date.parse(`${day}T${seconds}Z`));
    // Offsets of long ago had seconds.
    if (utc.slice(HEAD_LENGTH, 19) === seconds.slice(6)) this.#utc = utc.slice(0, HEAD_LENGTH);
    return utc.replace('.000Z', `${digits}Z`);
  }
}

/** Of local times, ms; logs stay within a slot for long, and asking a zone is slow. */
function utcReader(timeZone: string): (local: number) => string {
  const offsetAt = offsetsOf(timeZone);
  let slot = Number.NaN;
  let shift = 0;
  return (local) => {
    const here = Math.floor(local / SLOT_MS);
    if (here !== slot) {
      slot = here;
      shift = utcOf(local, offsetAt) - local;
    }
    return new Date(local + shift).toISOString();
  };
}

/** Date.parse takes 31 February for 2 March. */
function isDay(date: string): boolean {
  const at = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(date);
}

function offsetOf(zone: string): string {
  if (/^[A-Za-z]/.test(zone)) return 'Z';
  if (zone.length === 3) return `${zone}:00`;
  return zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
}
