/** Pieces of a text that are replaced; everything between them stays. */

import type { Span } from './json-text.ts';

export interface Splice extends Span {
  readonly text: string;
}

/** `splices` in the order of the text, without overlap. */
export function spliced(text: string, splices: readonly Splice[]): string {
  if (splices.length === 0) return text;
  let made = '';
  let at = 0;
  for (const splice of splices) {
    made += text.slice(at, splice.start) + splice.text;
    at = splice.end;
  }
  return made + text.slice(at);
}

/** In the order of the text; of those that overlap the earlier one, of two that begin together the longer one. */
export function withoutOverlap(splices: readonly Splice[]): Splice[] {
  const kept: Splice[] = [];
  let last = 0;
  for (const splice of [...splices].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (splice.start < last) continue;
    kept.push(splice);
    last = splice.end;
  }
  return kept;
}

/**
 * Shortens all alike, so that a text of `length` that is within one of the rising `limits` stays within it. That is
 * possible whenever none is longer than what it replaces and one character.
 */
export function fitted(
  splices: readonly Splice[],
  length: number,
  limits: readonly number[] | undefined,
): readonly Splice[] {
  const limit = limits?.find((each) => length <= each);
  if (limit === undefined) return splices;
  const kept = splices.reduce((rest, { start, end }) => rest - (end - start), length);
  const added = splices.reduce((sum, { text }) => sum + text.length, 0);
  if (kept + added <= limit) return splices;
  const room = Math.floor((limit - kept) / splices.length);
  return splices.map((splice) => ({ ...splice, text: splice.text.slice(0, room) }));
}
