/** What a server holds that was killed, against all that was seen of it from outside. */

import assert from 'node:assert/strict';
import type { RunningServer } from '../e2e/running-server.ts';
import { assertStoredAsSent, type Texts } from './said-texts.ts';
import { entriesOf, type SeenEntry } from './site-entries.ts';

export interface Seen {
  /** 1 for the first. */
  readonly round: number;
  /** ms, when it began. */
  readonly began: number;
  /** Whether each station has one connection in a round. */
  readonly stay: boolean;
  /** How far the recording of each charger had come, ms, as it was told last. */
  readonly through: ReadonlyMap<string, number>;
  /** Outcomes that pages and exports gave before the end. */
  readonly read: ReadonlyMap<string, string | null>;
  readonly sent: ReadonlyMap<string, Texts>;
  /** A time at which each call had arrived, ms. */
  readonly received: ReadonlyMap<string, number>;
  readonly answered: ReadonlyMap<string, number>;
  /** As they were sent. */
  readonly answers: Texts;
  /** Whether `answers` has every answer that may be stored. */
  readonly hasAllAnswers: boolean;
  /** What became of the calls of earlier rounds; null: lost. */
  readonly settled: Map<string, string | null>;
}

/** Of this round. */
export interface Found {
  /** Calls at or before what the server said that it has stored: each of them is there. */
  readonly acknowledged: number;
  /** Of so many stations. */
  readonly acknowledgedStations: number;
  /** Answers likewise: each is there with its call. */
  readonly acknowledgedAnswers: number;
  /** On record as accepted. */
  readonly connections: number;
  /** Arrived before the kill, but behind what was committed. */
  readonly lost: number;
  readonly connectionLost: number;
}

export async function compareKilled(server: RunningServer, site: string, seen: Seen): Promise<Found> {
  const accepted = await acceptedOf(server, site);
  const outcomes = new Map<string, string | null>();
  for (const entry of await entriesOf(server, site, 'exchange', 'exchange,raw')) {
    const { charger_id, exchange } = entry;
    const id = exchange.message_id ?? assert.fail('an exchange without message id');
    assert.ok(!outcomes.has(id), `${id} is there twice`);
    const calls = seen.sent.get(charger_id) ?? new Map<string, string>();
    assert.ok(calls.has(id), `${id} was never sent by ${charger_id}`);
    assert.equal(accepted.get(exchange.connection_id ?? '')?.charger_id, charger_id, `connection of ${id}`);
    assertStoredAsSent(entry, { calls, answers: answersOf(seen, entry, id) });
    outcomes.set(id, exchange.outcome);
  }
  for (const [id, outcome] of seen.read) {
    assert.ok(outcomes.has(id), `${id} was given to a reader and is lost`);
    if (outcome === 'answered') assert.equal(outcomes.get(id), outcome, `${id}, as a reader has seen it`);
  }
  const others = await entriesOf(server, site, 'orphan,malformed');
  assert.deepEqual(others, [], 'no answer without its call, nothing unreadable');
  const isNew = ({ occurrence_time }: SeenEntry) => Date.parse(occurrence_time) >= seen.began;
  const connections = [...accepted.values()].filter(isNew).length;
  return { connections, ...compareCalls(seen, outcomes, await gapsOf(server, site, seen.round)) };
}

/** By the id of the connection. */
async function acceptedOf(server: RunningServer, site: string): Promise<ReadonlyMap<string, SeenEntry>> {
  const entries = await entriesOf(server, site, 'connection');
  const accepted = entries.filter(({ exchange }) => exchange.event?.event === 'accepted');
  const byId = new Map(accepted.map((entry) => [entry.exchange.connection_id ?? '', entry]));
  assert.equal(byId.size, accepted.length, 'each connection was accepted once');
  return byId;
}

/** One that nobody has may be stored all the same; then it answers this call. */
function answersOf({ answers, hasAllAnswers }: Seen, { raw }: SeenEntry, id: string): Texts {
  if (hasAllAnswers || answers.has(id) || raw?.response_text == null) return answers;
  assert.ok(raw.response_text.startsWith(`[3,"${id}",`), `${id} is answered by ${raw.response_text}`);
  return new Map([[id, raw.response_text]]);
}

type Span = Readonly<Record<string, unknown>> | undefined;

interface Gaps {
  readonly ofSite: readonly Span[];
  readonly ofCharger: ReadonlyMap<string, readonly Span[]>;
}

async function gapsOf(server: RunningServer, site: string, round: number): Promise<Gaps> {
  const gaps = await entriesOf(server, site, 'gap');
  const ofSite = gaps.filter(({ charger_id }) => charger_id === '').map(({ exchange }) => exchange.event);
  assert.equal(ofSite.length, round, 'each kill is one gap of the site');
  const told = gaps.flatMap(({ exchange }) => exchange.connection_id ?? []);
  assert.equal(new Set(told).size, told.length, 'of no connection two gaps are told');
  const byCharger = Map.groupBy(gaps, ({ charger_id }) => charger_id);
  const spans = [...byCharger].map(
    ([charger, own]) => [charger, own.map(({ exchange }) => exchange.event)] as const,
  );
  return { ofSite, ofCharger: new Map(spans) };
}

function compareCalls(seen: Seen, outcomes: ReadonlyMap<string, string | null>, gaps: Gaps) {
  const { round } = seen;
  const found = {
    acknowledged: 0,
    acknowledgedStations: 0,
    acknowledgedAnswers: 0,
    lost: 0,
    connectionLost: 0,
  };
  for (const [charger, texts] of seen.sent) {
    const through = seen.through.get(charger) ?? 0;
    const own = gaps.ofCharger.get(charger) ?? [];
    if (seen.stay) assert.ok(own.length <= round, `${charger} has ${own.length} gaps after ${round} kills`);
    const spans = [...own, ...gaps.ofSite];
    const acknowledgedBefore = found.acknowledged;
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
        found.lost += 1;
        const isTold = spans.some(
          (span) => Date.parse(String(span?.from)) <= at && Date.parse(String(span?.to)) >= at,
        );
        assert.ok(isTold, `no gap of ${charger} covers ${id}, which is lost: ${JSON.stringify(spans)}`);
        continue;
      }
      if (at <= through) found.acknowledged += 1;
      assert.ok(outcome === 'answered' || outcome === 'connection_lost', `${id} is ${outcome}`);
      if (outcome === 'connection_lost') found.connectionLost += 1;
      const answeredAt = seen.answered.get(id) ?? Number.POSITIVE_INFINITY;
      if (answeredAt > through) continue;
      assert.equal(outcome, 'answered', `the answer of ${id} is lost`);
      found.acknowledgedAnswers += 1;
    }
    if (found.acknowledged > acknowledgedBefore) found.acknowledgedStations += 1;
  }
  return found;
}
