/** A filter for one site: what a search says of sites is settled here, so no store ever sees it. */

import { type NamedSite, queryAtSite } from '@ocpp-logs/core';
import type { EntryFilter } from './store.ts';

/** Of a site at which nothing can match it is a filter of no time at all. */
export function atSite(filter: Omit<EntryFilter, 'site'>, site: NamedSite): EntryFilter {
  const query = queryAtSite(filter.query, site);
  if (query === 'none') return { ...filter, site: site.id, to: filter.from, query: null };
  return { ...filter, site: site.id, query: query === 'all' ? null : query };
}
