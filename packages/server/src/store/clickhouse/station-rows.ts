/** What stations told of themselves, as rows: those that changed since they were shipped last. */

import type { ChargerSummary } from '../store.ts';
import { nameText } from './names.ts';
import { escaped } from './record.ts';

export const STATION_COLUMNS = [
  'site',
  'charger',
  'node',
  'version',
  'vendor',
  'model',
  'firmware',
  'protocol',
  'connected',
  'last_seen',
  'captured_through',
] as const;

/** Stations of which it is known what was shipped; beyond, all are shipped again. */
const KNOWN_MAX = 100_000;

export interface StationOfSite {
  readonly site: string;
  readonly station: ChargerSummary;
}

export class StationRows {
  readonly #node: string;
  readonly #shipped = new Map<string, string>();

  constructor(node: string) {
    this.#node = node;
  }

  /** Those that differ from what {@link shipped} was told of. */
  changed(stations: Iterable<StationOfSite>): readonly StationOfSite[] {
    return [...stations].filter(
      ({ site, station }) => this.#shipped.get(keyOf(site, station)) !== factsOf(station),
    );
  }

  line({ site, station }: StationOfSite, version: number): Buffer {
    const columns = [
      escaped(nameText(site)),
      escaped(nameText(station.id)),
      escaped(nameText(this.#node)),
      version,
    ];
    return Buffer.from(`${columns.join('\t')}\t${factsOf(station)}\n`);
  }

  /** Nothing of it is believed to be there any more. */
  forget(): void {
    this.#shipped.clear();
  }

  shipped(stations: readonly StationOfSite[]): void {
    if (this.#shipped.size + stations.length > KNOWN_MAX) this.#shipped.clear();
    for (const { site, station } of stations) this.#shipped.set(keyOf(site, station), factsOf(station));
  }
}

function keyOf(site: string, { id }: ChargerSummary): string {
  return JSON.stringify([site, id]);
}

function factsOf(station: ChargerSummary): string {
  const { vendor, model, firmware, protocol, connected, lastSeen, capturedThrough } = station;
  const names = [vendor, model, firmware, protocol].map((name) =>
    name === null ? '\\N' : escaped(nameText(name)),
  );
  return [...names, connected ? 1 : 0, lastSeen ?? '\\N', capturedThrough ?? '\\N'].join('\t');
}
