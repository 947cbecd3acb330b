/** Reading in batches, for work that is long, such as an export. */

import { settledFilters } from '../neighbours/neighbour-search.ts';
import type { EntriesQuery, EntrySource, SiteEntry } from '../store.ts';
import { namedEntries, textsOfIds } from './by-ids.ts';
import { countOf } from './count.ts';
import type { FoundEntry } from './record.ts';
import type { Connection } from './sql.ts';
import { walk } from './walk.ts';

/** Entries of a batch at most. */
const BATCH = 1000;
/** ms for which a search looks at texts to count. */
const PATIENCE_MS = 2000;

export function openSource(connection: Connection, patience = PATIENCE_MS): EntrySource {
  return {
    async count(query: Pick<EntriesQuery, 'filters' | 'only'>): Promise<number> {
      const { only } = query;
      const filters = await settledFilters((asked) => batches(connection, asked), query.filters);
      if (only === null) {
        const end = performance.now() + patience;
        return (await countOf(connection, filters, () => performance.now() >= end)).count;
      }
      let count = 0;
      for (const filter of filters) {
        const own = only.filter(({ site }) => site === filter.site).map(({ id }) => BigInt(id));
        count += (await textsOfIds(connection, filter, own)).size;
      }
      return count;
    },
    async *entries(query: EntriesQuery, signal?: AbortSignal): AsyncGenerator<readonly SiteEntry[]> {
      let left = query.take ?? Number.POSITIVE_INFINITY;
      const filters = await settledFilters((asked) => batches(connection, asked, signal), query.filters);
      for await (const found of batches(connection, { ...query, filters }, signal)) {
        signal?.throwIfAborted();
        const some = found.slice(0, left);
        left -= some.length;
        if (some.length > 0) yield some;
        if (left === 0) return;
      }
    },
    async close(): Promise<void> {
      await connection.close();
    },
  };
}

/** All that match, in batches of at most {@link BATCH}; empty ones where nothing was found for a while. */
export async function* batches(
  connection: Connection,
  { filters, order, only, take }: EntriesQuery,
  signal?: AbortSignal,
): AsyncGenerator<readonly FoundEntry[]> {
  if (take === 0) return;
  if (only !== null) {
    yield* namedEntries(connection, { filters, order, only }, signal);
    return;
  }
  let after = null;
  for (;;) {
    const walked = await walk(connection, { filters, order, after }, BATCH, signal);
    yield walked.found;
    if (walked.ended) return;
    after = walked.looked;
  }
}
