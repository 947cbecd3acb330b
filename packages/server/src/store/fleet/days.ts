/**
 * The stations of a site over some days: from one pass over what tells of connections and sessions, without meter values
 * and heartbeats. As for a list of sessions, 48 hours on either side are read as well.
 */

import {
  type CoverageMark,
  FLEET_ACTIONS,
  markOf,
  SESSION_LOOKBACK_MS,
  type StationDay,
  StationFleet,
  type Try,
} from '@ocpp-logs/core';
import { type ReadEntries, Reading, type SiteSeen } from '../sessions/reading.ts';
import { firmwareBefore, gapsBefore, marksBefore } from './before.ts';
import { faultsBefore } from './faults-before.ts';
import { fleetFindings } from './findings.ts';
import { mergedByTime } from './merged.ts';
import { packedDays } from './packed.ts';
import type { FleetAnswer, FleetQuery } from './question.ts';
import { Stops } from './stops.ts';

/** Entries read for one answer. */
export const FLEET_READ_MAX = 500_000;
/** Stations of one site. */
export const STATIONS_MAX = 10_000;
/** Transactions of which it is looked up whether their meter went on; others are taken to go on. */
const SILENT_MAX = 200;

/** What is asked for: how stations did, or what was found in their messages. */
export function fleetAnswer(read: ReadEntries, query: FleetQuery): Promise<FleetAnswer> {
  return query.findings === true ? fleetFindings(read, query) : fleetDays(read, query);
}

export async function fleetDays(
  read: ReadEntries,
  query: FleetQuery,
  readMax = FLEET_READ_MAX,
): Promise<FleetAnswer> {
  const { site, from, to, now } = query;
  const reading = new Reading(read);
  const range = { from, to: Math.min(to, now) };
  const window = { from: from - SESSION_LOOKBACK_MS, to: to + SESSION_LOOKBACK_MS };
  const stations = new Map<string, StationFleet>();
  const stops = new Stops();
  const gaps: CoverageMark[] = [];
  let cut = false;
  for await (const { entry } of seenIn(reading, query, window)) {
    if (reading.entries >= readMax) {
      cut = true;
      break;
    }
    stops.see(entry);
    if (entry.charger === '') {
      const gap = markOf(entry);
      if (gap !== null) gaps.push(gap);
      continue;
    }
    const known = stations.get(entry.charger);
    if (known === undefined && stations.size >= STATIONS_MAX) {
      cut = true;
      continue;
    }
    const station = known ?? new StationFleet(entry.charger, range);
    stations.set(entry.charger, station);
    station.see(entry);
  }
  const behind = { reading, site, to: window.from };
  for (const { id } of query.known) {
    if (stations.size >= STATIONS_MAX) break;
    if (!stations.has(id)) stations.set(id, new StationFleet(id, range));
  }
  const silentSince = new Map(query.known.map((station) => [station.id, station.silentSince]));
  const all = [...stations.values()];
  const chargers = all.map(({ charger }) => charger);
  const marks = await marksBefore(behind, chargers);
  const firmware = await firmwareBefore(behind, chargers);
  const faults = await faultsBefore(behind);
  const whole = [...gaps, ...stops.gaps(range.to), ...(await gapsBefore(behind))];
  const days: StationDay[] = [];
  let looked = 0;
  for (const station of all) {
    const goOn = new Set<string>();
    for (const one of station.tries()) {
      if (!one.silent) continue;
      looked += 1;
      if (looked > SILENT_MAX || (await metered(reading, query, station.charger, one))) goOn.add(one.id);
    }
    const { charger } = station;
    const before = {
      mark: marks.get(charger) ?? null,
      firmware: firmware.get(charger) ?? null,
      told: faults.get(charger) ?? [],
      silentSince: silentSince.get(charger) ?? null,
    };
    days.push(...station.days({ range, before, gaps: whole, goOn }));
  }
  return { days: packedDays(days), read: reading.entries, cut };
}

function seenIn(
  reading: Reading,
  { site }: FleetQuery,
  window: { readonly from: number; readonly to: number },
): AsyncIterable<SiteSeen> {
  const all = { sites: [site], chargers: null, ...window };
  const exchanges = reading.each({ ...all, kinds: ['exchange'], actions: FLEET_ACTIONS });
  const around = reading.each({ ...all, kinds: ['connection', 'gap'], actions: null, ofSite: true });
  return mergedByTime(exchanges, around);
}

/** Whether its meter went on after what was told of it. */
async function metered(
  reading: Reading,
  { site, to }: FleetQuery,
  charger: string,
  { to: last, connector }: Try,
): Promise<boolean> {
  const wanted = {
    sites: [site],
    from: last + 1,
    to: to + SESSION_LOOKBACK_MS,
    kinds: ['exchange'] as const,
    actions: ['MeterValues'],
    chargers: [charger],
    connectors: connector === null ? null : [connector],
  };
  return (await reading.first(wanted, 'asc')) !== null;
}
