/** Counts of what columns tell, of entries and of whole days that were counted before. */

import type { EntryFilter } from '../store.ts';
import { conditionsFor } from './conditions.ts';
import type { Parameters } from './parameters.ts';
import { NEVER } from './query-conditions.ts';
import { divided, type Runs, rolledCondition } from './rolled-days.ts';

export interface Counting {
  /** What is told of entries, one group each. */
  readonly entries: readonly string[];
  /** The same, of a group of a day. */
  readonly rolled: readonly string[];
  /** Columns of such a group; null where none tells it. */
  readonly needs: readonly string[] | null;
  /** Groups at most. */
  readonly most?: number;
}

/** Rows of groups and their count; a group may come more than once. null: nothing is sure. */
export function countedSql(
  database: string,
  filters: readonly EntryFilter[],
  runs: Runs,
  { entries, rolled, needs, most }: Counting,
  bound: Parameters,
): string | null {
  const limit = most === undefined ? '' : `LIMIT ${bound.integer(most)}`;
  const grouped = (columns: readonly string[]) => (columns.length === 0 ? '' : 'GROUP BY ALL');
  const counted = (columns: readonly string[], count: string) => [...columns, count].join(', ');
  const days = divided(filters, runs, needs);
  const parts = days.rolled.map(({ group, filters: ofGroup }) => {
    const columns = [...group.columns, 'n'].map((column) => `${group.name}.${column} AS ${column}`);
    return `SELECT ${counted(rolled, 'sum(n)')} FROM ${database}.rolled_day FINAL
      ARRAY JOIN ${columns.join(', ')} WHERE ${rolledCondition(ofGroup, bound)} ${grouped(rolled)} ${limit}`;
  });
  const under = conditionsFor(days.rest, bound)?.under ?? NEVER;
  if (under !== NEVER) {
    parts.push(
      `SELECT ${counted(entries, 'count()')} FROM ${database}.entry FINAL WHERE ${under} ${grouped(entries)} ${limit}`,
    );
  }
  return parts.length === 0 ? null : parts.join(' UNION ALL ');
}
