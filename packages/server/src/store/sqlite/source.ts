/** Reading in the caller's own thread, for work that is long and has one, such as an export. */

import { setImmediate } from 'node:timers/promises';
import { settledFilters } from '../neighbours/neighbour-search.ts';
import type { EntriesQuery, EntrySource, SiteEntry } from '../store.ts';
import { SqliteReader } from './reader.ts';

export interface SourceOptions {
  /** Told of what could not be read. */
  readonly report: (message: string) => void;
  /** Number of a site file in which damage was found. */
  readonly onDamage?: (number: number) => void;
}

/** `folder` is the data folder; a server may run on it. */
export function openSource(folder: string, options: SourceOptions): EntrySource {
  const reader = new SqliteReader({ folder, ...options });
  async function* read(query: EntriesQuery, signal?: AbortSignal): AsyncGenerator<readonly SiteEntry[]> {
    for (const batch of reader.entries(query)) {
      signal?.throwIfAborted();
      if (batch.length > 0) yield batch;
      // A search that finds little must not keep this thread from hearing that it is to stop.
      else await setImmediate();
    }
  }
  return {
    async count(query: Pick<EntriesQuery, 'filters' | 'only'>): Promise<number> {
      const filters = await settledFilters((asked) => read(asked), query.filters);
      return reader.count({ ...query, filters });
    },
    async *entries(query: EntriesQuery, signal?: AbortSignal): AsyncGenerator<readonly SiteEntry[]> {
      const filters = await settledFilters((asked) => read(asked, signal), query.filters);
      yield* read({ ...query, filters }, signal);
    },
    async close(): Promise<void> {
      reader.close();
    },
  };
}
