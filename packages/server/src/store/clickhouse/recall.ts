/** Entries that were dropped from the spool come back from ClickHouse, before something is erased from all there is. */

import { type Month, startOfMonth } from '../sqlite/month.ts';
import type { Recalls } from '../sqlite/recalls.ts';
import type { EntrySource } from '../store.ts';
import { everything } from './shipper.ts';

export interface RecallOptions {
  readonly recalls: Pick<Recalls, 'hold' | 'restore' | 'restored'>;
  /** Over what ClickHouse holds. */
  readonly source: Pick<EntrySource, 'entries'>;
  readonly signal?: AbortSignal;
}

/** Of all months of a site, of which nothing is dropped until the caller lets it go. How many entries came back. */
export async function recall(site: string, options: RecallOptions): Promise<number> {
  let restored = 0;
  for (const month of options.recalls.hold(site)) restored += await recallMonth(site, month, options);
  return restored;
}

async function recallMonth(
  site: string,
  month: Month,
  { recalls, source, signal }: RecallOptions,
): Promise<number> {
  let restored = 0;
  const filters = [{ ...everything(site, startOfMonth(month)), to: startOfMonth(month + 1) }];
  const query = { filters, order: 'asc', take: null, only: null } as const;
  for await (const entries of source.entries(query, signal)) {
    restored += recalls.restore(site, month, entries);
  }
  recalls.restored(site, month);
  return restored;
}
