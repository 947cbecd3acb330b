/** Entries by time and outcome. */

import type { Outcome } from '@ocpp-logs/core';
import { timeOfId } from '@ocpp-logs/core';
import type { Histogram, HistogramBin, HistogramQuery } from '../store.ts';
import { conditionsFor } from './conditions.ts';
import { eachUndecided } from './count.ts';
import { Parameters } from './parameters.ts';
import { outcomeNamed } from './record.ts';
import type { Connection } from './sql.ts';

export async function histogramOf(
  connection: Connection,
  { filters, step }: HistogramQuery,
  late: () => boolean,
  signal?: AbortSignal,
): Promise<Histogram> {
  const bins = new Map<number, { count: number; readonly outcomes: Partial<Record<Outcome, number>> }>();
  const add = (time: number, outcome: Outcome | null, n: number) => {
    const bin = bins.get(time) ?? { count: 0, outcomes: {} };
    bins.set(time, bin);
    bin.count += n;
    if (outcome !== null) bin.outcomes[outcome] = (bin.outcomes[outcome] ?? 0) + n;
  };
  const bound = new Parameters();
  const conditions = conditionsFor(filters, bound);
  if (conditions === null) return { bins: [], exact: true };
  const sql = `SELECT intDiv(bitShiftRight(id, 21), ${bound.integer(step)}) AS bin, outcome, count()
    FROM ${connection.database}.entry FINAL WHERE ${conditions.under} GROUP BY bin, outcome`;
  await connection.rows(
    sql,
    bound,
    (row) => add(row.number() * step, outcomeNamed(row.text()), row.number()),
    signal,
  );
  const see = ({ id, outcome }: { readonly id: bigint; readonly outcome: Outcome | null }) =>
    add(Math.floor(timeOfId(id) / step) * step, outcome, 1);
  const exact = await eachUndecided(connection, filters, late, see, signal);
  const sorted = [...bins].map(([time, bin]): HistogramBin => ({ time, ...bin }));
  return { bins: sorted.sort((a, b) => a.time - b.time), exact };
}
