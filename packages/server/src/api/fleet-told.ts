/** Days of stations with what was found in their messages, which takes far longer and is told as far as it has come. */

import { setImmediate as turn } from 'node:timers/promises';
import { type Firmware, type FleetDay, type FoundDay, type StationDay, withFindings } from '@ocpp-logs/core';
import { FOUND_READ_MAX } from '../store/fleet/findings.ts';
import type { SessionSite } from '../store/sessions/question.ts';
import type { EntryReader } from '../store/store.ts';
import { FleetDays, type FleetDaysOptions, type FleetRange, type GatheredDays, Turns } from './fleet-days.ts';

/** As {@link GatheredDays}; `findings` of what was found alone. */
export interface ToldDays extends GatheredDays<StationDay> {
  readonly findings: Omit<GatheredDays<FoundDay>, 'days'>;
}

export class FleetTold {
  readonly #stations: FleetDays<StationDay>;
  readonly #findings: FleetDays<FoundDay>;

  constructor(reader: EntryReader, options: FleetDaysOptions) {
    const turns = new Turns();
    this.#stations = new FleetDays(reader, { ...options, turns });
    // Of every entry, so that fewer days go at once.
    const every = { findings: true, runEntries: FOUND_READ_MAX };
    this.#findings = new FleetDays(reader, { ...options, ...every, turns });
  }

  /**
   * `wait`: whether messages are looked through that were not yet, once it is known how the stations did; otherwise what is known
   * of them is told.
   */
  async gather(
    sites: readonly SessionSite[],
    range: FleetRange,
    signal: AbortSignal,
    wait: boolean,
  ): Promise<ToldDays> {
    const told = await this.#stations.gather(sites, range, signal);
    const now = wait && told.missing === 0;
    const { days: found, ...findings } = await (now
      ? this.#findings.gather(sites, range, signal)
      : this.#findings.gather(sites, range, signal, 0));
    const [stations, findingsOf] = [bySite(told.days), bySite(found)];
    const days: FleetDay[] = [];
    for (const { id } of sites) {
      // There may be more of them than a call takes arguments.
      for (const day of await ofSite(id, stations.get(id) ?? [], findingsOf.get(id) ?? [])) days.push(day);
    }
    return { ...told, days, findings };
  }

  counters(): Readonly<Record<string, number>> {
    return { ...this.#stations.counters(), ...this.#findings.counters() };
  }
}

function bySite<D extends { readonly site: string }>(days: readonly D[]): ReadonlyMap<string, readonly D[]> {
  return Map.groupBy(days, ({ site }) => site);
}

/** Both of this site alone. */
async function ofSite(
  site: string,
  told: readonly FleetDay[],
  found: readonly FoundDay[],
): Promise<readonly FleetDay[]> {
  const stations = Map.groupBy(told, ({ day }) => day);
  const findings = Map.groupBy(found, ({ day }) => day);
  const ran = new Map<string, Firmware | null>();
  const days: FleetDay[] = [];
  for (const day of [...new Set([...stations.keys(), ...findings.keys()])].sort((a, b) => a - b)) {
    const known = (charger: string) => ran.get(charger) ?? null;
    for (const each of withFindings(day, stations.get(day) ?? [], findings.get(day) ?? [], known)) {
      ran.set(each.charger, each.parts.at(-1)?.firmware ?? null);
      days.push({ ...each, site });
    }
    await turn();
  }
  return days;
}
