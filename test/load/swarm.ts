/** Many stations in several processes, as one. */

import { type LoadProcess, startProcess } from './child-process.ts';
import { sumOf } from './histogram.ts';
import type { Connecting, StationCounts, StationSent, StationsPlan } from './stations-process.ts';

export interface SwarmPlan {
  readonly stations: number;
  /** Number of the first; none of another swarm may have it at the same server. */
  readonly first?: number;
  readonly processes: number;
  readonly port: number;
  /** Path of the site of the station with this place, `/ocpp/site-01`. */
  readonly pathOf: (place: number) => string;
}

/** A port of this machine leads to as many others of it: 28,232 on Linux, of which some are in use or at rest. */
const STATIONS_OF_ADDRESS = 12_000;

export class Swarm {
  readonly #processes: readonly LoadProcess[];
  readonly #plan: SwarmPlan;
  readonly #shares: readonly number[];

  constructor(plan: SwarmPlan) {
    this.#plan = plan;
    this.#shares = Array.from(
      { length: plan.processes },
      (_, place) => countBefore(plan, place + 1) - countBefore(plan, place),
    );
    this.#processes = this.#shares.map(() => startProcess('./stations-process.ts'));
  }

  get pids(): readonly number[] {
    return this.#processes.map(({ pid }) => pid);
  }

  get stations(): number {
    return this.#plan.stations;
  }

  /** Must come first. */
  async begin(): Promise<void> {
    const { first = 1, port, pathOf } = this.#plan;
    await this.#each((own, place) => {
      const begin = countBefore(this.#plan, place);
      const stations = Array.from({ length: this.#shares[place] ?? 0 }, (_, at): [number, string] => [
        first + begin + at,
        pathOf(begin + at),
      ]);
      const address = `127.0.0.${1 + Math.floor(begin / STATIONS_OF_ADDRESS)}`;
      return own.order('begin', { port, stations, address } satisfies StationsPlan);
    });
  }

  /** All of them, evenly within this time. Resolves when all are there. */
  async connect(withinMs: number): Promise<Connecting> {
    const all = await this.#each((own) => own.order<Connecting>('connect', withinMs));
    const failures = new Map<string, number>();
    for (const one of all) {
      for (const [why, count] of one.failures) failures.set(why, (failures.get(why) ?? 0) + count);
    }
    return {
      ms: Math.max(...all.map(({ ms }) => ms)),
      failures,
      times: sumOf(all.map(({ times }) => times)),
      missing: all.reduce((sum, { missing }) => sum + missing, 0),
    };
  }

  /** Calls a second of all stations together; 0 stops. */
  async rate(perSecond: number): Promise<void> {
    await this.#each((own, place) =>
      own.order('rate', (perSecond * (this.#shares[place] ?? 0)) / this.#plan.stations),
    );
  }

  /** Totals since the start; the answer times are those since the last look. */
  async counts(): Promise<StationCounts> {
    const all = await this.#each((own) => own.order<StationCounts>('counts'));
    const sum = (of: (counts: StationCounts) => number) => all.reduce((total, one) => total + of(one), 0);
    return {
      open: sum(({ open }) => open),
      sent: sum(({ sent }) => sent),
      answered: sum(({ answered }) => answered),
      waiting: sum(({ waiting }) => waiting),
      skipped: sum(({ skipped }) => skipped),
      strange: sum(({ strange }) => strange),
      unanswered: sum(({ unanswered }) => unanswered),
      broken: sum(({ broken }) => broken),
      times: sumOf(all.map(({ times }) => times)),
    };
  }

  /** Stops calling and waits for the answers that are due. */
  async drain(): Promise<void> {
    await this.#each((own) => own.order('drain'));
  }

  /** Resets every connection at once. */
  async cut(): Promise<void> {
    await this.#each((own) => own.order('cut'));
  }

  async sent(): Promise<readonly StationSent[]> {
    return (await this.#each((own) => own.order<readonly StationSent[]>('sent'))).flat();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#processes.map((own) => own.stop()));
  }

  #each<T>(order: (own: LoadProcess, place: number) => Promise<T>): Promise<T[]> {
    return Promise.all(this.#processes.map(order));
  }
}

function countBefore({ stations, processes }: SwarmPlan, place: number): number {
  return Math.floor((stations * place) / processes);
}
