/** What is kept of a view when it is saved, and how it is shown again. Others may have written it by the API. */

import { type ExploreState, START } from './explore-state.ts';

/** Live and the zone belong to who looks; facets are a part of the search. */
export interface SavedView {
  readonly q: string;
  readonly sites: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly columns: readonly string[];
  readonly quiet: boolean;
  readonly events: boolean;
  readonly order: ExploreState['order'];
}

export interface SavedSearch {
  readonly id: string;
  readonly name: string;
  readonly shared: boolean;
  readonly owner_name: string | null;
  readonly editable: boolean;
  readonly query: Readonly<Record<string, unknown>>;
}

/** `columns`: those that are shown, wherever they come from. */
export function viewOf(state: ExploreState, columns: readonly string[]): SavedView {
  const { q, sites, from, to, quiet, events, order } = state;
  return { q, sites, from, to, columns, quiet, events, order };
}

const text = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

/** Nothing of what was looked at before is left over. */
export function stateOf(query: SavedSearch['query']): Partial<ExploreState> {
  const columns = texts(query.columns);
  return {
    q: text(query.q, START.q),
    sites: texts(query.sites),
    from: text(query.from, START.from),
    to: text(query.to, START.to),
    columns: columns.length === 0 ? null : columns,
    quiet: query.quiet === true,
    events: query.events === true,
    order: query.order === 'asc' ? 'asc' : 'desc',
    live: false,
    entry: null,
  };
}

/** A line about it: `action:Heartbeat · depot · -24h to now`. */
export function viewText(query: SavedSearch['query']): string {
  const { q = '', sites = [], from = START.from, to = START.to } = stateOf(query);
  return [q === '' ? 'everything' : q, ...sites, `${from} to ${to}`].join(' · ');
}
