/** Everything that a store has of a site: a value that is named anywhere must not stand in clear elsewhere. */

import { KINDS } from '@ocpp-logs/core';
import type { EntriesQuery, EntryFilter } from '../store/store.ts';

/** Entry ids hold 42 bits of milliseconds. */
const TIME_END = 2 ** 42;

export function wholeSite(site: string): EntryFilter {
  return {
    site,
    from: 0,
    to: TIME_END,
    kinds: KINDS,
    actions: null,
    chargers: null,
    connectors: null,
    query: null,
  };
}

/** To count them. */
export function wholeSites(filters: readonly EntryFilter[]): Pick<EntriesQuery, 'filters' | 'only'> {
  return { filters: filters.map(({ site }) => wholeSite(site)), only: null };
}
