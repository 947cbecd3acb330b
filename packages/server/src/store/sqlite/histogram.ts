/** Entries by time and outcome: whole hours from the roll-up, finer bins and edges row by row. */

import type { Outcome } from '@ocpp-logs/core';
import { timeOfId } from '@ocpp-logs/core';
import type { EntryFilter, Histogram, HistogramBin, HistogramQuery } from '../store.ts';
import { outcomeOf } from './codes.ts';
import { conditionsFor } from './conditions.ts';
import { Counts, HOUR } from './count.ts';
import { eachMatch } from './each-match.ts';
import { HOUR_MS, HOURS_PER_DAY, type Month, PLACES_PER_MS, startOfMonth } from './month.ts';
import type { RunSource } from './site-run.ts';
import type { NumberRow } from './sql.ts';
import type { Steps } from './steps.ts';

/** Codes of outcomes are below. */
const OUTCOME_CODES = 16;

export function* histogramSteps(
  source: RunSource,
  { filters, step }: HistogramQuery,
  late: () => boolean,
): Steps<Histogram> {
  const bins = new Bins(step);
  let exact = true;
  for (const filter of filters) {
    for (const { month } of source.access.rowsOf(filter, 'desc')) {
      const rows = binsOf(source, filter, month, step);
      if (rows !== null)
        for (const [time = 0, outcome = 0, n = 0] of rows) bins.add(time, outcomeOf(outcome), n);
      else {
        exact &&= yield* eachMatch(source, filter, month, late, ({ id, outcome }) => {
          bins.add(timeOfId(id), outcome, 1);
        });
      }
    }
    yield;
  }
  return { bins: bins.all(), exact };
}

class Bins {
  readonly #step: number;
  readonly #bins = new Map<number, { count: number; readonly outcomes: Partial<Record<Outcome, number>> }>();

  constructor(step: number) {
    this.#step = step;
  }

  add(ms: number, outcome: Outcome | null, n: number): void {
    const time = Math.floor(ms / this.#step) * this.#step;
    const bin = this.#bins.get(time) ?? { count: 0, outcomes: {} };
    this.#bins.set(time, bin);
    bin.count += n;
    if (outcome !== null) bin.outcomes[outcome] = (bin.outcomes[outcome] ?? 0) + n;
  }

  all(): readonly HistogramBin[] {
    return [...this.#bins].map(([time, bin]) => ({ time, ...bin })).sort((a, b) => a.time - b.time);
  }
}

/** Time in ms, outcome, entries. null: only texts tell. */
function binsOf(
  { access }: RunSource,
  filter: EntryFilter,
  month: Month,
  step: number,
): readonly NumberRow[] | null {
  const start = startOfMonth(month);
  let bins: NumberRow[] | null = [];
  access.inMonth(filter.site, month, (file) => {
    bins = [];
    const conditions = conditionsFor(file, filter);
    if (conditions === null) return;
    if (conditions.residual !== null) {
      bins = null;
      return;
    }
    if (step < HOUR_MS) {
      const width = step * PLACES_PER_MS;
      const rows = file.db.numbers(
        `SELECT id / ${width}, outcome, count(*) FROM ${conditions.entries}
         WHERE id >= ? AND id < ? AND ${conditions.sql} GROUP BY 1, 2`,
        conditions.from,
        conditions.to,
        ...conditions.values,
      );
      for (const [bin = 0, outcome = 0, n = 0] of rows) bins.push([start + bin * step, outcome, n]);
      return;
    }
    // Bins begin at whole hours, so the hour tells the bin.
    const hours = step / HOUR_MS;
    const first = start / HOUR_MS;
    // One number for both: SQLite sorts by it in two thirds of the time.
    const key = `(${HOUR} + ${first}) / ${hours} * ${OUTCOME_CODES} + outcome`;
    for (const [bin, n] of new Counts(file, conditions).groups(key, false, hours % HOURS_PER_DAY === 0)) {
      const outcome = Number(bin) % OUTCOME_CODES;
      bins.push([((Number(bin) - outcome) / OUTCOME_CODES) * step, outcome, Number(n)]);
    }
  });
  return bins;
}
