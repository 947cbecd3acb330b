/** What changed with a firmware: the same station before and after, and all stations that made the same change. */

import type { FleetDay } from './groups.ts';
import { type Firmware, sameFirmware } from './station-day.ts';
import { type FleetTally, TallySum } from './tally.ts';

export interface StationChange {
  readonly site: string;
  readonly charger: string;
  /** ms: the boot that told it; of a change that no boot shows, the day. */
  readonly at: number;
  /** That boot. */
  readonly entry: string | null;
  readonly before: FleetTally;
  readonly after: FleetTally;
}

export interface FirmwareChange {
  readonly vendor: string | null;
  readonly model: string | null;
  readonly from: string;
  readonly to: string;
  readonly before: FleetTally;
  readonly after: FleetTally;
  /** In the order of time. */
  readonly stations: readonly StationChange[];
}

/** A time in which a station ran one firmware. */
interface Stretch {
  readonly firmware: Firmware;
  readonly from: number;
  readonly entry: string | null;
  readonly sum: TallySum;
}

interface Gathered {
  readonly vendor: string | null;
  readonly model: string | null;
  readonly from: string;
  readonly to: string;
  readonly before: TallySum;
  readonly after: TallySum;
  readonly stations: StationChange[];
}

export class FirmwareChanges {
  readonly #changes = new Map<string, Gathered>();

  /** All days of one station. One that changed twice is in both, with what lay between as `after` and as `before`. */
  add(days: readonly FleetDay[]): void {
    const [first] = days;
    if (first === undefined) return;
    const { site, charger } = first;
    const stretches = stretchesOf(days.toSorted((a, b) => a.day - b.day));
    for (const [place, stretch] of stretches.entries()) {
      const last = stretches[place - 1];
      if (last === undefined || !sameModel(last.firmware, stretch.firmware)) continue;
      const [from, to] = [last.firmware.version, stretch.firmware.version];
      if (from === null || to === null) continue;
      const { vendor, model } = stretch.firmware;
      const key = JSON.stringify([vendor, model, from, to]);
      const sums = { before: new TallySum(), after: new TallySum() };
      const known = this.#changes.get(key) ?? { vendor, model, from, to, ...sums, stations: [] };
      this.#changes.set(key, known);
      const [before, after] = [last.sum.tally, stretch.sum.tally];
      known.before.add(before);
      known.after.add(after);
      known.stations.push({ site, charger, at: stretch.from, entry: stretch.entry, before, after });
    }
  }

  /** Most stations first. */
  changes(): readonly FirmwareChange[] {
    return [...this.#changes.values()]
      .map(({ before, after, stations: all, ...change }) => ({
        ...change,
        before: before.tally,
        after: after.tally,
        stations: all.toSorted((a, b) => a.at - b.at),
      }))
      .sort((a, b) => b.stations.length - a.stations.length || newest(b) - newest(a));
  }
}

function newest({ stations }: FirmwareChange): number {
  return stations.at(-1)?.at ?? 0;
}

/** Of one station. What no boot tells the firmware of belongs to none. */
function stretchesOf(days: readonly FleetDay[]): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (const { parts } of days) {
    for (const { firmware, from, entry, tally } of parts) {
      if (firmware === null) continue;
      const last = stretches.at(-1);
      if (last !== undefined && sameFirmware(last.firmware, firmware)) last.sum.add(tally);
      else stretches.push({ firmware, from, entry, sum: new TallySum().add(tally) });
    }
  }
  return stretches;
}

function sameModel(a: Firmware, b: Firmware): boolean {
  return a.vendor === b.vendor && a.model === b.model;
}
