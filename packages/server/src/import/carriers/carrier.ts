/** What carries lines of other programs and puts its own prefix before them. */

export interface Carried {
  /** The line itself. */
  readonly text: string;
  /** Its time as the carrier wrote it. */
  readonly stamp: string | null;
  /** The line goes on in the next record of the same stream. */
  readonly goesOn: boolean;
  readonly stream: string;
}

export interface Carrier {
  readonly name: string;
  /** null for a line that bears no such prefix. */
  take(text: string): Carried | null;
}

export function whole(text: string, stamp: string | null): Carried {
  return { text, stamp, goesOn: false, stream: '' };
}

/** Of ISO 8601 with a zone, as programs write it; no groups. */
export const ISO = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)`;

/** A frame, or the mark before one: whatever stands before them is a program's own and no prefix of a carrier. */
export const FRAME_NEXT = String.raw`\s*(?:(?:send|sent|recv|received?|tx|rx|>>|<<|->|<-):?\s*)?\[\s*[2-6]\s*,`;

export function recordIn(text: string): Readonly<Record<string, unknown>> | null {
  if (text.charCodeAt(0) !== 0x7b) return null;
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  // Safe: an object of JSON.parse has text keys; its values are checked where they are read.
  return typeof record === 'object' && record !== null ? (record as Record<string, unknown>) : null;
}

/** No prefix is longer: structured data, labels. */
const PREFIX_MAX = 8_192;

/** A carrier whose lines are a prefix and the line; the pattern's first group is the time. */
export function prefixed(name: string, pattern: RegExp, clean: (text: string) => string = same): Carrier {
  return {
    name,
    take(text) {
      const match = pattern.exec(text.length > PREFIX_MAX ? text.slice(0, PREFIX_MAX) : text);
      return match === null ? null : whole(clean(text.slice(match[0].length)), match[1] ?? null);
    },
  };
}

function same(text: string): string {
  return text;
}
