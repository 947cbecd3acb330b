/**
 * Questions for counts. Made here and not where they are asked: the cache keeps them for a while, and with them all
 * that they can see, which inside a component is everything that it shows.
 */

import type { Facets, Histogram } from '../api/answers.ts';
import type { Client, Params } from '../api/client.ts';
import type { Range } from '../time/instant-text.ts';
import { type FilterState, filterParams, rangeParams } from './search-params.ts';

/** A live page asks for another time every few seconds: old answers must not pile up. */
const KEPT_MS = 60_000;

interface Signalled {
  readonly signal: AbortSignal;
}

function asked<T>(client: Client, path: string, name: string, params: Params) {
  return {
    queryKey: [name, params],
    gcTime: KEPT_MS,
    queryFn: ({ signal }: Signalled) => client.get<T>(path, { signal, params }),
  };
}

export function histogramQuery(client: Client, filter: FilterState, range: Range, bins: number) {
  const params = { ...filterParams(filter), ...rangeParams(range), bins };
  return asked<Histogram>(client, '/ocpp-logs/histogram', 'histogram', params);
}

export interface FacetAsk {
  readonly fields: readonly string[];
  readonly filter: FilterState;
  readonly top: number;
}

export function facetsQuery(client: Client, { fields, filter, top }: FacetAsk, range: Range) {
  const params = { ...filterParams(filter), ...rangeParams(range), fields: fields.join(','), top };
  return asked<Facets>(client, '/ocpp-logs/facets', 'facets', params);
}
