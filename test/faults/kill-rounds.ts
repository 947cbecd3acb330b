/**
 * `kill -9` in the midst of recording, again and again over one data folder; after each, all that was seen from
 * outside is held against what is stored.
 */

import assert from 'node:assert/strict';
import { type RunningServer, run, startServer } from '../e2e/running-server.ts';
import { answeringCsms, callingStations } from './calling-stations.ts';
import { followDelays } from './commit-delays.ts';
import { readBeside } from './reading-beside.ts';
import { assertPassedOn, assertStoredAsSent, type Texts } from './said-texts.ts';
import { capturedThrough, entriesOf } from './site-entries.ts';

export interface KillPlan {
  readonly folder: string;
  readonly rounds: number;
  readonly stations: number;
  /** Stations come and go, each staying about so many ms; null: they stay. */
  readonly visitMs: number | null;
  /** Calls a second of all stations. */
  readonly rate: number;
  /** The server lives at most so long under load, ms. */
  readonly lifeMs: number;
  /** 0 up to 1: when it is killed. */
  readonly random: () => number;
  readonly onRound: (round: KillRound) => void;
}

export interface KillRound {
  readonly killedAfterMs: number;
  readonly calls: number;
  /** Arrived before the kill, but behind what was committed. */
  readonly lost: number;
  readonly connectionLost: number;
  /** From a call's arrival until the live tail told of it, ms: its commit and its reading. */
  readonly delays: readonly number[];
  /** That were asked for and given beside. */
  readonly pages: number;
  readonly exports: number;
}

const SITE = 'depot';

export async function killRounds(plan: KillPlan): Promise<readonly KillRound[]> {
  const csms = await answeringCsms();
  const config = `sites:\n  - id: ${SITE}\n    upstream: ${csms.url}/{charger}\n`;
  const stations = callingStations(plan.stations);
  const rounds: KillRound[] = [];
  const settled = new Map<string, string | null>();
  const start = () => startServer({ folder: plan.folder, config });
  let server = await start();
  try {
    for (let round = 1; round <= plan.rounds; round++) {
      const before = csms.received.size;
      const endpoint = `${server.url.replace('http', 'ws')}/ocpp/${SITE}`;
      await stations.connect(endpoint, plan.visitMs);
      const watched = watch(server);
      const since = new Date().toISOString();
      const reading = readBeside({ server, site: SITE, since, random: plan.random });
      // It is looked at when the server is gone.
      reading.catch(() => undefined);
      stations.call(plan.rate);
      await watched.begun;
      const killedAfterMs = Math.round(plan.random() * plan.lifeMs);
      await new Promise((resolve) => setTimeout(resolve, killedAfterMs));
      assert.equal(await server.stop('SIGKILL'), 'SIGKILL');
      const { through, delays } = await watched.ended;
      const { outcomes: read, pages, exports } = await reading;
      await Promise.all([stations.stop(), csms.left()]);
      server = await start();
      assertPassedOn(csms.calls, new Map([...stations.sent.values()].flatMap((texts) => [...texts])));
      assertPassedOn(stations.answers, csms.answers);
      const found = await compare(server, round, {
        through,
        read,
        stay: plan.visitMs === null,
        sent: stations.sent,
        received: csms.received,
        answered: stations.answered,
        answers: csms.answers,
        settled,
      });
      rounds.push({ killedAfterMs, calls: csms.received.size - before, delays, pages, exports, ...found });
      plan.onRound(rounds.at(-1) ?? assert.fail());
    }
    assert.equal(await server.stop(), 0);
  } finally {
    await server.stop('SIGKILL');
    csms.close();
  }
  const checked = await run(['check', '--data', plan.folder]);
  assert.equal(checked.code, 0, checked.stdout + checked.stderr);
  return rounds;
}

/** Asks how far the recording has come, without a pause, and reads the live tail, until the server is gone. */
function watch(server: RunningServer) {
  const through = new Map<string, number>();
  const delays: number[] = [];
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const ask = async () => {
    for (;;) {
      for (const [charger, at] of await capturedThrough(server, SITE)) through.set(charger, at);
      if (through.size > 0) begin();
    }
  };
  const tail = followDelays(server, SITE, (ms) => delays.push(ms));
  // Both end by the server's death, which is an error to a client.
  const ended = Promise.allSettled([ask(), tail]).then(() => ({ through, delays }));
  return { begun, ended };
}

interface Seen {
  /** Whether each station has one connection in a round. */
  readonly stay: boolean;
  readonly through: ReadonlyMap<string, number>;
  /** Outcomes that pages and exports gave before the end. */
  readonly read: ReadonlyMap<string, string | null>;
  readonly sent: ReadonlyMap<string, Texts>;
  readonly received: ReadonlyMap<string, number>;
  readonly answered: ReadonlyMap<string, number>;
  /** As they were sent. */
  readonly answers: Texts;
  /** What became of the calls of earlier rounds; null: lost. */
  readonly settled: Map<string, string | null>;
}

async function compare(server: RunningServer, round: number, seen: Seen) {
  const outcomes = new Map<string, string | null>();
  for (const entry of await entriesOf(server, SITE, 'exchange', 'exchange,raw')) {
    const { charger_id, exchange } = entry;
    const id = exchange.message_id ?? assert.fail('an exchange without message id');
    assert.ok(!outcomes.has(id), `${id} is there twice`);
    const calls = seen.sent.get(charger_id) ?? new Map<string, string>();
    assert.ok(calls.has(id), `${id} was never sent by ${charger_id}`);
    assertStoredAsSent(entry, { calls, answers: seen.answers });
    outcomes.set(id, exchange.outcome);
  }
  for (const [id, outcome] of seen.read) {
    assert.ok(outcomes.has(id), `${id} was given to a reader and is lost`);
    if (outcome === 'answered') assert.equal(outcomes.get(id), outcome, `${id}, as a reader has seen it`);
  }
  const others = await entriesOf(server, SITE, 'orphan,malformed');
  assert.deepEqual(others, [], 'no answer without its call, nothing unreadable');
  const gaps = await entriesOf(server, SITE, 'gap');
  const ofSite = gaps.filter(({ charger_id }) => charger_id === '').map(({ exchange }) => exchange.event);
  assert.equal(ofSite.length, round, 'each kill is one gap of the site');
  const told = gaps.flatMap(({ exchange }) => exchange.connection_id ?? []);
  assert.equal(new Set(told).size, told.length, 'of no connection two gaps are told');
  let lost = 0;
  let connectionLost = 0;
  for (const [charger, texts] of seen.sent) {
    const through = seen.through.get(charger) ?? 0;
    const own = gaps.filter((gap) => gap.charger_id === charger).map(({ exchange }) => exchange.event);
    if (seen.stay) assert.ok(own.length <= round, `${charger} has ${own.length} gaps after ${round} kills`);
    const spans = [...own, ...ofSite];
    for (const id of texts.keys()) {
      const earlier = seen.settled.get(id);
      if (earlier !== undefined) {
        assert.equal(outcomes.get(id) ?? null, earlier, `${id} has changed since an earlier round`);
        continue;
      }
      seen.settled.set(id, outcomes.get(id) ?? null);
      // It arrived no later than it was received on the other side, by the same clock.
      const at = seen.received.get(id) ?? Number.POSITIVE_INFINITY;
      const outcome = outcomes.get(id);
      if (outcome === undefined) {
        assert.ok(
          at > through,
          `${id} of ${charger}, received at ${at}, is lost; captured through ${through}`,
        );
        if (at === Number.POSITIVE_INFINITY) continue;
        lost += 1;
        const isTold = spans.some(
          (span) => Date.parse(String(span?.from)) <= at && Date.parse(String(span?.to)) >= at,
        );
        assert.ok(isTold, `no gap of ${charger} covers ${id}, which is lost: ${JSON.stringify(spans)}`);
        continue;
      }
      assert.ok(outcome === 'answered' || outcome === 'connection_lost', `${id} is ${outcome}`);
      const answeredAt = seen.answered.get(id) ?? Number.POSITIVE_INFINITY;
      if (outcome === 'connection_lost') connectionLost += 1;
      if (answeredAt <= through) assert.equal(outcome, 'answered', `the answer of ${id} is lost`);
    }
  }
  return { lost, connectionLost };
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
