/** Entries that were dropped from the spool come back from ClickHouse, before something is erased from all there is. */

import { levelRetention, retentionCut, type SiteRetention } from '../retention.ts';
import { type Month, startOfMonth } from '../sqlite/month.ts';
import type { Recalls } from '../sqlite/recalls.ts';
import type { EntrySource } from '../store.ts';
import { everything } from './shipper.ts';

export interface RecallOptions {
  readonly recalls: Pick<Recalls, 'hold' | 'restore' | 'restored'>;
  /** Over what ClickHouse holds. */
  readonly source: Pick<EntrySource, 'entries'>;
  /** What the site keeps; absent: everything, for ever. */
  readonly retention?: SiteRetention | undefined;
  /** ms since 1970. */
  readonly now: number;
  readonly signal?: AbortSignal;
}

export interface Recalled {
  /** Entries that came back. */
  readonly entries: number;
  /** Entries that were dropped from here and are not there, though they would be kept. */
  readonly missing: number;
}

/** Of all months of a site, of which nothing is dropped until the caller lets it go. */
export async function recall(site: string, options: RecallOptions): Promise<Recalled> {
  let entries = 0;
  let missing = 0;
  for (const month of options.recalls.hold(site)) {
    const found = await recallMonth(site, month, options);
    entries += found.entries;
    missing += found.missing;
  }
  return { entries, missing };
}

async function recallMonth(
  site: string,
  month: Month,
  { recalls, source, retention = 0, now, signal }: RecallOptions,
): Promise<Recalled> {
  let restored = 0;
  const filters = [{ ...everything(site, startOfMonth(month)), to: startOfMonth(month + 1) }];
  const query = { filters, order: 'asc', take: null, only: null } as const;
  for await (const entries of source.entries(query, signal)) {
    restored += recalls.restore(site, month, entries);
  }
  const { days, info, debug } = levelRetention(retention);
  const cuts = {
    minimal: retentionCut(now, days),
    info: retentionCut(now, info),
    debug: retentionCut(now, debug),
  };
  return { entries: restored, missing: recalls.restored(site, month, cuts) };
}
