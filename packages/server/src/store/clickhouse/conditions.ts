/** What is asked of several sites, as one condition: sites of which the same is asked are asked together. */

import { type EntryText, firstIdAt, matcherOf } from '@ocpp-logs/core';
import { findingsOf } from '../../validate/findings-of.ts';
import type { EntryFilter } from '../store.ts';
import { nameText } from './names.ts';
import type { Parameters } from './parameters.ts';
import { ALWAYS, allOf, among, anyOf, NEVER, queryConditions } from './query-conditions.ts';

/** The last time that an id can tell, ms. */
const TIME_MAX = 2 ** 42 - 1;

export interface Conditions {
  /** Holds for every row that a filter holds for. */
  readonly over: string;
  /** Holds for no other row. */
  readonly under: string;
  /** Whether both are the same. */
  readonly exact: boolean;
  /** Whether texts of entries have to be read for it. */
  readonly texts: boolean;
  /** Of rows for which `over` holds: whether the filter of their site does. */
  readonly holds: (site: string, entry: EntryText) => boolean;
}

/** The condition for when something was, of a filter. */
type SpanCondition = (filter: EntryFilter, bound: Parameters) => string;

const IDS: SpanCondition = ({ from, to }, bound) =>
  `id >= ${bound.integer(firstIdAt(timeWithin(from)))} AND id < ${bound.integer(firstIdAt(timeWithin(to)))}`;

/** A site more than once where all else but times is the same. null where nothing can match. */
export function conditionsFor(filters: readonly EntryFilter[], bound: Parameters): Conditions | null {
  const { over, under, texts } = groupedConditions(filters, IDS, bound);
  if (over.every((part) => part === NEVER)) return null;
  const matchers = new Map(filters.map(({ site, query }) => [site, matcherOf(query, null, findingsOf)]));
  const visible = 'expires > now()';
  const all = allOf([anyOf(over), visible]);
  const sure = allOf([anyOf(under), visible]);
  return {
    over: all,
    under: sure,
    exact: all === sure,
    texts,
    holds: (site, entry) => matchers.get(site)?.(entry) ?? false,
  };
}

/** One condition for all sites of which the same is asked. */
export function groupedConditions(
  filters: readonly EntryFilter[],
  span: SpanCondition,
  bound: Parameters,
): { readonly over: readonly string[]; readonly under: readonly string[]; readonly texts: boolean } {
  const groups = Map.groupBy(
    filters.filter(({ from, to, kinds }) => from < to && kinds.length > 0),
    sameBut,
  );
  const over: string[] = [];
  const under: string[] = [];
  let texts = false;
  for (const group of groups.values()) {
    const [filter] = group;
    if (filter === undefined) continue;
    const sites = group.map(({ site }) => nameText(site));
    const columns = [among('site', sites, bound), span(filter, bound), ...columnsOf(filter, bound)];
    const query = filter.query === null ? null : queryConditions(filter.query, bound);
    over.push(allOf([...columns, query?.over ?? ALWAYS]));
    under.push(allOf([...columns, query?.under ?? ALWAYS]));
    texts ||= query?.texts ?? false;
  }
  return { over, under, texts };
}

/** What is asked of a site, whichever it is. */
export function sameBut({ site: _, kept: __, ...rest }: EntryFilter): string {
  return JSON.stringify(rest);
}

function columnsOf(filter: EntryFilter, bound: Parameters): readonly string[] {
  const parts = [among('kind', filter.kinds, bound)];
  if (filter.actions !== null) parts.push(among('action', filter.actions.map(nameText), bound));
  if (filter.chargers !== null) parts.push(among('charger', filter.chargers.map(stationText), bound));
  if (filter.connectors !== null) {
    parts.push(
      filter.connectors.length === 0 ? '0' : `ifNull(has(${bound.numbers(filter.connectors)}, connector), 0)`,
    );
  }
  return parts;
}

/** An entry of the whole site has no station. */
function stationText(name: string): string {
  return name === '' ? '' : nameText(name);
}

function timeWithin(ms: number): number {
  return Math.min(Math.max(0, Math.ceil(ms)), TIME_MAX);
}
