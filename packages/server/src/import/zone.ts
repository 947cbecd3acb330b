/** Local time of a named zone to UTC. */

const FIELDS = {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
} as const;

/** Offset of the zone at an instant, ms. */
type OffsetAt = (at: number) => number;

export function offsetsOf(timeZone: string): OffsetAt {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    calendar: 'gregory',
    numberingSystem: 'latn',
    ...FIELDS,
  });
  return (at) => {
    const whole = Math.floor(at / 1000) * 1000;
    const parts = Object.fromEntries(
      format.formatToParts(whole).map(({ type, value }) => [type, Number(value)]),
    );
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - whole;
  };
}

/**
 * `local` is the wall clock read as if it were UTC, ms. An hour that comes twice in autumn is taken the first time;
 * one that is left out in spring is read with the offset before it.
 */
export function utcOf(local: number, offsetAt: OffsetAt): number {
  const day = 86_400_000;
  const offsets = [offsetAt(local - day), offsetAt(local + day)];
  const [before = 0] = offsets;
  const fitting = offsets.map((offset) => local - offset).filter((at) => at + offsetAt(at) === local);
  return fitting.length > 0 ? Math.min(...fitting) : local - before;
}
