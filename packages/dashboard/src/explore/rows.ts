/** The rows of the table in one numbering: what came in live, the gap behind it, then the result. */

import type { LogEntry } from '../api/answers.ts';
import type { EntryKey } from './explore-state.ts';
import { hasGap, type LiveRows } from './live-rows.ts';
import type { PageStore } from './page-store.ts';

export type Row =
  | { readonly kind: 'entry'; readonly entry: LogEntry }
  | { readonly kind: 'gap'; readonly missed: number; readonly broken: boolean }
  /** Not loaded yet. */
  | { readonly kind: 'blank' };

const BLANK: Row = { kind: 'blank' };

export class Rows {
  readonly #live: LiveRows;
  readonly #store: PageStore;

  constructor(live: LiveRows, store: PageStore) {
    this.#live = live;
    this.#store = store;
  }

  /** Rows before those of the result. */
  get before(): number {
    return this.#live.shown.length + (hasGap(this.#live) ? 1 : 0);
  }

  get count(): number {
    return this.before + (this.#store.state?.count ?? 0);
  }

  at(index: number): Row {
    const { shown, missed, broken } = this.#live;
    const fresh = shown[index];
    if (fresh !== undefined) return { kind: 'entry', entry: fresh };
    if (index < this.before) return { kind: 'gap', missed, broken };
    const entry = this.#store.row(index - this.before);
    return entry === undefined ? BLANK : { kind: 'entry', entry };
  }

  /** Rows from, to are on the screen. */
  want(from: number, to: number): void {
    this.#store.want(Math.max(0, from - this.before), Math.max(1, to - this.before));
  }

  /** -1 where it is not among the rows that are held. */
  find(key: EntryKey, near: number): number {
    const same = (index: number) => {
      const row = this.at(index);
      return row.kind === 'entry' && isEntry(row.entry, key);
    };
    if (near >= 0 && same(near)) return near;
    const reach = 400;
    const last = Math.min(this.count, near + reach);
    for (let index = Math.max(0, near - reach); index < last; index += 1) if (same(index)) return index;
    return -1;
  }
}

export function isEntry(entry: LogEntry, key: EntryKey): boolean {
  return entry.exchange?.id === key.id && entry.site_id === key.site;
}

export function keyOf(entry: LogEntry): EntryKey | null {
  return entry.exchange === undefined ? null : { site: entry.site_id, id: entry.exchange.id };
}
