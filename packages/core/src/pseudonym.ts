/**
 * Replaces what names a person, a card, a vehicle or a device by stable keyed hashes, so that a trace can be given
 * away and still be followed: the same value becomes the same pseudonym wherever it stands, in texts and fields.
 */

import type { EntryText } from './entry-text.ts';
import { KnownValues, type PseudonymHash } from './known-values.ts';
import { collectFrom } from './pseudonym-text.ts';
import { EntryReplacer, textOf } from './replaced-entry.ts';

export { type PseudonymHash, TooManyValuesError } from './known-values.ts';

/**
 * Two passes over the same entries: {@link collect} learns every value that is named somewhere, {@link replace}
 * replaces it everywhere.
 */
export class Pseudonyms {
  readonly #values: KnownValues;
  readonly #replacer: EntryReplacer;

  constructor(hash: PseudonymHash) {
    this.#values = new KnownValues(hash);
    this.#replacer = new EntryReplacer(this.#values);
  }

  /** Different values that were learned. */
  get size(): number {
    return this.#values.size;
  }

  /** What stands in place of a value; its spelling does not count. */
  of(value: string): string {
    return this.#values.pseudonym(value);
  }

  /** Throws a TooManyValuesError when there are more than can be kept. */
  collect({ request, answer, rejection }: EntryText): void {
    for (const bytes of [request, answer, rejection]) {
      if (bytes !== null) collectFrom(textOf(bytes).text, 'frame', this.#values);
    }
  }

  /** The same object where nothing is to be replaced. */
  replace(text: EntryText): EntryText {
    return this.#replacer.replace(text);
  }
}
