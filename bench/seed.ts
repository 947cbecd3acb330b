/**
 * Traffic that is the same in every run: stations of OCPP 1.6 and 2.0.1 charge, report and idle through one month.
 * Comes in the order of time over all sites, as a recorder would see it.
 */

import { Random } from '../packages/server/src/cli/simulate/random.ts';
import type { Said, Script, Spoken } from './said.ts';
import { scriptV16 } from './seed-script-v16.ts';
import { scriptV201 } from './seed-script-v201.ts';

/** The month that is seeded: [from, to). */
export const SEED_FROM = Date.UTC(2026, 2, 1);
export const SEED_TO = Date.UTC(2026, 3, 1);

/** One station says about so much in a month: a call every seven minutes. */
const ENTRIES_PER_STATION = 6_250;
const SHARE_V201 = 0.2;

export interface SeedPlan {
  readonly entries: number;
  readonly sites: number;
  /** As many as say so much in a month, unless given. */
  readonly stations?: number;
}

interface SeededStation {
  readonly site: string;
  readonly charger: string;
  readonly connection: string;
  readonly version: '1.6' | '2.0.1';
  readonly script: Script;
  /** Message ids: UUIDs, or a counter. */
  count: number | null;
}

export function siteIds(sites: number): string[] {
  return Array.from({ length: sites }, (_, site) => `site-${String(site + 1).padStart(3, '0')}`);
}

export function stationCount(plan: SeedPlan): number {
  return plan.stations ?? Math.max(plan.sites, Math.ceil(plan.entries / ENTRIES_PER_STATION));
}

export function* traffic(plan: SeedPlan): Generator<Spoken, void, undefined> {
  const random = new Random('traffic');
  const stations = openStations(plan);
  const step = (SEED_TO - SEED_FROM) / plan.entries;
  for (let place = 0; place < plan.entries; place++) {
    const station = stations[Math.floor(random.next() * stations.length)];
    if (station === undefined) throw new Error('there are no stations');
    const at = Math.floor(SEED_FROM + (place + random.next()) * step);
    yield speak(station, station.script.next(at).value, at, random);
  }
}

function openStations(plan: SeedPlan): SeededStation[] {
  const sites = siteIds(plan.sites);
  return Array.from({ length: stationCount(plan) }, (_, number) => {
    const random = new Random(`station ${number}`);
    const version = random.chance(SHARE_V201) ? '2.0.1' : '1.6';
    const script = version === '1.6' ? scriptV16(random, number * 10_000) : scriptV201(random);
    return {
      site: sites[number % sites.length] ?? '',
      charger: `EX-${String(number + 1).padStart(5, '0')}`,
      connection: random.uuid(),
      version,
      script,
      count: random.chance(0.5) ? Math.floor(random.between(1, 1e6)) : null,
    };
  });
}

function speak(station: SeededStation, said: Said, at: number, random: Random): Spoken {
  const id = station.count === null ? random.uuid() : String(station.count++);
  const { action, payload, answer, error } = said;
  const answered = answer !== null || error !== undefined;
  return {
    at,
    site: station.site,
    charger: station.charger,
    connection: station.connection,
    version: station.version,
    direction: said.fromCsms === true ? 'csms_to_station' : 'station_to_csms',
    id,
    action,
    call: `[2,"${id}","${action}",${payload}]`,
    answer: error !== undefined ? `[4,"${id}",${error}]` : answer === null ? null : `[3,"${id}",${answer}]`,
    error: error !== undefined,
    latency: answered ? Math.floor(15_000 + random.next() * 120_000) : 0,
    connector: said.connector ?? null,
    transaction: said.transaction ?? null,
  };
}
