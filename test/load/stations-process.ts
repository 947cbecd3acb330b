/** Run as a process of its own: some of the stations of the swarm. */

import { orders } from './child-process.ts';
import { Histogram, type Times } from './histogram.ts';
import { type Hive, Station, type StationPlace } from './station.ts';

export interface StationsPlan {
  readonly port: number;
  /** Number of each station, and the path of its site. */
  readonly stations: readonly (readonly [number: number, path: string])[];
  readonly address: string;
}

export interface Connecting {
  /** From the first attempt until the last station was there, ms. */
  readonly ms: number;
  /** Attempts that failed, by why. */
  readonly failures: ReadonlyMap<string, number>;
  /** Of attempts that succeeded. */
  readonly times: Times;
  /** Stations that never came. */
  readonly missing: number;
}

export interface StationCounts {
  readonly open: number;
  readonly sent: number;
  readonly answered: number;
  readonly waiting: number;
  readonly skipped: number;
  readonly strange: number;
  readonly unanswered: number;
  /** Connections that ended though nobody here ended them. */
  readonly broken: number;
  /** Answer times since the last look. */
  readonly times: Times;
}

/** What each station has sent; `unanswered` names calls that a cut left without answer. */
export interface StationSent {
  readonly number: number;
  readonly sent: number;
  readonly unanswered: readonly number[];
}

const TICK_MS = 2;
/** A station that was refused comes again after this and up to as much more, as charging stations do. */
const AGAIN_MS = 1_000;
const DRAIN_MS = 10_000;
const CONNECT_MAX_MS = 120_000;

let stations: Station[] = [];
const answerTimes = new Histogram();
const connectTimes = new Histogram();
let failures = new Map<string, number>();
let missing = new Set<Station>();
let broken = 0;
let allThere: () => void = () => undefined;
let rate = 0;
let turn = 0;
let sending: NodeJS.Timeout | null = null;

const hive: Hive = {
  answered: (us) => answerTimes.add(us),
  tried: (station, problem, ms) => {
    if (problem === null) {
      connectTimes.add(ms * 1000);
      missing.delete(station);
      if (missing.size === 0) allThere();
      return;
    }
    failures.set(problem, (failures.get(problem) ?? 0) + 1);
    if (missing.has(station)) setTimeout(() => station.connect(), AGAIN_MS * (1 + Math.random()));
  },
  broken: (station) => {
    // One that has yet to come has been told by its attempt.
    if (missing.has(station)) return;
    broken += 1;
  },
};

/** Each at its own moment within the time; resolves when all are there, or when it has taken too long. */
async function connectAll(withinMs: number): Promise<Connecting> {
  const began = performance.now();
  failures = new Map();
  connectTimes.take();
  missing = new Set(stations);
  const there = new Promise<void>((resolve) => {
    allThere = resolve;
  });
  for (const [place, station] of stations.entries()) {
    setTimeout(() => station.connect(), (withinMs * place) / stations.length);
  }
  let limit: NodeJS.Timeout | undefined;
  const tooLong = new Promise<void>((resolve) => {
    limit = setTimeout(resolve, withinMs + CONNECT_MAX_MS);
  });
  await Promise.race([there, tooLong]);
  clearTimeout(limit);
  const ms = performance.now() - began;
  const left = missing.size;
  missing = new Set();
  return { ms, failures, times: connectTimes.take(), missing: left };
}

/** What is due is sent, whatever is answered; stations take turns, so that each calls evenly. */
function setRate(perSecond: number): void {
  rate = perSecond;
  if (sending !== null) clearInterval(sending);
  sending = null;
  if (rate === 0) return;
  const began = performance.now();
  let done = 0;
  sending = setInterval(() => {
    const due = Math.floor(((performance.now() - began) * rate) / 1000);
    for (; done < due; done++) {
      stations[turn % stations.length]?.call();
      turn += 1;
    }
  }, TICK_MS);
}

function counts(): StationCounts {
  const sum = (of: (station: Station) => number) => stations.reduce((all, station) => all + of(station), 0);
  return {
    open: sum(({ open }) => (open ? 1 : 0)),
    sent: sum(({ sent }) => sent),
    answered: sum(({ answered }) => answered),
    waiting: sum(({ waiting }) => waiting),
    skipped: sum(({ skipped }) => skipped),
    strange: sum(({ strange }) => strange),
    unanswered: sum(({ unanswered }) => unanswered.length),
    broken,
    times: answerTimes.take(),
  };
}

async function drain(): Promise<void> {
  setRate(0);
  const limit = performance.now() + DRAIN_MS;
  while (stations.some(({ waiting }) => waiting > 0) && performance.now() < limit) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

orders({
  begin: (plan: StationsPlan) => {
    stations = plan.stations.map(([number, path]) => {
      const place: StationPlace = { port: plan.port, path, address: plan.address };
      return new Station(number, place, hive);
    });
  },
  connect: (withinMs: number) => connectAll(withinMs),
  rate: (perSecond: number) => setRate(perSecond),
  counts: () => counts(),
  drain: () => drain(),
  cut: () => {
    for (const station of stations) station.cut();
  },
  sent: (): readonly StationSent[] =>
    stations.map(({ number, sent, unanswered }) => ({ number, sent, unanswered })),
});
