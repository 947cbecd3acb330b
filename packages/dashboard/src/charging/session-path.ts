/** Where the page of one session is. */

import { ZONES, type ZoneChoice } from '../explore/explore-state.ts';

export function sessionAddress(id: string, zone: ZoneChoice = 'browser'): string {
  const path = `/session/${encodeURIComponent(id)}`;
  return zone === 'browser' ? path : `${path}?${new URLSearchParams({ zone })}`;
}

/** null for an address that cannot be read. */
export function sessionOfPath(path: string): string | null {
  const [, id] = /\/session\/([^/]+)\/?$/.exec(path) ?? [];
  if (id === undefined) return null;
  try {
    // The router decodes by decodeURI, which leaves `%2F` and others as they are; a site may have any of them in its name.
    return decodeURIComponent(id);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

export function zoneOfSearch(search: string): ZoneChoice {
  const named = new URLSearchParams(search).get('zone');
  return ZONES.find((zone) => zone === named) ?? 'browser';
}
