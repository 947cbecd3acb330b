/** Entries by time and outcome. */

import type { Outcome } from '@ocpp-logs/core';
import { timeOfId } from '@ocpp-logs/core';
import type { Histogram, HistogramBin, HistogramQuery } from '../store.ts';
import { conditionsFor } from './conditions.ts';
import { eachUndecided } from './count.ts';
import { type Counting, countedSql } from './counted.ts';
import { Parameters } from './parameters.ts';
import { outcomeNamed } from './record.ts';
import { rolledRuns } from './rolled-days.ts';
import type { Connection } from './sql.ts';

const HOUR_MS = 3_600_000;

function byTime(step: number, bound: Parameters): Counting {
  const hours = `toUInt64(toUInt16(day)) * 24 + hour`;
  const whole = step % HOUR_MS === 0;
  return {
    entries: [`intDiv(bitShiftRight(id, 21), ${bound.integer(step)}) AS bin`, 'outcome'],
    rolled: whole ? [`intDiv(${hours}, ${bound.integer(step / HOUR_MS)}) AS bin`, 'outcome'] : [],
    needs: whole ? ['hour', 'outcome'] : null,
  };
}

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
  if (conditionsFor(filters, new Parameters()) === null) return { bins: [], exact: true };
  const runs = step % HOUR_MS === 0 ? await rolledRuns(connection, filters, signal) : new Map();
  const bound = new Parameters();
  const sql = countedSql(connection.database, filters, runs, byTime(step, bound), bound);
  if (sql !== null) {
    await connection.rows(
      sql,
      bound,
      (row) => add(row.number() * step, outcomeNamed(row.text()), row.number()),
      signal,
    );
  }
  const see = ({ id, outcome }: { readonly id: bigint; readonly outcome: Outcome | null }) =>
    add(Math.floor(timeOfId(id) / step) * step, outcome, 1);
  const exact = await eachUndecided(connection, filters, late, see, signal);
  const sorted = [...bins].map(([time, bin]): HistogramBin => ({ time, ...bin }));
  return { bins: sorted.sort((a, b) => a.time - b.time), exact };
}
