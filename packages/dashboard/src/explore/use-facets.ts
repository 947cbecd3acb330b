/** Counts of the values of open facets. A field with a choice is counted as if it had none, so that more can be chosen. */

import { keepPreviousData, useQueries } from '@tanstack/react-query';
import type { Facet, Facets } from '../api/answers.ts';
import type { Client } from '../api/client.ts';
import { both, chosenOf, containing, withoutField } from '../query/edit-query.ts';
import type { Range } from '../time/instant-text.ts';
import { type FacetAsk, facetsQuery } from './count-queries.ts';
import { FACET_FIELDS, type FacetField } from './facet-fields.ts';
import { TOP } from './facet-values.ts';
import type { FilterState } from './search-params.ts';

export const TOP_MORE = 200;

function hasChoice(field: FacetField['field'], { q, sites }: FilterState): boolean {
  if (field === 'site' && sites.length > 0) return true;
  const { included, excluded } = chosenOf(q, field);
  return included.length > 0 || excluded.length > 0;
}

function unchosen(field: FacetField['field'], filter: FilterState): FilterState {
  const q = withoutField(filter.q, field);
  return field === 'site' ? { ...filter, q, sites: [] } : { ...filter, q };
}

/** Of the values those that hold what is looked for. */
function found(filter: FilterState, field: FacetField['field'], part: string): FilterState {
  return part === '' ? filter : { ...filter, q: both(filter.q, containing(field, part)) };
}

export function asksOf(
  filter: FilterState,
  open: ReadonlySet<string>,
  more: ReadonlyMap<string, string>,
): readonly FacetAsk[] {
  const fields = FACET_FIELDS.map(({ field }) => field).filter((field) => open.has(field));
  const alone = fields.filter((field) => more.has(field) || hasChoice(field, filter));
  const together = fields.filter((field) => !alone.includes(field));
  return [
    ...(together.length > 0 ? [{ fields: together, filter, top: TOP }] : []),
    ...alone.map((field) => ({
      fields: [field],
      filter: found(unchosen(field, filter), field, more.get(field) ?? ''),
      // A choice may be of a value that is not among the first: its count must be there too.
      top: more.has(field) || hasChoice(field, filter) ? TOP_MORE : TOP,
    })),
  ];
}

export interface FacetWish {
  readonly filter: FilterState;
  readonly range: Range;
  readonly open: ReadonlySet<string>;
  /** Those of which all values are wanted, or those that hold a text. */
  readonly more: ReadonlyMap<string, string>;
  /** Whether to ask now. */
  readonly ready: boolean;
}

export interface FacetCounts {
  readonly facets: ReadonlyMap<string, Facet>;
  readonly error: Error | null;
  readonly pending: boolean;
  /** Whether newer counts are still to come. */
  readonly busy: boolean;
}

export function useFacets(client: Client, { filter, range, open, more, ready }: FacetWish): FacetCounts {
  const answers = useQueries({
    queries: asksOf(filter, open, more).map((ask) => ({
      ...facetsQuery(client, ask, range),
      enabled: ready,
      placeholderData: keepPreviousData<Facets>,
    })),
  });
  const found = answers.flatMap(({ data }) => data?.facets ?? []);
  return {
    facets: new Map(found.map((facet) => [facet.field, facet])),
    error: answers.find(({ error }) => error !== null)?.error ?? null,
    pending: answers.some(({ isPending }) => isPending),
    busy: !ready || answers.some(({ isFetching }) => isFetching),
  };
}
