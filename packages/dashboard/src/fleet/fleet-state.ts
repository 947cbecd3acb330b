/** What the page of the fleet shows, as its address says it. */

import { FLEET_GROUPINGS, type FleetGrouping } from '@ocpp-logs/core';
import { sessionsAddress } from '../charging/sessions-state.ts';
import { ZONES, type ZoneChoice } from '../explore/explore-state.ts';
import { logsAddress } from '../station/station-state.ts';
import type { FleetBody, FleetRowBody } from './fleet-answers.ts';

export const FLEET_SORTS = [
  'name',
  'uptime',
  'first_success',
  'failed',
  'csms_p95',
  'station_p95',
  'findings',
  'connections',
] as const;
export type FleetSort = (typeof FLEET_SORTS)[number];
export const NOISE_SORTS = ['entries', 'bytes', 'connections', 'errors', 'unanswered'] as const;
export type NoiseSort = (typeof NOISE_SORTS)[number];
export type Order = 'asc' | 'desc';

export interface FleetState {
  readonly by: FleetGrouping;
  /** Id; '' for all that may be read. */
  readonly site: string;
  /** '' for any, as what follows. */
  readonly model: string;
  readonly firmware: string;
  readonly sort: FleetSort;
  readonly order: Order;
  /** By what stations are noisy. */
  readonly noise: NoiseSort;
  /** `-30d` or ISO 8601. */
  readonly from: string;
  readonly to: string;
  readonly zone: ZoneChoice;
}

export const FLEET_PATH = '/fleet-overview';
export const FLEET_START: FleetState = {
  by: 'station',
  site: '',
  model: '',
  firmware: '',
  sort: 'name',
  order: 'asc',
  noise: 'entries',
  from: '-30d',
  to: 'now',
  zone: 'browser',
};

export function readFleet(search: string): FleetState {
  const query = new URLSearchParams(search);
  const one = <C extends string>(name: string, known: readonly C[], usual: C): C =>
    known.find((each) => each === query.get(name)) ?? usual;
  return {
    by: one('by', FLEET_GROUPINGS, FLEET_START.by),
    site: query.get('site') ?? '',
    model: query.get('model') ?? '',
    firmware: query.get('firmware') ?? '',
    sort: one('sort', FLEET_SORTS, FLEET_START.sort),
    order: one('order', ['asc', 'desc'], FLEET_START.order),
    noise: one('noise', NOISE_SORTS, FLEET_START.noise),
    from: query.get('from') ?? FLEET_START.from,
    to: query.get('to') ?? FLEET_START.to,
    zone: one('zone', ZONES, FLEET_START.zone),
  };
}

export function fleetAddress(state: FleetState): string {
  const usual: Readonly<Record<string, string>> = { ...FLEET_START };
  const told = Object.entries(state).filter(([name, value]) => value !== usual[name]);
  return told.length === 0 ? FLEET_PATH : `${FLEET_PATH}?${new URLSearchParams(told)}`;
}

/** What is worst comes first when a column is chosen; names begin with A. */
const FIRST: Readonly<Record<FleetSort, Order>> = {
  name: 'asc',
  uptime: 'asc',
  first_success: 'asc',
  failed: 'desc',
  csms_p95: 'desc',
  station_p95: 'desc',
  findings: 'desc',
  connections: 'desc',
};

/** The column again turns it round. */
export function sortedBy(state: FleetState, sort: FleetSort): FleetState {
  if (state.sort !== sort) return { ...state, sort, order: FIRST[sort] };
  return { ...state, order: state.order === 'asc' ? 'desc' : 'asc' };
}

/** Sessions with this verdict; '' for all that failed. */
export function failedAddress(
  { site, from, to, zone }: FleetState,
  row: { readonly site_id: string | null; readonly charger_id: string | null },
  verdict = '',
): string {
  return sessionsAddress({
    site: row.site_id ?? site,
    station: row.charger_id ?? '',
    filter: { severities: ['failure'], verdict },
    from,
    to,
    zone,
  });
}

/**
 * The entries of a station in which it was found, as many as are counted: of the days of the answer, and none that came later.
 * null: of several stations, or of one firmware or model alone, no search shows just these.
 */
export function foundAddress(
  { model, firmware, zone }: FleetState,
  row: Pick<FleetRowBody, 'site_id' | 'charger_id' | 'findings_as_of'>,
  { from, to }: Pick<FleetBody, 'from' | 'to'>,
  code: string,
): string | null {
  const { site_id: site, charger_id: charger, findings_as_of: counted } = row;
  if (site === null || charger === null || model !== '' || firmware !== '') return null;
  const end = counted !== null && counted < to ? counted : to;
  return logsAddress(site, charger, { from, to: end, zone }, { q: `finding:${code}`, events: true });
}
