/** Which values of a filter are shown, and with which counts. */

import type { Facet } from '../api/answers.ts';

/** Shown before more are asked for. */
export const TOP = 12;

export interface FacetValue {
  readonly value: string;
  /** null: it was not among those that were counted. */
  readonly count: number | null;
}

/** Those with the most entries and, wherever they stand, the chosen ones. `find`: of all values those that hold it. */
export function valuesOf(
  facet: Facet | undefined,
  chosen: readonly string[],
  find: string | null,
): readonly FacetValue[] {
  const counted = (facet?.values ?? []).flatMap(({ value, count }) =>
    value === null ? [] : [{ value: String(value), count }],
  );
  const part = (find ?? '').toLowerCase();
  const gone = chosen.filter(
    (value) => value.toLowerCase().includes(part) && !counted.some((each) => each.value === value),
  );
  const listed = counted.filter(({ value }, place) => find !== null || place < TOP || chosen.includes(value));
  const uncounted = facet === undefined || facet.more ? null : 0;
  return [...listed, ...gone.map((value) => ({ value, count: uncounted }))];
}

/** Whether there are values that are not shown. */
export function hasMore(facet: Facet): boolean {
  return facet.more || facet.values.length > TOP;
}
