/** Entries as sessions are made of them, of any store. */

import { decodeEntry, type Kind, type QueryNode, type SeenEntry, seenOf } from '@ocpp-logs/core';
import type { EntriesQuery, EntryFilter, EntryRef, SiteEntry, SortOrder } from '../store.ts';
import type { SessionSite } from './question.ts';

/** As an {@link EntrySource} gives them. */
export type ReadEntries = (query: EntriesQuery) => AsyncIterable<readonly SiteEntry[]>;

export interface Wanted {
  readonly sites: readonly SessionSite[];
  readonly from: number;
  readonly to: number;
  readonly kinds: readonly Kind[];
  readonly actions: readonly string[] | null;
  readonly chargers: readonly string[] | null;
  /** null, and absent: any. */
  readonly connectors?: readonly number[] | null;
  readonly query?: QueryNode | null;
  /** Entries of the whole site, too. */
  readonly ofSite?: boolean;
}

export interface SiteSeen {
  readonly site: string;
  readonly entry: SeenEntry;
}

/** Counts what it reads. */
export class Reading {
  readonly #read: ReadEntries;
  #entries = 0;

  constructor(read: ReadEntries) {
    this.#read = read;
  }

  get entries(): number {
    return this.#entries;
  }

  /** In the order of time. */
  async *each(
    wanted: Wanted,
    order: SortOrder = 'asc',
    take: number | null = null,
    only: readonly EntryRef[] | null = null,
  ): AsyncGenerator<SiteSeen> {
    const filters = wanted.sites.flatMap((site) => filterOf(wanted, site));
    if (filters.length === 0) return;
    let left = take ?? Number.POSITIVE_INFINITY;
    for await (const batch of this.#read({ filters, order, take, only })) {
      this.#entries += batch.length;
      // What reads ahead may give more than was asked for.
      for (const text of batch.slice(0, left)) {
        if (text.charger === '' && wanted.ofSite !== true) continue;
        yield { site: text.site, entry: seenOf(String(text.id), decodeEntry(text)) };
      }
      left -= Math.min(left, batch.length);
      if (left === 0) return;
    }
  }

  /** The first in that order. */
  async first(wanted: Wanted, order: SortOrder): Promise<SeenEntry | null> {
    for await (const { entry } of this.each(wanted, order, 1)) return entry;
    return null;
  }
}

function filterOf(wanted: Wanted, site: SessionSite): readonly EntryFilter[] {
  const { from, to, kinds, actions, chargers, connectors = null, query = null } = wanted;
  const start = Math.max(from, site.kept);
  if (start >= to) return [];
  return [{ site: site.id, from: start, to, kinds, actions, chargers, connectors, query }];
}
