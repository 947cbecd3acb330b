/** Of what is to be passed over, whole hours of all sites together: a deep page then costs what the first one costs. */

import type { PageQuery, Scope } from '../store.ts';
import { conditionsFor } from './conditions.ts';
import { Counts } from './count.ts';
import { HOUR_MS, hourOfPlace, startOfMonth } from './month.ts';
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

export function* passWholeHours(source: RunSource, { scopes, order, skip }: PageQuery): Steps<Passing> {
  const nothing = { scopes, skip, passed: 0 };
  if (skip < WORTH) return nothing;
  /** Entries by hour since 1970. */
  const hours = new Map<number, number>();
  for (const { filter } of scopes) {
    for (const { month } of source.access.rowsOf(filter, order)) {
      let exact = true;
      const counted: [number, number][] = [];
      source.access.inMonth(filter.site, month, (file) => {
        counted.length = 0;
        const conditions = conditionsFor(file, filter);
        exact = conditions?.residual == null;
        if (conditions === null || !exact) return;
        const first = startOfMonth(month) / HOUR_MS;
        for (const { from, entries } of new Counts(file, conditions).stretches(order)) {
          counted.push([first + hourOfPlace(from), entries]);
        }
      });
      // Only texts tell what matches: all of them have to be looked at.
      if (!exact) return nothing;
      for (const [hour, entries] of counted) hours.set(hour, (hours.get(hour) ?? 0) + entries);
    }
    yield;
  }
  let passed = 0;
  const behind = order === 'asc' ? 1 : -1;
  for (const [hour, entries] of [...hours].sort(([a], [b]) => (a - b) * behind)) {
    if (passed + entries > skip)
      return { scopes: scopes.map((scope) => from(scope, hour)), skip: skip - passed, passed };
    passed += entries;
  }
  return { scopes: [], skip: skip - passed, passed };

  /** From that hour on, in the order asked for. */
  function from(scope: Scope, hour: number): Scope {
    const { filter } = scope;
    const limits =
      order === 'asc'
        ? { from: Math.max(filter.from, hour * HOUR_MS) }
        : { to: Math.min(filter.to, (hour + 1) * HOUR_MS) };
    return { ...scope, filter: { ...filter, ...limits } };
  }
}
