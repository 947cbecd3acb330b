/** Timestamps as instants, to compare them; what is shown stays as it was written. Source: extraction rules 5.2. */

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)([.,]\d{1,12})?)?(?:[Zz]|([+-])(\d\d)(?::?(\d\d))?)?$/;

/** Date.UTC takes the years 0 to 99 for 1900 to 1999; a station without a clock writes year 1. The calendar repeats. */
const CYCLE_YEARS = 400;
const CYCLE_MS = 146_097 * 86_400_000;

/** Milliseconds since 1970, with their fraction; null where the text is no date-time. Without a zone it is UTC. */
export function instantOf(text: string): number | null {
  const match = ISO.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second = '0', part, sign, zoneHour = '0', zoneMinute = '0'] =
    match;
  const numbers = [month, day, hour, minute, second, zoneHour, zoneMinute].map(Number);
  if (!within(numbers, LOWEST, HIGHEST)) return null;
  const zone = (Number(zoneHour) * 60 + Number(zoneMinute)) * (sign === '-' ? -1 : 1);
  const start = Date.UTC(
    Number(year) + CYCLE_YEARS,
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute) - zone,
  );
  return (
    start - CYCLE_MS + Number(second) * 1000 + (part === undefined ? 0 : Number(`0.${part.slice(1)}`) * 1000)
  );
}

/** Month, day, hour, minute, second (60 is a leap second), hours and minutes of the zone. */
const LOWEST = [1, 1, 0, 0, 0, 0, 0];
const HIGHEST = [12, 31, 24, 59, 60, 18, 59];

function within(numbers: readonly number[], lowest: readonly number[], highest: readonly number[]): boolean {
  return numbers.every((number, at) => number >= (lowest[at] ?? 0) && number <= (highest[at] ?? 0));
}
