/**
 * Finds the rows of a page: walks hours by their counts, so that what is skipped costs a number and not a row, and
 * reads rows only of the stretches in which the page lies.
 */

import type { SortOrder } from '../store.ts';
import type { Conditions } from './conditions.ts';
import type { Stretch } from './count.ts';
import type { Place } from './month.ts';
import type { Connection, NumberRow } from './sql.ts';

/** Columns of {@link NumberRow}s that are found. */
export const FOUND = 'id, charger, kind, action, outcome, block, slot';

/** Rows behind (or before, in descending order) `after`; at most `limit`. */
export function findAfter(
  db: Connection,
  conditions: Conditions,
  stretches: Iterable<Stretch>,
  order: SortOrder,
  after: Place | null,
  limit: number,
): NumberRow[] {
  const clipped = after === null ? stretches : clip(stretches, order, after);
  return findRows(db, conditions, clipped, order, 0, limit);
}

/** Rows of the stretches, in order, `skip` passed over; at most `limit`. */
export function findRows(
  db: Connection,
  conditions: Conditions,
  stretches: Iterable<Stretch>,
  order: SortOrder,
  skip: number,
  limit: number,
): NumberRow[] {
  const found: NumberRow[] = [];
  const read = (run: Stretch) => {
    const { entries, sql, values } = conditions;
    const rows = db.numbers(
      `SELECT ${FOUND} FROM ${entries} WHERE id >= ? AND id < ? AND ${sql} ORDER BY id ${order} LIMIT ? OFFSET ?`,
      run.from,
      run.to,
      ...values,
      limit - found.length,
      skip,
    );
    skip = 0;
    for (const row of rows) found.push(row);
  };
  let run: Stretch | null = null;
  for (const stretch of stretches) {
    if (run === null && stretch.entries <= skip) {
      skip -= stretch.entries;
      continue;
    }
    // A gap between stretches would be scanned for nothing, unless the index leads past it.
    if (run !== null && !conditions.indexed && run.to !== stretch.from && stretch.to !== run.from) {
      read(run);
      run = null;
      if (found.length >= limit) return found;
    }
    run = run === null ? stretch : joined(run, stretch);
    if (run.entries - skip >= limit - found.length) {
      read(run);
      run = null;
      if (found.length >= limit) return found;
    }
  }
  if (run !== null) read(run);
  return found;
}

function joined(a: Stretch, b: Stretch): Stretch {
  return { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to), entries: a.entries + b.entries };
}

/** What lies behind `after`; of the stretch in which it lies the count is an upper bound. */
function* clip(stretches: Iterable<Stretch>, order: SortOrder, after: Place): Generator<Stretch> {
  for (const { from, to, entries } of stretches) {
    if (order === 'asc' && after + 1 < to) yield { from: Math.max(from, after + 1), to, entries };
    if (order === 'desc' && after > from) yield { from, to: Math.min(to, after), entries };
  }
}
