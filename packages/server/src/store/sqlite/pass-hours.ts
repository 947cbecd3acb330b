/**
 * Of what is to be passed over, first whole days of all sites together, then whole hours, then minutes: a deep page
 * then costs what the first one costs.
 */

import type { EntryFilter, PageQuery, Scope, SortOrder } from '../store.ts';
import { conditionsFor } from './conditions.ts';
import { Counts, HOUR } from './count.ts';
import { HOUR_MS, HOURS_PER_DAY, type Month, PLACES_PER_MS, startOfMonth } from './month.ts';
import type { ReaderFile } from './reader-files.ts';
import type { RunSource } from './site-run.ts';
import type { Steps } from './steps.ts';

export interface Passing {
  /** What is left of them. */
  readonly scopes: readonly Scope[];
  /** Entries still to be passed over. */
  readonly skip: number;
  readonly passed: number;
}

/** Below this many, entries are passed one by one. */
const WORTH = 200;
const MINUTE_MS = 60_000;

interface Range {
  readonly from: number;
  readonly to: number;
}

const EVER: Range = { from: 0, to: Number.MAX_SAFE_INTEGER };

interface Unit {
  readonly ms: number;
  /** Number of the unit in the month, and entries, of all that the filter holds; one may come more than once. */
  readonly counts: (file: ReaderFile, filter: EntryFilter) => readonly (readonly unknown[])[] | null;
}

const UNITS: readonly Unit[] = [
  { ms: HOURS_PER_DAY * HOUR_MS, counts: byRollUp(`${HOUR} / ${HOURS_PER_DAY}`, true) },
  { ms: HOUR_MS, counts: byRollUp(HOUR, false) },
  { ms: MINUTE_MS, counts: byRow },
];

export function* passWholeHours(source: RunSource, { scopes, order, skip }: PageQuery): Steps<Passing> {
  let passing: Passing = { scopes, skip, passed: 0 };
  let range = EVER;
  for (const unit of UNITS) {
    if (passing.skip < WORTH) break;
    const counted = yield* countedBy(source, passing.scopes, order, unit, range);
    // Only texts tell what matches: all of them have to be looked at.
    if (counted === null) break;
    const { number, entries } = endOf(passing.skip, order, counted);
    const left = { skip: passing.skip - entries, passed: passing.passed + entries };
    if (number === null) return { ...left, scopes: [] };
    range = { from: number * unit.ms, to: (number + 1) * unit.ms };
    passing = { ...left, scopes: fromRange(scopes, range, order) };
  }
  return passing;
}

/** Entries of the range by unit since 1970. */
function* countedBy(
  { access }: RunSource,
  scopes: readonly Scope[],
  order: SortOrder,
  unit: Unit,
  range: Range,
): Steps<ReadonlyMap<number, number> | null> {
  const entries = new Map<number, number>();
  for (const scope of scopes) {
    const filter = within(scope.filter, range);
    for (const { month } of access.rowsOf(filter, order)) {
      let counted: readonly (readonly unknown[])[] | null = [];
      access.inMonth(filter.site, month, (file) => {
        counted = unit.counts(file, filter);
      });
      if (counted === null) return null;
      const first = firstOf(month, unit.ms);
      for (const [at, n] of counted) {
        const place = first + Number(at);
        entries.set(place, (entries.get(place) ?? 0) + Number(n));
      }
    }
    yield;
  }
  return entries;
}

function firstOf(month: Month, ms: number): number {
  return startOfMonth(month) / ms;
}

/** The unit in which the skip ends, and the entries before it; null: there are no more than are to be passed over. */
function endOf(
  skip: number,
  order: SortOrder,
  counted: ReadonlyMap<number, number>,
): { readonly number: number | null; readonly entries: number } {
  let passed = 0;
  const behind = order === 'asc' ? 1 : -1;
  for (const [number, entries] of [...counted].sort(([a], [b]) => (a - b) * behind)) {
    if (passed + entries > skip) return { number, entries: passed };
    passed += entries;
  }
  return { number: null, entries: passed };
}

/** From the range on, in the order asked for. */
function fromRange(scopes: readonly Scope[], { from, to }: Range, order: SortOrder): readonly Scope[] {
  const side = order === 'asc' ? { from, to: EVER.to } : { from: EVER.from, to };
  return scopes.map((scope) => ({ ...scope, filter: within(scope.filter, side) }));
}

function within(filter: EntryFilter, { from, to }: Range): EntryFilter {
  return { ...filter, from: Math.max(filter.from, from), to: Math.min(filter.to, to) };
}

function byRollUp(columns: string, byDay: boolean): Unit['counts'] {
  return (file, filter) => {
    const conditions = conditionsFor(file, filter);
    if (conditions === null) return [];
    if (conditions.residual !== null) return null;
    return new Counts(file, conditions).groups(columns, false, byDay);
  };
}

function byRow(file: ReaderFile, filter: EntryFilter): readonly (readonly unknown[])[] | null {
  const conditions = conditionsFor(file, filter);
  if (conditions === null) return [];
  if (conditions.residual !== null) return null;
  const { entries, sql, values, from, to } = conditions;
  return file.db.numbers(
    `SELECT id / ${MINUTE_MS * PLACES_PER_MS}, count(*) FROM ${entries} WHERE id >= ? AND id < ? AND ${sql} GROUP BY 1`,
    from,
    to,
    ...values,
  );
}
