/** Lives of stations with a known truth: which entry is of which session, and what it came to. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { authorize, exchange, meter, start, status, stop } from './case.ts';
import { SessionFold, sessionsOf } from './fold.ts';
import { inOrder, type SeenEntry } from './seen.ts';

interface Plan {
  readonly connector: number;
  readonly pause: number;
  readonly plugFirst: boolean;
  readonly remote: boolean;
  readonly refused: number;
  readonly charges: boolean;
  readonly meters: number;
  readonly stops: boolean;
  readonly wh: number;
}

interface Truth {
  readonly entries: readonly string[];
  readonly connector: number;
  readonly transaction: string | null;
  readonly registerWh: number | null;
  readonly state: string;
}

const plan: fc.Arbitrary<Plan> = fc.record({
  connector: fc.integer({ min: 1, max: 3 }),
  pause: fc.integer({ min: 1, max: 4000 }),
  plugFirst: fc.boolean(),
  remote: fc.boolean(),
  refused: fc.integer({ min: 0, max: 2 }),
  charges: fc.boolean(),
  meters: fc.integer({ min: 0, max: 4 }),
  stops: fc.boolean(),
  wh: fc.integer({ min: 0, max: 80_000 }),
});

/** One session after the other at each connector; connectors take turns, a card being shown at one at a time. */
function live(plans: readonly Plan[]): {
  readonly log: readonly SeenEntry[];
  readonly truths: readonly Truth[];
} {
  const log: SeenEntry[] = [];
  const truths: Truth[] = [];
  let now = 0;
  const idle = () => log.push(exchange(now, 'Heartbeat', {}), status(now, 0, 'Available'));
  for (const [number, one] of plans.entries()) {
    now += one.pause;
    idle();
    const { connector, wh } = one;
    const idTag = `TAG${number}`;
    const transactionId = 100 + number;
    const own: SeenEntry[] = [];
    const tell = (seconds: number, make: (at: number) => SeenEntry) => {
      now += seconds;
      own.push(make(now));
    };
    const plug = () => tell(2, (at) => status(at, connector, 'Preparing'));
    if (one.plugFirst) plug();
    for (let tries = 0; tries < one.refused; tries += 1) tell(3, (at) => authorize(at, idTag, 'Invalid'));
    if (one.remote) {
      tell(4, (at) =>
        exchange(at, 'RemoteStartTransaction', { idTag, connectorId: connector }, { status: 'Accepted' }),
      );
    } else tell(4, (at) => authorize(at, idTag));
    if (!one.plugFirst) plug();
    if (one.charges) {
      tell(5, (at) => start(at, { connectorId: connector, idTag, meterStart: 1000, transactionId }));
      tell(1, (at) => status(at, connector, 'Charging'));
      for (let sample = 0; sample < one.meters; sample += 1) {
        tell(60, (at) => meter(at, { wh: 1000 + wh, connectorId: connector, transactionId }));
      }
      if (one.stops) {
        tell(60, (at) => stop(at, 1000 + wh, 'Local', transactionId));
        tell(1, (at) => status(at, connector, 'Finishing'));
      }
    }
    tell(30, (at) => status(at, connector, 'Available'));
    log.push(...own);
    const told = one.stops || one.meters > 0;
    truths.push({
      entries: own.map(({ id }) => id),
      connector,
      transaction: one.charges ? String(transactionId) : null,
      registerWh: one.charges && told ? wh : null,
      state: one.charges ? (one.stops ? 'ended' : 'stop_unseen') : 'attempt',
    });
  }
  idle();
  return { log, truths };
}

const lives = fc.array(plan, { minLength: 1, maxLength: 12 }).map(live);

function truthsOf(entries: readonly SeenEntry[]): readonly Truth[] {
  return sessionsOf(entries).map(({ marks, connector, transaction, energy, state }) => ({
    entries: marks.map(({ entry }) => entry),
    connector: connector ?? 0,
    transaction,
    registerWh: energy.registerWh,
    state,
  }));
}

test('the sessions of a life are the sessions that were lived', () => {
  fc.assert(fc.property(lives, ({ log, truths }) => assert.deepEqual(truthsOf(log), truths)));
});

test('in whatever order and chunks entries come, the sessions are the same', () => {
  fc.assert(
    fc.property(
      lives.chain((lived) =>
        fc.record({
          lived: fc.constant(lived),
          mixed: fc.shuffledSubarray([...lived.log], { minLength: lived.log.length }),
        }),
      ),
      ({ lived, mixed }) => {
        assert.deepEqual(sessionsOf(mixed), sessionsOf(lived.log));
        const fold = new SessionFold();
        const sessions = lived.log.toSorted(inOrder).flatMap((entry) => {
          fold.add(entry);
          return fold.take();
        });
        assert.deepEqual([...sessions, ...fold.end()], sessionsOf(lived.log));
      },
    ),
  );
});

test('read alone from its first entry on, a session is the same one', () => {
  fc.assert(
    fc.property(lives, ({ log, truths }) => {
      for (const truth of truths) {
        const first = log.findIndex(({ id }) => id === truth.entries[0]);
        const alone = truthsOf(log.slice(first)).find(({ entries }) => entries[0] === truth.entries[0]);
        assert.deepEqual(alone, truth);
      }
    }),
  );
});

test('later entries do not change the id of a session, and meter values are not needed for it', () => {
  fc.assert(
    fc.property(lives, fc.nat(), ({ log }, cut) => {
      const ids = (entries: readonly SeenEntry[]) => sessionsOf(entries).map(({ id }) => id);
      const all = ids(log);
      const early = ids(log.slice(0, cut % (log.length + 1)));
      assert.deepEqual(early, all.slice(0, early.length));
      assert.deepEqual(ids(log.filter(({ action }) => action !== 'MeterValues')), all);
    }),
  );
});

const word = fc.constantFrom('A', 'B', 'Available', 'Preparing', 'Charging', 'Finishing', 'Faulted');
const noise: fc.Arbitrary<SeenEntry> = fc
  .record({
    seconds: fc.integer({ min: 0, max: 5000 }),
    kind: fc.integer({ min: 0, max: 6 }),
    connector: fc.integer({ min: -1, max: 2 }),
    transaction: fc.integer({ min: -1, max: 3 }),
    word,
  })
  .map(({ seconds, kind, connector, transaction, word: said }) => {
    switch (kind) {
      case 0:
        return status(seconds, connector, said);
      case 1:
        return authorize(seconds, said, said === 'A' ? 'Accepted' : 'Invalid');
      case 2:
        return start(seconds, { connectorId: connector, idTag: said, transactionId: transaction });
      case 3:
        return stop(seconds, 2000, 'Local', transaction);
      case 4:
        return meter(seconds, { wh: 5, connectorId: connector, transactionId: transaction });
      case 5:
        return exchange(seconds, 'RemoteStartTransaction', { idTag: said }, { status: 'Accepted' });
      default:
        return exchange(seconds, 'BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' });
    }
  });

test('whatever a station says, no entry is in two sessions, and none twice', () => {
  fc.assert(
    fc.property(fc.array(noise, { maxLength: 200 }), (entries) => {
      const sessions = sessionsOf(entries);
      const marked = sessions.flatMap(({ marks }) => marks.map(({ entry }) => entry));
      assert.equal(new Set(marked).size, marked.length);
      assert.equal(new Set(sessions.map(({ id }) => id)).size, sessions.length);
      for (const { id, marks } of sessions) assert.ok(marks.some(({ entry }) => entry === id));
    }),
  );
});
