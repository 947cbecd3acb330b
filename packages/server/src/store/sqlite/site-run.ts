/**
 * Matching entries of one site and month, some at a time and in order. Between two looks the file may change, be packed
 * or be swapped: only places are kept.
 */

import type { EntryPosition, Scope, SortOrder } from '../store.ts';
import type { Conditions } from './conditions.ts';
import { conditionsFor } from './conditions.ts';
import { stretchesOf } from './count.ts';
import type { FileAccess } from './file-access.ts';
import { type Month, type Place, placeOfId } from './month.ts';
import { type TextSource, Texts } from './texts.ts';
import { findRows } from './walk.ts';

/** Rows of which texts are looked at in one go: at first few, as of many sites each has to look once. */
const TEXTS_AT_FIRST = 32;
export const TEXTS_AT_ONCE = 1024;

export interface RunSource {
  readonly access: FileAccess;
  readonly texts: TextSource;
}

export class SiteRun {
  readonly scope: Scope;
  readonly month: Month;
  readonly #source: RunSource;
  readonly #order: SortOrder;
  /** Where it begins: up to and with this place everything has been looked at; null: from the filter's beginning. */
  #looked: Place | null = null;
  /** Found and not taken, the next one last. */
  #found: Place[] = [];
  #ended = false;
  #texts = TEXTS_AT_FIRST;
  /** Whether texts had to be looked at. */
  #byText = false;

  constructor(
    source: RunSource,
    scope: Scope,
    month: Month,
    order: SortOrder,
    after: EntryPosition | null = null,
  ) {
    this.#source = source;
    this.scope = scope;
    this.month = month;
    this.#order = order;
    if (after === null) return;
    const { site } = scope.filter;
    const place = placeOfId(month, after.id);
    const behind = order === 'asc' ? site > after.site : site < after.site;
    // Of the same id this site still comes: the place itself is not passed.
    this.#looked = behind ? place + (order === 'asc' ? -1 : 1) : place;
  }

  /** The next one found; null: nothing is found, see {@link fill}. */
  get head(): Place | null {
    return this.#found.at(-1) ?? null;
  }

  /** Everything up to here, with it, was looked at; null: nothing was. */
  get looked(): Place | null {
    return this.#looked;
  }

  get ended(): boolean {
    return this.#ended && this.#found.length === 0;
  }

  get byText(): boolean {
    return this.#byText;
  }

  take(): Place | null {
    return this.#found.pop() ?? null;
  }

  /** Forgets what was found, and tells how many they were. */
  drain(): number {
    const { length } = this.#found;
    this.#found = [];
    return length;
  }

  /** Looks at some more: at `size` rows, or at as many as is good where texts have to be looked at. */
  fill(size: number): void {
    // Without a file there is nothing more.
    let ended = true;
    this.#source.access.inMonth(this.scope.filter.site, this.month, (file) => {
      ended = true;
      const conditions = this.#rest(conditionsFor(file, this.scope.filter));
      if (conditions === null || conditions.from >= conditions.to) return;
      const { residual } = conditions;
      const limit = residual === null ? size : this.#texts;
      const rows = findRows(
        file.db,
        conditions,
        stretchesOf(file, conditions, this.#order),
        this.#order,
        0,
        limit,
      );
      const places: Place[] = [];
      if (residual === null) for (const [place = 0] of rows) places.push(place);
      else {
        this.#byText = true;
        this.#texts = Math.min(TEXTS_AT_ONCE, limit * 2);
        for (const text of new Texts(file, this.#source.texts).of(rows)) {
          if (residual(text)) places.push(placeOfId(this.month, text.id));
        }
      }
      this.#found = places.reverse().concat(this.#found);
      this.#looked = rows.at(-1)?.[0] ?? this.#looked;
      ended = rows.length < limit;
    });
    this.#ended = ended;
  }

  /** What has not been looked at. */
  #rest(conditions: Conditions | null): Conditions | null {
    if (conditions === null || this.#looked === null) return conditions;
    return this.#order === 'asc'
      ? { ...conditions, from: Math.max(conditions.from, this.#looked + 1) }
      : { ...conditions, to: Math.min(conditions.to, this.#looked) };
  }
}
