/**
 * Searches for findings that only the entries around an entry tell: those are read first, and what was found stands in the
 * search in their place. No store ever sees them otherwise.
 */

import {
  type NeighbourFound,
  neighbourCodes,
  type StationCheckCode,
  stationPart,
  withNeighbours,
} from '@ocpp-logs/core';
import { mergedByTime } from '../fleet/merged.ts';
import { SearchTooWideError } from '../search-too-wide.ts';
import { dayOf, windowOf } from '../sessions/day.ts';
import { type ReadEntries, Reading } from '../sessions/reading.ts';
import type { EntryFilter, Scope } from '../store.ts';
import { NeighbourDays } from './neighbour-days.ts';

/** Entries read for one question. */
export const NEIGHBOUR_SEARCH_MAX = 100_000;

/** What has to be read for each; null: all, and connections. */
const READ: Readonly<Record<StationCheckCode, readonly string[] | null>> = {
  'seq-gap': ['TransactionEvent'],
  'seq-out-of-order': ['TransactionEvent'],
  'message-id-repeated': null,
  'transaction-mismatch': ['MeterValues', 'StartTransaction', 'TransactionEvent'],
  'offline-queue': [
    'BootNotification',
    'MeterValues',
    'StartTransaction',
    'StatusNotification',
    'StopTransaction',
    'TransactionEvent',
  ],
};

/** The filters as stores can answer them; those that ask for nothing of the kind as they are. */
export async function settledFilters(
  read: ReadEntries,
  filters: readonly EntryFilter[],
  most = NEIGHBOUR_SEARCH_MAX,
): Promise<readonly EntryFilter[]> {
  if (filters.every(({ query }) => neighbourCodes(query).length === 0)) return filters;
  const reading = new Reading(read);
  const settled: EntryFilter[] = [];
  for (const filter of filters) {
    const { query } = filter;
    const found = await foundIn(reading, filter, most);
    settled.push(
      query === null || found === null ? filter : { ...filter, query: withNeighbours(query, found) },
    );
  }
  return settled;
}

export async function settledScopes(read: ReadEntries, scopes: readonly Scope[]): Promise<readonly Scope[]> {
  const filters = await settledFilters(
    read,
    scopes.map(({ filter }) => filter),
  );
  return scopes.map((scope, at) => ({ ...scope, filter: filters[at] ?? scope.filter }));
}

/** null: nothing is asked for. */
async function foundIn(
  reading: Reading,
  { site, from, to, chargers, query, kept = 0 }: EntryFilter,
  most: number,
): Promise<readonly NeighbourFound[] | null> {
  const codes = neighbourCodes(query);
  if (query === null || codes.length === 0) return null;
  const found: NeighbourFound[] = [];
  if (from >= to) return found;
  const [first, last] = [dayOf(from), dayOf(to - 1)];
  const actions = codes.map((code) => READ[code]);
  const all = actions.includes(null);
  const wanted = {
    sites: [{ id: site, name: site, kept }],
    from: windowOf(first).from,
    to: windowOf(last).to,
    kinds: all ? (['exchange', 'connection'] as const) : (['exchange'] as const),
    actions: all ? null : [...new Set(actions.flatMap((some) => some ?? []))],
    chargers,
    query: stationPart(query),
  };
  const stations = new Map<string, NeighbourDays>();
  let left = most - reading.entries;
  const take = Math.max(left, 0) + 1;
  const said = reading.each(wanted, 'asc', take);
  // What went unrecorded bears no action.
  const gaps = reading.each({ ...wanted, kinds: ['gap'], actions: null }, 'asc', take);
  for await (const { entry } of mergedByTime(said, gaps)) {
    left -= 1;
    if (left < 0) throw new SearchTooWideError(codes, most);
    const station = stations.get(entry.charger) ?? new NeighbourDays(entry.charger, asked, tell);
    stations.set(entry.charger, station);
    station.see(entry);
  }
  for (const station of stations.values()) station.end();
  return found;

  function asked(day: number): boolean {
    return day >= first && day <= last;
  }

  function tell({ code, entry, charger }: NeighbourFound): void {
    if (codes.includes(code)) found.push({ code, entry, charger });
  }
}
