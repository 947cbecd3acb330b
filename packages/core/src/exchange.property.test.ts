import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { Connection, DOWN, type Event, SECOND, UP } from './pairing-case.ts';
import type { PairingLimits } from './pairing-events.ts';

type Step =
  | {
      readonly kind: 'frame';
      readonly up: boolean;
      readonly type: number;
      readonly id: number;
      readonly payload: number;
    }
  | { readonly kind: 'expire' | 'unanswered' | 'connection_lost' };

/** Few ids and payloads, so that frames meet; steps of -4 to 40 s, so that time-outs and holding do. */
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('frame' as const),
      up: fc.boolean(),
      type: fc.constantFrom(2, 2, 2, 3, 3, 4, 5, 6),
      id: fc.nat(2),
      payload: fc.nat(1),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('expire' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('unanswered' as const, 'connection_lost' as const) }),
  },
);
const talks = fc.array(fc.tuple(step, fc.constantFrom(-4, 0, 0.5, 3, 15, 40)), {
  maxLength: 60,
  size: 'max',
});
const limits: fc.Arbitrary<Partial<PairingLimits>> = fc.record({
  holdAnswersUs: fc.constantFrom(0, 10 * SECOND),
  pendingMax: fc.constantFrom(2, 10_000),
  lateMax: fc.constantFrom(1, 1000),
  heldMax: fc.constantFrom(1, 1000),
  answeredMax: fc.constantFrom(1, 16),
});

function textOf(step: Extract<Step, { kind: 'frame' }>): string {
  const { type, id, payload } = step;
  if (type === 2 || type === 6) return `[${type},"${id}","Heartbeat",{"n":${payload}}]`;
  return type === 3 ? `[3,"${id}",{}]` : `[${type},"${id}","GenericError","",{}]`;
}

interface Played {
  readonly talk: Connection;
  readonly calls: number;
  readonly answers: number;
}

/** Plays the steps, then ends the connection; `clock` false: frames without times. */
function play(
  steps: readonly (readonly [Step, number])[],
  bounds: Partial<PairingLimits>,
  clock: boolean,
): Played {
  const talk = new Connection('2.1', bounds);
  let seconds = 100;
  let calls = 0;
  let answers = 0;
  for (const [step, after] of steps) {
    seconds += after;
    if (step.kind === 'frame') {
      talk.send(step.up ? UP : DOWN, clock ? seconds : null, textOf(step));
      if (step.type === 2 || step.type === 6) calls++;
      else answers++;
    } else if (step.kind === 'expire') {
      talk.expire(seconds);
    } else {
      talk.end(step.kind);
    }
  }
  talk.end('connection_lost');
  return { talk, calls, answers };
}

const refs = (count: number, letter: string): string[] =>
  Array.from({ length: count }, (_, at) => `${letter}${at + 1}`);
const byNumber = (one: string, other: string): number => Number(one.slice(1)) - Number(other.slice(1));

/** What answers became, in any event but `held`. */
const fates = (events: readonly Event[]): string[] =>
  events.flatMap((event) =>
    event.kind === 'orphan' || (event.kind === 'ended' && event.by !== null) ? [event.by ?? ''] : [],
  );

test('every call is opened once and every answer is an answer, a rejection or an orphan, once', () => {
  fc.assert(
    fc.property(talks, limits, fc.boolean(), (steps, bounds, clock) => {
      const { talk, calls, answers } = play(steps, bounds, clock);
      const opened = talk.events.flatMap((event) => (event.kind === 'opened' ? [event.ref] : []));
      assert.deepEqual(opened, refs(calls, 'c'));
      assert.deepEqual(fates(talk.events).sort(byNumber), refs(answers, 'a'));
      const held = talk.events.flatMap((event) => (event.kind === 'held' ? [event.by] : []));
      assert.equal(new Set(held).size, held.length);
    }),
    { numRuns: 1000 },
  );
});

/** Outcomes that an exchange may have next. */
const NEXT: Readonly<Record<string, readonly string[]>> = {
  pending: ['answered', 'error', 'late', 'timeout', 'unanswered', 'resent', 'replaced', 'connection_lost'],
  timeout: ['answered', 'error', 'late'],
  unanswered: ['answered', 'error', 'late'],
  resent: ['answered', 'error', 'late'],
  replaced: ['answered', 'error', 'late'],
  answered: ['result_rejected'],
  late: ['result_rejected'],
};

test('an exchange has one answer and one rejection at most, and its outcomes follow each other', () => {
  fc.assert(
    fc.property(talks, limits, fc.boolean(), (steps, bounds, clock) => {
      const { talk } = play(steps, bounds, clock);
      const outcomes = new Map<string, string>();
      const parts = new Set<string>();
      for (const event of talk.events) {
        if (event.kind === 'opened') outcomes.set(event.ref, event.outcome);
        if (event.kind !== 'ended') continue;
        const before = outcomes.get(event.ref) ?? 'nothing';
        assert.ok(NEXT[before]?.includes(event.outcome), `${before} became ${event.outcome}`);
        outcomes.set(event.ref, event.outcome);
        assert.equal(event.part === null, event.by === null);
        if (event.part !== null) assert.ok(!parts.has(`${event.ref} ${event.part}`));
        parts.add(`${event.ref} ${event.part}`);
        if (event.latency !== null) assert.ok(event.latency >= 0 && event.latency <= 600 * SECOND);
        if (event.outcome === 'late') assert.ok(event.latency === null || event.latency > 60 * SECOND);
        if (event.successor !== null) assert.equal(outcomes.get(event.successor), 'pending');
      }
      assert.ok([...outcomes.values()].every((outcome) => outcome !== 'pending'));
      assert.equal(talk.pairing.pendingCount, 0);
      assert.equal(talk.pairing.nextDue, null);
    }),
    { numRuns: 1000 },
  );
});

test('as many calls wait as are pending, and the next due time is never in the past', () => {
  fc.assert(
    fc.property(talks, limits, (steps, bounds) => {
      const talk = new Connection('2.1', bounds);
      const pending = new Set<string>();
      let seconds = 100;
      for (const [step, after] of steps) {
        seconds += Math.max(after, 0);
        const before = talk.events.length;
        if (step.kind === 'frame') talk.send(step.up ? UP : DOWN, seconds, textOf(step));
        else talk.expire(seconds);
        for (const event of talk.events.slice(before)) {
          if (event.kind === 'opened' && event.outcome === 'pending') pending.add(event.ref);
          if (event.kind === 'ended') pending.delete(event.ref);
        }
        assert.equal(talk.pairing.pendingCount, pending.size);
        const due = talk.pairing.nextDue;
        assert.ok(due === null || due >= seconds * SECOND);
      }
    }),
    { numRuns: 500 },
  );
});

test('what comes out in the end does not depend on when time-outs are looked for', () => {
  const forward = talks.map((steps) =>
    steps.flatMap(([step, after]) => (step.kind === 'frame' ? [[step, Math.max(after, 0)] as const] : [])),
  );
  fc.assert(
    fc.property(forward, limits, (steps, bounds) => {
      const often = steps.flatMap(([step, after]) => [
        [{ kind: 'expire' } as const, after] as const,
        [step, 0] as const,
      ]);
      assert.deepEqual(play(often, bounds, true).talk.events, play(steps, bounds, true).talk.events);
    }),
    { numRuns: 500 },
  );
});
