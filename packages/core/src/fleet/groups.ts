/** Days of stations put together: by station, model or firmware. */

import type { Firmware, StationDay } from './station-day.ts';
import { type FleetTally, TallySum } from './tally.ts';

export const FLEET_GROUPINGS = ['station', 'model', 'firmware'] as const;
export type FleetGrouping = (typeof FLEET_GROUPINGS)[number];

export interface FleetDay extends StationDay {
  readonly site: string;
}

/** One UTC day of a group. */
export interface GroupDay {
  /** ms. */
  readonly day: number;
  readonly tally: FleetTally;
}

export interface FleetGroup {
  /** null unless it is of one station. */
  readonly site: string | null;
  readonly charger: string | null;
  /** Of a station: the last; of a model without its version. null: nothing tells it. */
  readonly firmware: Firmware | null;
  readonly stations: number;
  readonly tally: FleetTally;
  /** In the order of time; those of which something is known. */
  readonly days: readonly GroupDay[];
}

interface Gathered {
  site: string | null;
  charger: string | null;
  firmware: Firmware | null;
  readonly stations: Set<string>;
  readonly sum: TallySum;
  readonly days: Map<number, TallySum>;
}

function keyOf(by: FleetGrouping, site: string, charger: string, firmware: Firmware | null): string {
  if (by === 'station') return JSON.stringify([site, charger]);
  const { vendor = null, model = null, version = null } = firmware ?? {};
  return JSON.stringify(by === 'model' ? [vendor, model] : [vendor, model, version]);
}

function shown(by: FleetGrouping, firmware: Firmware | null): Firmware | null {
  return by === 'model' && firmware !== null ? { ...firmware, version: null } : firmware;
}

/** Of a large site there are many days: they can be given some at a time. */
export class FleetGroups {
  readonly #by: FleetGrouping;
  readonly #groups = new Map<string, Gathered>();

  constructor(by: FleetGrouping) {
    this.#by = by;
  }

  /** Those of each station in the order of time. */
  add({ site, charger, day, parts }: FleetDay): void {
    for (const { firmware, tally } of parts) {
      const key = keyOf(this.#by, site, charger, firmware);
      const found = this.#groups.get(key) ?? gathered(this.#by === 'station', site, charger);
      this.#groups.set(key, found);
      found.firmware = shown(this.#by, firmware ?? found.firmware);
      found.stations.add(JSON.stringify([site, charger]));
      found.sum.add(tally);
      found.days.set(day, (found.days.get(day) ?? new TallySum()).add(tally));
    }
  }

  groups(): readonly FleetGroup[] {
    return [...this.#groups.values()].map(({ stations, sum, days: byDay, ...group }) => ({
      ...group,
      stations: stations.size,
      tally: sum.tally,
      days: [...byDay].sort(([a], [b]) => a - b).map(([day, { tally }]) => ({ day, tally })),
    }));
  }
}

function gathered(one: boolean, site: string, charger: string): Gathered {
  return {
    site: one ? site : null,
    charger: one ? charger : null,
    firmware: null,
    stations: new Set(),
    sum: new TallySum(),
    days: new Map(),
  };
}
