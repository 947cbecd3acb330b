/** Tells of each entry that a search finds, once however often it changes. */

import type { EntryId } from '../entry.ts';
import { timeOfId } from '../entry.ts';
import type { EntryText } from '../entry-text.ts';
import type { NamedSite } from '../query/at-site.ts';
import { matcherOf } from '../query/match.ts';
import type { EntryWatch, Firing } from './firing.ts';
import type { FoundRule } from './rule.ts';

/** Entries of which it is remembered that they were told. */
const TOLD_MAX = 2_000;

export class FoundWatch implements EntryWatch {
  readonly dropped = 0;
  readonly #matches: (entry: EntryText) => boolean;
  readonly #told = new Set<EntryId>();

  constructor(rule: FoundRule, site: NamedSite) {
    this.#matches = matcherOf(rule.a, site);
  }

  get size(): number {
    return this.#told.size;
  }

  take(entry: EntryText): readonly Firing[] {
    const { id, charger } = entry;
    if (this.#told.has(id) || !this.#matches(entry)) return [];
    this.#told.add(id);
    if (this.#told.size > TOLD_MAX) {
      const [oldest] = this.#told;
      if (oldest !== undefined) this.#told.delete(oldest);
    }
    return [{ charger, key: String(id), at: timeOfId(id), entries: [id] }];
  }

  due(): readonly Firing[] {
    return [];
  }
}
