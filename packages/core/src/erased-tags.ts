/**
 * Id tags that were erased, by keyed hashes alone: nobody can read them here, and yet they are found again in whatever
 * comes. Each frame is looked at by itself, so that the same frame becomes the same text whenever it comes.
 */

import { CountedTexts } from './counted-texts.ts';
import type { EntryText } from './entry-text.ts';
import { isTagName, mayNameTag } from './id-tags.ts';
import { bytePairsAt, canonical, firstWords, folded, vehicleAddress } from './identifying-words.ts';
import { isWord, isWordChar, LENGTH_MIN, own, type PseudonymHash, wordEnd } from './known-values.ts';
import type { MalformedMessage, Message } from './message.ts';
import { plainSplices, splicesOf } from './pseudonym-text.ts';
import { readMessage, readTruncated } from './read-message.ts';
import { EntryReplacer } from './replaced-entry.ts';
import type { Found, Replacements } from './replacements.ts';
import { spliced } from './splice.ts';
import { Times } from './times.ts';

/** One spelling by which a tag is found. */
export interface ErasedForm {
  /** Hexadecimal. */
  readonly hash: string;
  /** Characters that it may have in a text. */
  readonly lengths: readonly number[];
  /**
   * Of the words that a spelling of it may begin with, hexadecimal: other words need not be looked at together with those
   * behind them. Absent in what was erased by versions before.
   */
  readonly firsts?: readonly string[];
  /** Whether it is found by itself, not only where a name says that an id tag follows. */
  readonly anywhere: boolean;
}

export interface ErasedTag {
  /** What stands in its place. */
  readonly replacement: string;
  readonly forms: readonly ErasedForm[];
}

/** OCPP 2.1 IdTokenType: an idToken has at most 255 characters. */
export const TAG_MAX = 255;
/** Numbers of fewer digits are counts, prices and readings as often as they are tags. */
const DIGITS_MIN = 8;
const CACHED_MAX = 20_000;
const FIRST_DIGITS = 16;

export function erasedForms(tag: string, hash: PseudonymHash): readonly ErasedForm[] {
  const low = folded(tag.trim());
  const address = vehicleAddress(low);
  return [low, ...(address === null ? [] : [address])].map((text) => ({
    hash: hexOf(hash(canonical(text))),
    lengths: [...new Set([text.length, canonical(text).length])],
    firsts: firstWords(canonical(text)).map((word) => firstOf(hash, word)),
    anywhere: isTelling(text),
  }));
}

/** Whether a text can be taken for this tag wherever it stands. */
function isTelling(low: string): boolean {
  if (low.length < LENGTH_MIN || isWord(low)) return false;
  if (/^\d+$/.test(low) && low.length < DIGITS_MIN) return false;
  return isWordChar(low, 0) && isWordChar(low, low.length - 1);
}

export class ErasedTags implements Replacements {
  readonly byForm = false;
  readonly everywhere = true;
  readonly fits = false;
  readonly stations = false;
  readonly takes = isTagName;
  readonly #hash: PseudonymHash;
  readonly #byHash = new Map<string, { readonly replacement: string; readonly anywhere: boolean }>();
  readonly #replacements: CountedTexts;
  readonly #firsts = new Set<string>();
  /** Whether any word may be the first one. */
  readonly #anyFirst: boolean;
  readonly #lengths: readonly number[];
  readonly #entries = new EntryReplacer(this);
  readonly #beginning = new Map<string, boolean>();
  readonly #known = new Map<string, { readonly replacement: string; readonly anywhere: boolean } | null>();

  constructor(hash: PseudonymHash, tags: readonly ErasedTag[]) {
    this.#hash = hash;
    const lengths = new Set<number>();
    for (const { replacement, forms } of tags) {
      for (const form of forms) {
        this.#byHash.set(form.hash, { replacement, anywhere: form.anywhere });
        if (form.anywhere) for (const length of form.lengths) lengths.add(length);
      }
    }
    this.#lengths = [...lengths].sort((a, b) => b - a);
    const found = tags.flatMap(({ forms }) => forms.filter(({ anywhere }) => anywhere));
    this.#anyFirst = found.some(({ firsts }) => firsts === undefined);
    for (const { firsts = [] } of found) for (const first of firsts) this.#firsts.add(first);
    this.#replacements = new CountedTexts(tags.map(({ replacement }) => replacement));
  }

  pseudonym(value: string): string | null {
    return this.#of(folded(value.trim()))?.replacement ?? null;
  }

  has(value: string): boolean {
    return this.#of(folded(value))?.anywhere === true;
  }

  find(text: string): readonly Found[] {
    const found: Found[] = [];
    if (this.#lengths.length === 0) return found;
    const low = folded(text);
    const times = new Times(low);
    let last = 0;
    for (let at = 0; at < low.length; at++) {
      if (at < last || !isWordChar(low, at) || (at > 0 && isWordChar(low, at - 1))) continue;
      const hexadecimal = low.startsWith('0x', at) ? this.#at(low, at + 2, times) : null;
      const span = this.#at(low, at, times) ?? hexadecimal;
      if (span === null) continue;
      found.push(span);
      last = span.end;
    }
    return found;
  }

  /** Of a text of any kind. */
  text(text: string): string {
    return spliced(text, plainSplices(text, '', this));
  }

  /** Of the text of a frame, whatever it is. */
  frame(text: string): string {
    // Most frames name none, and are not read for it.
    if (!text.includes('\\') && !mayNameTag(text) && this.find(text).length === 0) return text;
    return spliced(text, splicesOf(text, 'frame', this));
  }

  /** `message` was read from `text`; the same where nothing is replaced. */
  message<M extends Exclude<Message, MalformedMessage>>(
    text: string,
    message: M,
  ): { readonly text: string; readonly message: M } {
    const made = this.frame(text);
    if (made === text) return { text, message };
    const truncated = message.findings[0]?.code === 'truncated';
    // Replaced are insides of strings, and numbers by strings: the message stays of its kind.
    return { text: made, message: (truncated ? readTruncated(made) : readMessage(made)) as M };
  }

  /** The same object where nothing is replaced. */
  entry(text: EntryText): EntryText {
    return this.#entries.replace(text);
  }

  /** How often replacements stand in the texts of an entry. */
  occurrences({ request, answer, rejection }: EntryText): number {
    let count = 0;
    for (const bytes of [request, answer, rejection]) {
      if (bytes !== null) count += this.#replacements.in(latin1(bytes));
    }
    return count;
  }

  #at(low: string, start: number, times: Times): Found | null {
    const first = wordEnd(low, start);
    let mayBegin: boolean | null = null;
    for (const length of this.#lengths) {
      const end = start + length;
      if (end > low.length || !isWordChar(low, end - 1)) continue;
      if (end < low.length && isWordChar(low, end)) continue;
      // Of each word two texts are hashed, however many tags there are, unless a tag does begin with it.
      if (end > first) {
        mayBegin ??= this.#begins(low.slice(start, first));
        if (!mayBegin) continue;
      }
      const known = this.#of(low.slice(start, end));
      if (known?.anywhere === true && !times.hold({ start, end }))
        return { start, end, pseudonym: known.replacement };
    }
    const pairs = bytePairsAt(low, start);
    const known = pairs === '' ? null : this.#of(pairs);
    return known?.anywhere === true
      ? { start, end: start + pairs.length, pseudonym: known.replacement }
      : null;
  }

  #begins(word: string): boolean {
    if (this.#anyFirst) return true;
    const cached = this.#beginning.get(word);
    if (cached !== undefined) return cached;
    const begins = this.#firsts.has(firstOf(this.#hash, word));
    if (this.#beginning.size >= CACHED_MAX) this.#beginning.clear();
    this.#beginning.set(own(word), begins);
    return begins;
  }

  #of(low: string): { readonly replacement: string; readonly anywhere: boolean } | null {
    if (low === '' || low.length > TAG_MAX * 2) return null;
    const text = canonical(low);
    const cached = this.#known.get(text);
    if (cached !== undefined) return cached;
    const known = this.#byHash.get(hexOf(this.#hash(text))) ?? null;
    if (this.#known.size >= CACHED_MAX) this.#known.clear();
    this.#known.set(own(text), known);
    return known;
  }
}

/** Another text than any tag, and no more of it than tells most words apart. */
function firstOf(hash: PseudonymHash, word: string): string {
  return hexOf(hash(`first word ${word}`)).slice(0, FIRST_DIGITS);
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}
