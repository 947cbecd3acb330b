/** What the station page shows, as its address says it. */

import { literal, printQuery, type QueryNode } from '@ocpp-logs/core';
import { NO_FILTER, readFilter, type SessionFilter, writeFilter } from '../charging/session-filter.ts';
import { START as EXPLORE_START, writeState, ZONES, type ZoneChoice } from '../explore/explore-state.ts';
import { both } from '../query/edit-query.ts';
import { isRelative } from '../time/instant-text.ts';

export interface StationState {
  /** `-3h` or ISO 8601. */
  readonly from: string;
  readonly to: string;
  readonly zone: ZoneChoice;
  /** Narrows the sequence diagram. */
  readonly q: string;
  /** Whether Heartbeat and MeterValues are left out of it. */
  readonly quiet: boolean;
  /** Ids of the entries that are drawn, and no other ones; none: all of the range. */
  readonly entries: readonly string[];
  /** Whether the page follows what happens. */
  readonly live: boolean;
  /** Which of its sessions are listed. */
  readonly sessions: SessionFilter;
}

export const START: StationState = {
  from: '-24h',
  to: 'now',
  zone: 'browser',
  q: '',
  quiet: false,
  entries: [],
  live: false,
  sessions: NO_FILTER,
};

/** More are not asked for one by one. */
export const SELECTED_MAX = 300;
const ENTRY_ID = /^\d{1,19}$/;

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
  put('entries', state.entries.join(','), '');
  put('live', state.live ? '1' : '', '');
  writeFilter(query, state.sessions);
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
    entries: selectedIds(query.get('entries') ?? ''),
    live: query.get('live') === '1',
    sessions: readFilter(query),
  };
}

/** Each once, in the order in which they were named. */
function selectedIds(text: string): readonly string[] {
  return [...new Set(text.split(',').filter((id) => ENTRY_ID.test(id)))].slice(0, SELECTED_MAX);
}

/** A page that is live shows the time up to now. */
export function withLive(state: StationState, live: boolean): StationState {
  if (!live) return { ...state, live };
  return { ...state, live, to: 'now', from: isRelative(state.from) ? state.from : '-1h' };
}

/** Another time that does not end now ends following. */
export function changed(state: StationState, change: Partial<StationState>): StationState {
  const next = { ...state, ...change };
  return { ...next, live: next.live && next.to === 'now' && isRelative(next.from) };
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
