/** Times in a zone, by the zone rules that the browser has. */

export interface WallTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** One format per zone: making one costs far more than using it. There are as many as sites have zones. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  formats.set(zone, made);
  return made;
}

export function isZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

export function wallTime(ms: number, zone: string): WallTime {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts;
  return { year, month, day, hour, minute, second };
}

/** ms that a zone is ahead of UTC at that time. */
export function offsetAt(ms: number, zone: string): number {
  const { year, month, day, hour, minute, second } = wallTime(ms, zone);
  const whole = Math.floor(ms / 1000) * 1000;
  return Date.UTC(year, month - 1, day, hour, minute, second) - whole;
}

/** The instant at which clocks of the zone show this; where they show it twice the first, where never the one after the gap. */
export function instantOf(wall: WallTime, zone: string): number {
  const asUtc = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second);
  const candidates = [asUtc - 86_400_000, asUtc + 86_400_000].map((near) => asUtc - offsetAt(near, zone));
  const exact = candidates.filter((ms) => ms + offsetAt(ms, zone) === asUtc);
  return exact.length > 0 ? Math.min(...exact) : Math.max(...candidates);
}

const two = (value: number): string => String(value).padStart(2, '0');

export function dateText(ms: number, zone: string): string {
  const { year, month, day } = wallTime(ms, zone);
  return `${year}-${two(month)}-${two(day)}`;
}

/** `14:58:38`, with ms if `fine`. */
export function clockText(ms: number, zone: string, fine = false): string {
  const { hour, minute, second } = wallTime(ms, zone);
  const clock = `${two(hour)}:${two(minute)}:${two(second)}`;
  return fine ? `${clock}.${String(((ms % 1000) + 1000) % 1000).padStart(3, '0')}` : clock;
}

export function timeText(ms: number, zone: string, fine = false): string {
  return `${dateText(ms, zone)} ${clockText(ms, zone, fine)}`;
}

/** `UTC`, `UTC+2`, `UTC-3:30`. */
export function offsetText(ms: number, zone: string): string {
  const minutes = Math.round(offsetAt(ms, zone) / 60_000);
  if (minutes === 0) return 'UTC';
  const rest = Math.abs(minutes) % 60;
  const hours = Math.floor(Math.abs(minutes) / 60);
  return `UTC${minutes < 0 ? '-' : '+'}${hours}${rest === 0 ? '' : `:${two(rest)}`}`;
}

/** `Europe/Berlin, UTC+1`; a zone that is called as its clock is named once. */
export function clockName(ms: number, zone: string): string {
  const offset = offsetText(ms, zone);
  return zone === offset ? zone : `${zone}, ${offset}`;
}

const TYPED = /^(\d{4})-(\d\d?)-(\d\d?)(?:[ T](\d\d?):(\d\d)(?::(\d\d))?)?$/;

/** `2026-01-05 14:58` as the clocks of the zone show it; null for anything else, such as a 31st of February. */
export function readWallTime(text: string, zone: string): number | null {
  const match = TYPED.exec(text.trim());
  if (match === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const same = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && date.getUTCHours() === hour;
  return same && date.getUTCMinutes() === minute
    ? instantOf({ year, month, day, hour, minute, second }, zone)
    : null;
}
