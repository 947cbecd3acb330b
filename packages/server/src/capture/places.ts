/** Which stations have a place: overall, at their site, and among the files that the process may open. */

import type { CaptureCounters, CaptureLimits } from './limits.ts';

export interface Place {
  readonly site: string;
  /** Whether it is passed on: that takes a second socket. */
  readonly relayed: boolean;
}

export class Places {
  readonly #limits: Pick<CaptureLimits, 'stations' | 'stationsPerSite' | 'sockets'>;
  readonly #counters: Pick<CaptureCounters, 'stations' | 'sockets' | 'overLimit' | 'siteFull'>;
  readonly #bySite = new Map<string, number>();

  constructor(
    limits: Pick<CaptureLimits, 'stations' | 'stationsPerSite' | 'sockets'>,
    counters: Pick<CaptureCounters, 'stations' | 'sockets' | 'overLimit' | 'siteFull'>,
  ) {
    this.#limits = limits;
    this.#counters = counters;
  }

  /** Why there is none; null: it is taken. */
  take({ site, relayed }: Place): string | null {
    const { stations, stationsPerSite, sockets } = this.#limits;
    const counters = this.#counters;
    if (counters.stations >= stations) {
      counters.overLimit += 1;
      return `There are ${stations} stations connected, the most there may be.`;
    }
    const cost = relayed ? 2 : 1;
    if (counters.sockets + cost > sockets) {
      counters.overLimit += 1;
      return `Stations have ${counters.sockets} sockets open; this process may open no more files.`;
    }
    const here = this.#bySite.get(site) ?? 0;
    if (here >= stationsPerSite) {
      counters.overLimit += 1;
      counters.siteFull += 1;
      return `There are ${stationsPerSite} stations of this site connected, the most there may be.`;
    }
    counters.stations += 1;
    counters.sockets += cost;
    this.#bySite.set(site, here + 1);
    return null;
  }

  giveBack({ site, relayed }: Place): void {
    const here = (this.#bySite.get(site) ?? 1) - 1;
    if (here <= 0) this.#bySite.delete(site);
    else this.#bySite.set(site, here);
    this.#counters.stations -= 1;
    this.#counters.sockets -= relayed ? 2 : 1;
  }
}
