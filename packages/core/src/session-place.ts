/**
 * Where the session of an entry is to stand. It is known only after many others were read: a place is left, which no
 * JSON text holds by itself, and filled when it is.
 */

import type { EntryId } from './entry.ts';

/** A control character never stands in JSON as it is. */
const BOUND = '\0';

export function sessionPlace(site: string, id: EntryId): string {
  return `${BOUND}${id} ${JSON.stringify(site)}${BOUND}`;
}

export interface PlacedEntry {
  readonly site: string;
  readonly id: string;
}

/** Entries of which places were left, in their order. */
export function placedEntries(written: string): readonly PlacedEntry[] {
  return written.split(BOUND).flatMap((part, at) => (at % 2 === 1 ? [placed(part)] : []));
}

/** `json` of each. */
export function fillSessionPlaces(written: string, json: (entry: PlacedEntry) => string): string {
  return written
    .split(BOUND)
    .map((part, at) => (at % 2 === 1 ? json(placed(part)) : part))
    .join('');
}

function placed(part: string): PlacedEntry {
  const blank = part.indexOf(' ');
  return { id: part.slice(0, blank), site: String(JSON.parse(part.slice(blank + 1))) };
}
