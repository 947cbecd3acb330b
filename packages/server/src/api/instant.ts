/** Times in queries. ISO 8601, with the rules of the contract: no time without a zone is guessed. */

const FORM =
  /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;

export type Instant = { readonly ms: number } | { readonly fault: string };

const EXAMPLE = 'for example 2026-01-05T14:00:00Z or 2026-01-05T15:00:00+01:00';

/** ms of a fraction of a second; finer than a millisecond is rounded up. */
function fraction(digits: string): number {
  const whole = Number(digits.slice(0, 3).padEnd(3, '0'));
  return /[1-9]/.test(digits.slice(3)) ? whole + 1 : whole;
}

/** Minutes east of UTC; null where there is no such offset. */
function offset(zone: string): number | null {
  if (/^z$/i.test(zone)) return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', '') || '0');
  if (hours > 23 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

/** `text` is decoded already: an unencoded plus before the offset has become a blank. */
export function readInstant(text: string): Instant {
  const match = FORM.exec(text.replace(/ (\d{2}:?\d{2})$/, '+$1'));
  if (!match) return { fault: `must be an ISO 8601 time, ${EXAMPLE}, not "${text}"` };
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? '0'));
  const midnight = new Date(0);
  midnight.setUTCFullYear(year, month - 1, day);
  const endOfDay = hour === 24 && minute === 0 && second === 0 && !/[1-9]/.test(match[7] ?? '');
  if (
    midnight.getUTCMonth() !== month - 1 ||
    midnight.getUTCDate() !== day ||
    (hour > 23 && !endOfDay) ||
    minute > 59 ||
    second > 59
  ) {
    return { fault: `names a day or time that does not exist: "${text}"` };
  }
  if (match[4] === undefined) return { ms: midnight.getTime() };
  const zone = match[8];
  if (zone === undefined) {
    return {
      fault: `has no time zone, and which one is meant cannot be known; end it in Z or an offset, ${EXAMPLE}`,
    };
  }
  const east = offset(zone);
  if (east === null) return { fault: `has no such offset from UTC: "${zone}"` };
  const time = ((hour * 60 + minute - east) * 60 + second) * 1000;
  return { ms: midnight.getTime() + time + fraction(match[7] ?? '0') };
}
