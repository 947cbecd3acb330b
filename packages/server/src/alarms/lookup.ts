/** What an evaluation reads. */

import { KINDS, type QueryNode } from '@ocpp-logs/core';
import type { ChargerSummary, EntriesQuery, EntryFilter, SiteEntry } from '../store/store.ts';

/** Questions to ClickHouse that were given up, and that were not asked after one of these. */
export interface LookupCounts {
  readonly alarms_questions_late_total: number;
  readonly alarms_questions_left_out_total: number;
}

export interface Lookup {
  /** In the order asked for, in batches. */
  entries(query: EntriesQuery): AsyncIterable<readonly SiteEntry[]>;
  /** The same of named entries that another node has recorded. */
  elsewhere(query: EntriesQuery): AsyncIterable<readonly SiteEntry[]>;
  /** The same of all that any node has recorded, as every page is answered. `left`: ms after which it is given up. */
  stored(query: EntriesQuery, left: () => number): AsyncIterable<readonly SiteEntry[]>;
  stations(site: string): Promise<readonly Pick<ChargerSummary, 'id' | 'lastSeen'>[]>;
  counters(): LookupCounts;
  close(): Promise<void>;
}

export function filterOf(
  site: string,
  query: QueryNode | null,
  { from = 0, to = Number.MAX_SAFE_INTEGER }: { readonly from?: number; readonly to?: number } = {},
): EntryFilter {
  return { site, from, to, kinds: KINDS, actions: null, chargers: null, connectors: null, query };
}
