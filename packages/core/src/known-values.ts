/** The values that are to be replaced, and where they stand in a text as words. */

import {
  bytePairsAt,
  canonical,
  folded,
  isIccid,
  isMacAddress,
  isVin,
  vehicleAddress,
} from './identifying-words.ts';
import type { Span } from './json-text.ts';
import { PROTOCOL_WORDS } from './protocol-words.ts';
import type { Found, Replacements } from './replacements.ts';
import { Times } from './times.ts';

/** Shorter ones are replaced only where their name says what they are. */
export const LENGTH_MIN = 4;
/** OCPP 2.1 IdTokenType: an idToken has at most 255 characters. */
const LENGTH_MAX = 255;
export const VALUES_MAX = 500_000;
const CACHED_MAX = 20_000;

/** What stands in place of an id that is not there. */
const PLACEHOLDERS = 'unknown none null undefined default invalid empty missing unset available example';

/** What a message says itself: an id that is spelled so must not change the messages of others. */
const WORDS: ReadonlySet<string> = new Set(
  `${PROTOCOL_WORDS} ${PLACEHOLDERS}`.split(/\s+/).flatMap((word) => [word, ...word.split(/[^a-z0-9]/)]),
);

/** Whether a text is such a word. */
export function isWord(text: string): boolean {
  return WORDS.has(folded(text));
}

/** Keyed: without the key nobody can tell which value became which. At least 8 bytes come out. */
export type PseudonymHash = (text: string) => Uint8Array;

/** `p` and 15 hexadecimal digits fit into every id of OCPP: the shortest, an idTag, holds 20 characters. */
const DIGITS = 15;

/** The site holds more different ids than are kept at a time. */
export class TooManyValuesError extends Error {
  readonly code = 'TOO_MANY_VALUES';

  constructor() {
    super(
      `more than ${VALUES_MAX.toLocaleString('en')} different ids, serial numbers and tokens are in the entries of this site: pseudonyms cannot be given to so many; a shorter retention helps`,
    );
    this.name = 'TooManyValuesError';
  }
}

/** Where in a value its first word stands, and how long the value is. */
interface Place {
  readonly offset: number;
  readonly length: number;
}

export class KnownValues implements Replacements {
  readonly everywhere = false;
  readonly fits = true;
  readonly stations = true;
  readonly #hash: PseudonymHash;
  readonly #only: ((name: string) => boolean) | null;
  readonly #values = new Set<string>();
  /** Of values that are more than one word, by the first one; longer values first. */
  readonly #places = new Map<string, Place[]>();
  readonly #pseudonyms = new Map<string, string>();

  /** `only`: of what stands under these names alone, and nothing that its form tells. */
  constructor(hash: PseudonymHash, only: ((name: string) => boolean) | null = null) {
    this.#hash = hash;
    this.#only = only;
  }

  get byForm(): boolean {
    return this.#only === null;
  }

  /** Whether values under this name are replaced. */
  takes(name: string): boolean {
    return this.#only === null || this.#only(name);
  }

  get size(): number {
    return this.#values.size;
  }

  /** Throws a TooManyValuesError beyond {@link VALUES_MAX}. */
  add(value: string): void {
    const low = folded(value.trim());
    this.#add(low);
    const bare = canonical(low);
    if (bare !== low) this.#add(bare);
    const address = vehicleAddress(low);
    if (address !== null) this.#add(address);
  }

  has(value: string): boolean {
    return this.#values.has(folded(value));
  }

  /** The same for every spelling of a value: OCPP compares ids without case (1.6 CiString, 2.x identifierString). */
  pseudonym(value: string): string {
    const text = canonical(folded(value.trim()));
    const known = this.#pseudonyms.get(text);
    if (known !== undefined) return known;
    const hex = Array.from(this.#hash(text).subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0'));
    const pseudonym = `p${hex.join('').slice(0, DIGITS)}`;
    if (this.#pseudonyms.size >= CACHED_MAX) this.#pseudonyms.clear();
    this.#pseudonyms.set(text, pseudonym);
    return pseudonym;
  }

  /** In the order of the text, without overlap. */
  find(text: string): Found[] {
    const found: Found[] = [];
    const low = folded(text);
    const times = new Times(low);
    let last = 0;
    for (let start = wordStart(low, 0); start < low.length; ) {
      const end = wordEnd(low, start);
      const span = start < last ? null : this.#at(low, { start, end }, last, times);
      if (span !== null) {
        last = span.end;
        found.push({ ...span, pseudonym: this.pseudonym(text.slice(span.start, span.end)) });
      }
      start = wordStart(low, Math.max(end, last));
    }
    return found;
  }

  #add(low: string): void {
    if (low.length < LENGTH_MIN || low.length > LENGTH_MAX || this.#values.has(low) || WORDS.has(low)) return;
    const offset = wordStart(low, 0);
    if (offset === low.length) return;
    if (this.#values.size >= VALUES_MAX) throw new TooManyValuesError();
    this.#values.add(own(low));
    const word = own(low.slice(offset, wordEnd(low, offset)));
    if (word.length === low.length) return;
    const places = this.#places.get(word);
    if (places === undefined) this.#places.set(word, [{ offset, length: low.length }]);
    else if (!places.some((place) => place.offset === offset && place.length === low.length)) {
      places.push({ offset, length: low.length });
      places.sort((a, b) => b.length - a.length);
    }
  }

  #at(low: string, { start, end }: Span, last: number, times: Times): Span | null {
    const word = low.slice(start, end);
    for (const { offset, length } of this.#places.get(word) ?? []) {
      const span = { start: start - offset, end: start - offset + length };
      if (span.start < last || span.end > low.length || !isBounded(low, span)) continue;
      if (this.#values.has(low.slice(span.start, span.end)) && !times.hold(span)) return span;
    }
    if (this.#values.has(word) && !times.hold({ start, end })) return { start, end };
    if (this.byForm && (isVin(word) || isIccid(word))) return { start, end };
    if (word.startsWith('0x') && this.#values.has(word.slice(2))) return { start: start + 2, end };
    if (end - start !== 2) return null;
    const pairs = bytePairsAt(low, start);
    const known =
      pairs !== '' && ((this.byForm && isMacAddress(pairs)) || this.#values.has(canonical(pairs)));
    return known ? { start, end: start + pairs.length } : null;
  }
}

/** A part of a text would keep all of the text in memory. */
export function own(part: string): string {
  return ` ${part}`.slice(1);
}

/** A word ends or begins at both ends. */
function isBounded(low: string, { start, end }: Span): boolean {
  const before = start === 0 || !isWordChar(low, start - 1) || !isWordChar(low, start);
  return before && (end === low.length || !isWordChar(low, end) || !isWordChar(low, end - 1));
}

function wordStart(low: string, at: number): number {
  while (at < low.length && !isWordChar(low, at)) at++;
  return at;
}

export function wordEnd(low: string, at: number): number {
  while (at < low.length && isWordChar(low, at)) at++;
  return at;
}

const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

/** Of a text in lower case. */
export function isWordChar(low: string, at: number): boolean {
  const code = low.charCodeAt(at);
  if (code < 0x80) return (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39);
  return LETTER_OR_DIGIT.test(low.charAt(at));
}
