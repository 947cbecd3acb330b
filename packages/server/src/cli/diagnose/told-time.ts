/** Times that messages bear, whoever wrote the log. */

/** The CSMS tells the time in its answers to BootNotification and Heartbeat, stations in what they report. */
const TOLD = /\\?"(currentTime|timestamp)\\?"\s*:\s*\\?"([^"\\]{19,40})\\?"/g;
/** Stations that do not know the time yet begin at 1970 or 2000. */
const EARLIEST = Date.parse('2010-01-01T00:00:00Z');
const ZONE = /(?:[Zz]|[+-]\d\d(?::?\d\d)?)$/;

export interface ToldTime {
  readonly by: 'csms' | 'station';
  /** ms since 1970. */
  readonly at: number;
}

/** In the order in which they are written. */
export function toldTimes(text: string): readonly ToldTime[] {
  return [...text.matchAll(TOLD)].flatMap(([, name, written = '']) => {
    const at = instantOf(written);
    return at === null ? [] : [{ by: name === 'currentTime' ? 'csms' : 'station', at } as const];
  });
}

/** The last one, which of meter values is when they were sent. */
export function toldTime(frame: string): ToldTime | null {
  return toldTimes(frame).at(-1) ?? null;
}

/** A time without zone is UTC in OCPP. */
function instantOf(text: string): number | null {
  const zone = ZONE.exec(text)?.[0] ?? '';
  const whole = zone === '' ? `${text}Z` : zone.length === 3 ? `${text}:00` : text;
  const at = Date.parse(whole);
  return Number.isNaN(at) || at < EARLIEST ? null : at;
}
