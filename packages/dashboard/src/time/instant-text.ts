/** Times as people type them: `now`, `-3h`, or an absolute time with its zone. */

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const SPAN = /^-(\d{1,6})([smhdw])$/;
const ABSOLUTE = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/;

export function isRelative(text: string): boolean {
  return text === 'now' || SPAN.test(text);
}

/** ms since 1970; null for what is no time. A date alone is midnight UTC. */
export function readInstantText(text: string, now: number): number | null {
  if (text === 'now') return now;
  const [, count, unit] = SPAN.exec(text) ?? [];
  // Safe: the expression takes these units alone.
  if (unit !== undefined) return now - Number(count) * UNITS[unit as keyof typeof UNITS];
  if (!ABSOLUTE.test(text)) return null;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}

/** `-3h` as words. */
export function spanWords(text: string): string | null {
  const [, count = '', unit] = SPAN.exec(text) ?? [];
  if (unit === undefined) return null;
  const names = { s: 'second', m: 'minute', h: 'hour', d: 'day', w: 'week' } as const;
  // Safe: as above.
  const name = names[unit as keyof typeof names];
  return count === '1' ? `Last ${name}` : `Last ${count} ${name}s`;
}

export interface Range {
  /** ms since 1970, inclusive and exclusive. */
  readonly from: number;
  readonly to: number;
}

/** null where one of both is no time, or nothing lies between them. */
export function readRange(from: string, to: string, now: number): Range | null {
  const start = readInstantText(from, now);
  const end = readInstantText(to, now);
  return start === null || end === null || start >= end ? null : { from: start, to: end };
}

/** `412 ms`, `3.2 s`, `5 min 10 s`: what a person says of a span. */
export function spanText(ms: number): string {
  if (ms < 1) return `${Math.round(ms * 1000)} µs`;
  if (ms < 1000) return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  if (ms < 3_600_000) return twoParts(ms, 60_000, 'min', 1000, 's');
  if (ms < 86_400_000) return twoParts(ms, 3_600_000, 'h', 60_000, 'min');
  return twoParts(ms, 86_400_000, 'd', 3_600_000, 'h');
}

/** Rounded to the smaller unit, which is left out where nothing of it remains. */
function twoParts(ms: number, large: number, largeName: string, small: number, smallName: string): string {
  const rounded = Math.round(ms / small) * small;
  const rest = Math.round((rounded % large) / small);
  return `${Math.floor(rounded / large)} ${largeName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`;
}
