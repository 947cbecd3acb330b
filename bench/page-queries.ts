/** The queries that are timed, the same for every contender. */

import { SEED_FROM, SEED_TO } from './seed.ts';

export interface PageQuery {
  readonly name: string;
  readonly take: number;
  readonly actions?: readonly string[];
  /** How far in, 0..1 of what matches, and by what. */
  readonly deep?: { readonly by: 'skip' | 'cursor'; readonly share: number };
}

const FREQUENT = ['MeterValues'];
const RARE = ['StartTransaction', 'StopTransaction'];
const HALF_WAY = 0.5;

export const PAGE_QUERIES: readonly PageQuery[] = [
  { name: 'first page of 1000', take: 1000 },
  { name: 'page of 1000 half way, by skip', take: 1000, deep: { by: 'skip', share: HALF_WAY } },
  { name: 'page of 1000 half way, by cursor', take: 1000, deep: { by: 'cursor', share: HALF_WAY } },
  { name: `first page of 1000, ${FREQUENT.join(', ')}`, take: 1000, actions: FREQUENT },
  { name: `first page of 1000, ${RARE.join(', ')}`, take: 1000, actions: RARE },
  { name: 'count (a page of 1)', take: 1 },
  { name: `count (a page of 1), ${FREQUENT.join(', ')}`, take: 1, actions: FREQUENT },
];

export interface Position {
  readonly skip?: number;
  readonly cursor?: string;
}

export function pathOf(prefix: string, site: string, query: PageQuery, position: Position = {}): string {
  const search = new URLSearchParams({
    from: new Date(SEED_FROM).toISOString(),
    to: new Date(SEED_TO).toISOString(),
    take: String(query.take),
  });
  if (query.actions !== undefined) search.set('actions', query.actions.join(','));
  if (position.skip !== undefined) search.set('skip', String(position.skip));
  if (position.cursor !== undefined) search.set('cursor', position.cursor);
  return `${prefix}/ocpp-logs/site/${site}?${search}`;
}
