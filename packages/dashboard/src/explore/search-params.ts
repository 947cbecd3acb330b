/** From what the page shows to the parameters of the API. */

import { KINDS } from '@ocpp-logs/core';
import type { Params } from '../api/client.ts';
import type { Range } from '../time/instant-text.ts';
import type { ExploreState } from './explore-state.ts';
import { effectiveQuery } from './noise.ts';

export type FilterState = Pick<ExploreState, 'q' | 'sites' | 'quiet' | 'events'>;

/** Shared by page, facets, histogram and live tail. */
export function filterParams({ q, sites, quiet, events }: FilterState): Params {
  return {
    q: effectiveQuery(q, quiet),
    site: sites.join(','),
    kinds: events ? KINDS.join(',') : undefined,
  };
}

/** What comes with each row: of what is no message, the text says more than any field. */
export function rowParts({ events }: FilterState): string {
  return events ? 'exchange,raw' : 'exchange';
}

export function rangeParams({ from, to }: Range): Params {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}
