/**
 * `kill -9` in the midst of recording, again and again over one data folder; after each, all that was seen from
 * outside is held against what is stored. A server is killed only once it has said that something is stored.
 */

import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { type RunningServer, run, startServer } from '../e2e/running-server.ts';
import { answeringCsms, type CallingStations, callingStations } from './calling-stations.ts';
import { followDelays } from './commit-delays.ts';
import { compareKilled, type Found } from './kill-comparison.ts';
import { readBeside } from './reading-beside.ts';
import { assertPassedOn } from './said-texts.ts';
import { capturedThrough } from './site-entries.ts';
import { startingStations } from './starting-stations.ts';

export interface KillPlan {
  readonly folder: string;
  readonly rounds: number;
  /** Who answers: a CSMS behind the relay, or the built-in one, where others start transactions meanwhile. */
  readonly way: 'relay' | 'csms';
  readonly stations: number;
  /** Stations but for one come and go, each staying about so many ms; null: all stay. */
  readonly visitMs: number | null;
  /** Calls a second of all stations. */
  readonly rate: number;
  /** The server lives at most so long under load, ms, once it has stored something. */
  readonly lifeMs: number;
  /** 0 up to 1: when it is killed. */
  readonly random: () => number;
  /** So many are made beside each round before the kill: they take as long as the machine is busy. */
  readonly exports: number;
  readonly onRound: (round: KillRound) => void;
}

export interface KillRound extends Found {
  readonly killedAfterMs: number;
  /** That were received on the other side, or, at the built-in CSMS, answered. */
  readonly calls: number;
  /** From a call's arrival until the live tail told of it, ms: its commit and its reading. */
  readonly delays: readonly number[];
  /** That were asked for and given beside. */
  readonly pages: number;
  readonly exports: number;
  /** Calls that pages and exports gave, each of which is there afterwards. */
  readonly read: number;
  /** Starts of transactions that were given a number before the kill, and that were made again after it. */
  readonly numbers: number;
  readonly repeated: number;
}

const SITE = 'depot';
/** Site of those who start transactions. */
const STARTS = 'starts';
const STARTING = 5;
/** Against a server that stores nothing. */
const LEAST_LIMIT_MS = 60_000;

export async function killRounds(plan: KillPlan): Promise<readonly KillRound[]> {
  const csms = plan.way === 'relay' ? await answeringCsms() : null;
  const relayed = csms === null ? '' : `    upstream: ${csms.url}/{charger}\n`;
  const config = `sites:\n  - id: ${SITE}\n${relayed}  - id: ${STARTS}\n`;
  const stations = callingStations(plan.stations);
  const starting = csms === null ? startingStations(STARTING) : null;
  // What was answered has arrived before.
  const received = csms?.received ?? stations.answered;
  const rounds: KillRound[] = [];
  const settled = new Map<string, string | null>();
  const start = () => startServer({ folder: plan.folder, config });
  const endpoint = (site: string) => `${server.url.replace('http', 'ws')}/ocpp/${site}`;
  let server = await start();
  try {
    for (let round = 1; round <= plan.rounds; round++) {
      const before = received.size;
      const began = Date.now();
      await stations.connect(endpoint(SITE), plan.visitMs);
      const given = starting?.begin(endpoint(STARTS));
      const isStored = storedOf(plan, { stations, received, began });
      const watched = watch(server, isStored);
      const since = new Date(began).toISOString();
      const { random, exports } = plan;
      const reading = readBeside({ server, site: SITE, since, random, exports });
      stations.call(plan.rate);
      await atLeast({
        'enough that is acknowledged': watched.stored,
        'pages with a call, and exports': reading.given,
        ...(given === undefined ? {} : { 'a number for each who starts': given }),
      });
      const killedAfterMs = Math.round(plan.random() * plan.lifeMs);
      await wait(killedAfterMs);
      assert.equal(await server.stop('SIGKILL'), 'SIGKILL');
      const { through, delays } = await watched.ended;
      const { outcomes: read, ...beside } = await reading.ended;
      await Promise.all([stations.stop(), csms?.left(), starting?.ended()]);
      server = await start();
      if (csms !== null) {
        assertPassedOn(csms.calls, new Map([...stations.sent.values()].flatMap((texts) => [...texts])));
        assertPassedOn(stations.answers, csms.answers);
      }
      const numbers = starting?.given ?? 0;
      const repeated = (await starting?.repeat(endpoint(STARTS))) ?? 0;
      const found = await compareKilled(server, SITE, {
        round,
        began,
        through,
        read,
        stay: plan.visitMs === null,
        sent: stations.sent,
        received,
        answered: stations.answered,
        answers: csms?.answers ?? stations.answers,
        // A station that is cut off does not get an answer that the built-in CSMS has given.
        hasAllAnswers: csms !== null,
        settled,
      });
      const calls = received.size - before;
      const made = { killedAfterMs, calls, delays, ...beside, read: read.size, numbers, repeated };
      const ended = { ...made, ...found };
      assertEnough(plan, ended);
      rounds.push(ended);
      plan.onRound(ended);
    }
    assert.equal(await server.stop(), 0);
  } finally {
    await server.stop('SIGKILL');
    // Where a round has failed they are still at it.
    await Promise.allSettled([stations.stop(), starting?.ended()]);
    csms?.close();
  }
  const checked = await run(['check', '--data', plan.folder]);
  assert.equal(checked.code, 0, checked.stdout + checked.stderr);
  return rounds;
}

/** So many stations have a call that the server says it has stored, before it is killed: all that stay. */
export function leastStations({ stations, visitMs }: Pick<KillPlan, 'stations' | 'visitMs'>): number {
  return visitMs === null ? stations : 1;
}

/** A server that stored nothing, or told of nothing, would pass whatever is compared. */
function assertEnough(plan: KillPlan, round: KillRound): void {
  const least = leastStations(plan);
  const enough: readonly (readonly [string, number, number])[] = [
    ['stations with an acknowledged call', round.acknowledgedStations, least],
    ['acknowledged calls', round.acknowledged, least],
    ['acknowledged answers', round.acknowledgedAnswers, 1],
    ['connections on record', round.connections, least],
    ['pages', round.pages, 1],
    ['exports', round.exports, plan.exports],
    ['calls given to readers', round.read, 1],
    ...(plan.way === 'csms'
      ? ([
          ['numbers of transactions given', round.numbers, STARTING],
          ['starts made again', round.repeated, STARTING],
        ] as const)
      : []),
  ];
  for (const [what, found, wanted] of enough) {
    assert.ok(
      found >= wanted,
      `${found} ${what} in a round, at least ${wanted} are needed to prove anything`,
    );
  }
}

interface OfRound {
  readonly stations: CallingStations;
  readonly received: ReadonlyMap<string, number>;
  /** ms */
  readonly began: number;
}

/** Whether enough of this round's calls, and an answer, lie at or before what the server says it has stored. */
function storedOf(plan: KillPlan, { stations, received, began }: OfRound) {
  return (through: ReadonlyMap<string, number>): boolean => {
    let calls = 0;
    let answers = 0;
    for (const [charger, at] of through) {
      const ids = [...(stations.sent.get(charger)?.keys() ?? [])];
      const isWithin = (time = Number.POSITIVE_INFINITY) => time >= began && time <= at;
      if (ids.some((id) => isWithin(received.get(id)))) calls += 1;
      if (ids.some((id) => isWithin(stations.answered.get(id)))) answers += 1;
    }
    return calls >= leastStations(plan) && answers > 0;
  };
}

/** Rejects where one of them does, or where they take for ever. */
async function atLeast(wanted: Readonly<Record<string, Promise<unknown>>>): Promise<void> {
  const missing = new Set(Object.keys(wanted));
  const all = Object.entries(wanted).map(async ([what, promise]) => {
    await promise;
    missing.delete(what);
  });
  const done = new AbortController();
  const tooLong = wait(LEAST_LIMIT_MS, null, { signal: done.signal }).then(
    () => assert.fail(`a server that is to be killed has not given ${[...missing].join(', nor ')}`),
    // Nobody waits any more.
    () => undefined,
  );
  try {
    await Promise.race([Promise.all(all), tooLong]);
  } finally {
    done.abort();
  }
}

/** Asks how far the recording has come, without a pause, and reads the live tail, until the server is gone. */
function watch(server: RunningServer, isStored: (through: ReadonlyMap<string, number>) => boolean) {
  const through = new Map<string, number>();
  const delays: number[] = [];
  const stored = Promise.withResolvers<void>();
  let isEnough = false;
  const ask = async () => {
    for (;;) {
      // What was said once holds, also where less is said of a station that has gone meanwhile.
      for (const [charger, at] of await capturedThrough(server, SITE))
        through.set(charger, Math.max(at, through.get(charger) ?? 0));
      isEnough ||= isStored(through);
      if (isEnough) stored.resolve();
    }
  };
  const tail = followDelays(server, SITE, (ms) => delays.push(ms));
  // Both end by the server's death, which is an error to a client.
  const ended = Promise.allSettled([ask(), tail]).then(() => ({ through, delays }));
  return { stored: stored.promise, ended };
}

/** The same moments for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
