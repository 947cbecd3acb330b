/** What the station page shows, as its address says it. */

import { literal, printQuery, type QueryNode } from '@ocpp-logs/core';
import { START as EXPLORE_START, writeState, ZONES, type ZoneChoice } from '../explore/explore-state.ts';
import { both } from '../query/edit-query.ts';

export interface StationState {
  /** `-3h` or ISO 8601. */
  readonly from: string;
  readonly to: string;
  readonly zone: ZoneChoice;
  /** Narrows the sequence diagram. */
  readonly q: string;
  /** Whether Heartbeat and MeterValues are left out of it. */
  readonly quiet: boolean;
}

export const START: StationState = { from: '-24h', to: 'now', zone: 'browser', q: '', quiet: false };

/** The query of the address, without `?`. */
export function writeStation(state: StationState): string {
  const query = new URLSearchParams();
  const put = (name: string, text: string, usual: string) => {
    if (text !== usual) query.set(name, text);
  };
  put('from', state.from, START.from);
  put('to', state.to, START.to);
  put('zone', state.zone, START.zone);
  put('q', state.q, START.q);
  put('quiet', state.quiet ? '1' : '', '');
  return query.toString();
}

export function readStation(search: string): StationState {
  const query = new URLSearchParams(search);
  return {
    from: query.get('from') ?? START.from,
    to: query.get('to') ?? START.to,
    zone: ZONES.find((zone) => zone === query.get('zone')) ?? START.zone,
    q: query.get('q') ?? START.q,
    quiet: query.get('quiet') === '1',
  };
}

export function stationAddress(site: string, charger: string, change: Partial<StationState> = {}): string {
  const query = writeStation({ ...START, ...change });
  const path = `/station/${encodeURIComponent(site)}/${encodeURIComponent(charger)}`;
  return query === '' ? path : `${path}?${query}`;
}

/** Leads to the diagram on the page. */
export const SEQUENCE_PLACE = 'sequence';

/** Where the diagram of a station's messages is. */
export function sequenceAddress(site: string, charger: string, change: Partial<StationState>): string {
  return `${stationAddress(site, charger, change)}#${SEQUENCE_PLACE}`;
}

/** A search for one station, and for what else is given. */
export function queryOfStation(charger: string, more = ''): string {
  const station: QueryNode = {
    kind: 'field',
    field: 'station',
    test: { test: 'is', pattern: literal(charger) },
  };
  return both(printQuery(station), more);
}

export interface LogsWish {
  readonly q?: string;
  readonly events?: boolean;
  /** Id of the entry that is to be open. */
  readonly entry?: string | null;
}

/** The logs of the same station and time. */
export function logsAddress(
  site: string,
  charger: string,
  { from, to, zone }: Pick<StationState, 'from' | 'to' | 'zone'>,
  { q = '', events = false, entry = null }: LogsWish = {},
): string {
  const query = writeState({
    ...EXPLORE_START,
    q: queryOfStation(charger, q),
    sites: [site],
    from,
    to,
    zone,
    events,
    entry: entry === null ? null : { site, id: entry },
  });
  return `/explore?${query}`;
}
