/** What the list of sessions across sites shows, as its address says it. */

import type { SiteBody } from '../api/answers.ts';
import { ZONES, type ZoneChoice } from '../explore/explore-state.ts';
import { readFilter, type SessionFilter, writeFilter } from './session-filter.ts';

export interface SessionsState {
  /** Id; '' for all that may be read. */
  readonly site: string;
  /** A station, or a part of its name. */
  readonly station: string;
  readonly filter: SessionFilter;
  /** `-3h` or ISO 8601. */
  readonly from: string;
  readonly to: string;
  readonly zone: ZoneChoice;
}

const PATH = '/charging-sessions';
const FROM = '-24h';
const TO = 'now';

export function readSessions(search: string): SessionsState {
  const query = new URLSearchParams(search);
  return {
    site: query.get('site') ?? '',
    station: query.get('station') ?? '',
    filter: readFilter(query),
    from: query.get('from') ?? FROM,
    to: query.get('to') ?? TO,
    zone: ZONES.find((zone) => zone === query.get('zone')) ?? 'browser',
  };
}

export function sessionsAddress({ site, station, filter, from, to, zone }: SessionsState): string {
  const query = new URLSearchParams();
  if (site !== '') query.set('site', site);
  if (station !== '') query.set('station', station);
  writeFilter(query, filter);
  if (from !== FROM) query.set('from', from);
  if (to !== TO) query.set('to', to);
  if (zone !== 'browser') query.set('zone', zone);
  const text = query.toString();
  return text === '' ? PATH : `${PATH}?${text}`;
}

/** More are not asked for in one question. */
export const STATIONS_MAX = 50;

export interface FoundStations {
  /** Ids that are asked for; none means all. */
  readonly ids: readonly string[];
  /** How many bear the text in their names. */
  readonly fit: number;
}

/** A whole name is that station; a part of one is all that have it. */
export function stationsOf(sites: readonly SiteBody[], { site, station }: SessionsState): FoundStations {
  if (station === '') return { ids: [], fit: 0 };
  const own = sites.filter(({ id }) => site === '' || id === site);
  const names = [...new Set(own.flatMap(({ chargers }) => chargers.map(({ id }) => id)))];
  if (names.includes(station)) return { ids: [station], fit: 1 };
  const part = station.toLowerCase();
  const fitting = names.filter((name) => name.toLowerCase().includes(part)).sort();
  return { ids: fitting.slice(0, STATIONS_MAX), fit: fitting.length };
}
