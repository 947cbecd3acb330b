/** Reading for the thread of alarms: in the folder, and of what other nodes have recorded in ClickHouse. */

import { setImmediate } from 'node:timers/promises';
import type { ClickHouseOptions } from '../store/clickhouse/sql.ts';
import { SqliteReader } from '../store/sqlite/reader.ts';
import type { ChargerSummary } from '../store/store.ts';
import type { Lookup } from './lookup.ts';

export interface LookupOptions {
  /** The data folder. */
  readonly folder: string;
  /** Where other nodes ship to; null: the folder holds everything. */
  readonly clickhouse: ClickHouseOptions | null;
  readonly report: (line: string) => void;
  readonly onDamage: (number: number) => void;
}

export async function openLookup({ folder, clickhouse, report, onDamage }: LookupOptions): Promise<Lookup> {
  const reader = new SqliteReader({ folder, report, onDamage });
  const own: Pick<Lookup, 'entries'> = {
    async *entries(query) {
      for (const batch of reader.entries(query)) {
        if (batch.length > 0) yield batch;
        // A search that finds little must not keep this thread from what else it has to do.
        await setImmediate();
      }
    },
  };
  if (clickhouse === null) {
    return {
      ...own,
      elsewhere: (query) => own.entries(query),
      stations: async (site) => reader.chargers(site),
      close: async () => reader.close(),
    };
  }
  // Its client is loaded only where it is used.
  const [{ openSource }, { chargersOf }, { Connection }] = await Promise.all([
    import('../store/clickhouse/source.ts'),
    import('../store/clickhouse/known-values.ts'),
    import('../store/clickhouse/sql.ts'),
  ]);
  const connection = new Connection(clickhouse);
  const shared = openSource(connection);
  return {
    ...own,
    elsewhere: (query) => shared.entries(query),
    // What this node has seen last may not have been shipped yet.
    stations: async (site) => lastSeen(await chargersOf(connection, site), reader.chargers(site)),
    close: async () => {
      reader.close();
      await shared.close();
    },
  };
}

function lastSeen(
  ...lists: readonly (readonly ChargerSummary[])[]
): readonly Pick<ChargerSummary, 'id' | 'lastSeen'>[] {
  const newest = new Map<string, number | null>();
  for (const { id, lastSeen: at } of lists.flat()) {
    const before = newest.get(id) ?? null;
    newest.set(id, before === null || (at !== null && at > before) ? at : before);
  }
  return [...newest].map(([id, at]) => ({ id, lastSeen: at }));
}
