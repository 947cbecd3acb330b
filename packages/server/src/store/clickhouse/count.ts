/** How many entries match: by the columns, and by texts where only those tell, as far as time allows. */

import type { EntryFilter, EntryPosition } from '../store.ts';
import { conditionsFor } from './conditions.ts';
import { type Counting, countedSql } from './counted.ts';
import { Parameters } from './parameters.ts';
import type { FoundEntry } from './record.ts';
import { rolledRuns } from './rolled-days.ts';
import type { Connection } from './sql.ts';
import { walk } from './walk.ts';

export interface Counted {
  readonly count: number;
  readonly countExact: boolean;
}

/** Entries of which texts are looked at in one go. */
export const TEXTS_AT_ONCE = 1000;

const ALL: Counting = { entries: [], rolled: [], needs: [] };

export async function countOf(
  connection: Connection,
  filters: readonly EntryFilter[],
  late: () => boolean,
  signal?: AbortSignal,
): Promise<Counted> {
  if (conditionsFor(filters, new Parameters()) === null) return { count: 0, countExact: true };
  const runs = await rolledRuns(connection, filters, signal);
  const bound = new Parameters();
  const sql = countedSql(connection.database, filters, runs, ALL, bound);
  // Where only texts tell, nothing is sure.
  const sure = sql === null ? [] : await connection.rows(sql, bound, (row) => row.number(), signal);
  let count = sure.reduce((sum, n) => sum + n, 0);
  const countExact = await eachUndecided(connection, filters, late, () => (count += 1), signal);
  return { count, countExact };
}

/** Every entry that matches and of which the columns do not tell it, newest first. Whether all were seen. */
export async function eachUndecided(
  connection: Connection,
  filters: readonly EntryFilter[],
  late: () => boolean,
  see: (entry: FoundEntry) => void,
  signal?: AbortSignal,
): Promise<boolean> {
  let after: EntryPosition | null = null;
  for (;;) {
    const query = { filters, order: 'desc', after, undecided: true } as const;
    const walked = await walk(connection, query, TEXTS_AT_ONCE, signal);
    for (const entry of walked.found) see(entry);
    if (walked.ended) return true;
    if (late()) return false;
    after = walked.looked;
  }
}
