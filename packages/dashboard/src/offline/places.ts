/** Where things are in a bundle. */

import type { EntryKey } from '../explore/explore-state.ts';

export type Place =
  | { readonly at: 'overview' }
  | { readonly at: 'session'; readonly id: string }
  | { readonly at: 'messages'; readonly entry: EntryKey | null };

export function entryPlace(site: string, id: string): string {
  return `/messages/${encodeURIComponent(site)}/${encodeURIComponent(id)}`;
}

/** For what is no link of the router. */
export function fragmentOf(place: string): string {
  return `#${place}`;
}

/** Anything that cannot be read is the messages. */
export function readPlace(fragment: string): Place {
  const [page = '', first = '', second = ''] = fragment
    .replace(/^#?\/?/, '')
    .split('/')
    .map(decoded);
  if (page === '') return { at: 'overview' };
  if (page === 'session') return { at: 'session', id: first };
  return { at: 'messages', entry: first === '' || second === '' ? null : { site: first, id: second } };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return '';
    throw error;
  }
}
