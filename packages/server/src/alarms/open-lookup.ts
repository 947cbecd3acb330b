/** Reading for the thread of alarms: in the folder, and of what other nodes have recorded in ClickHouse. */

import { setImmediate } from 'node:timers/promises';
import type { ClickHouseOptions } from '../store/clickhouse/sql.ts';
import { SqliteReader } from '../store/sqlite/reader.ts';
import type { ChargerSummary } from '../store/store.ts';
import { inTime } from './in-time.ts';
import type { Lookup } from './lookup.ts';

/** For so long judging waits for an answer of ClickHouse, and for so long then it asks nothing, ms. */
const ANSWER_MS = 15_000;
const REST_MS = 30_000;

export interface LookupOptions {
  /** The data folder. */
  readonly folder: string;
  /** Where other nodes ship to; null: the folder holds everything. */
  readonly clickhouse: ClickHouseOptions | null;
  readonly report: (line: string) => void;
  readonly onDamage: (number: number) => void;
  /** For how long judging waits for an answer of ClickHouse, ms. */
  readonly answerMs?: number;
}

export async function openLookup({
  folder,
  clickhouse,
  report,
  onDamage,
  answerMs = ANSWER_MS,
}: LookupOptions): Promise<Lookup> {
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
      stored: (query) => own.entries(query),
      stations: async (site) => reader.chargers(site),
      counters: () => ({ alarms_questions_late_total: 0, alarms_questions_left_out_total: 0 }),
      close: async () => reader.close(),
    };
  }
  // Its client is loaded only where it is used.
  const [{ openSource }, { chargersOf }, { Connection }] = await Promise.all([
    import('../store/clickhouse/source.ts'),
    import('../store/clickhouse/known-values.ts'),
    import('../store/clickhouse/sql.ts'),
  ]);
  const judging = new Connection({ ...clickhouse, queryTime: answerMs });
  // Trials take their time on a connection of their own.
  const trying = new Connection(clickhouse);
  const [shared, tried] = [openSource(judging), openSource(trying)];
  const patience = inTime(() => answerMs, REST_MS);
  return {
    ...own,
    elsewhere: (query) => patience.each((signal) => shared.entries(query, signal)),
    stored: (query, left) => inTime(left).each((signal) => tried.entries(query, signal)),
    stations: async (site) => {
      const known = await patience.ask((signal) => chargersOf(judging, site, signal));
      // What this node has seen last may not have been shipped yet.
      return lastSeen(known, reader.chargers(site));
    },
    counters: () => patience.counters(),
    close: async () => {
      reader.close();
      await Promise.all([shared.close(), tried.close()]);
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
