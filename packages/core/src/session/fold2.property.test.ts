/** Lives of stations of OCPP 2.0.1 with a known truth, with transactions that begin with the plug, the card or power. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../message.ts';
import { event, exchange, time } from './case.ts';
import { sessionsOf } from './fold.ts';
import type { SeenEntry } from './seen.ts';

interface Plan {
  readonly evse: number;
  readonly pause: number;
  readonly plugFirst: boolean;
  /** What the transaction begins with. */
  readonly begins: 'plug' | 'card' | 'power';
  readonly remote: boolean;
  readonly updates: number;
  readonly ends: boolean;
  readonly wh: number;
  /** Whether the EVSE is named in the first event alone. */
  readonly evseOnce: boolean;
}

const plan: fc.Arbitrary<Plan> = fc.record({
  evse: fc.integer({ min: 1, max: 3 }),
  pause: fc.integer({ min: 1, max: 4000 }),
  plugFirst: fc.boolean(),
  begins: fc.constantFrom('plug', 'card', 'power'),
  remote: fc.boolean(),
  updates: fc.integer({ min: 0, max: 4 }),
  ends: fc.boolean(),
  wh: fc.integer({ min: 1, max: 80_000 }),
  evseOnce: fc.boolean(),
});

interface Truth {
  readonly entries: readonly string[];
  readonly connector: number | null;
  readonly transaction: string | null;
  readonly registerWh: number | null;
  readonly state: string;
}

const V2 = { version: '2.0.1' } as const;

/** One session after the other; a card is shown at one at a time. */
function live(plans: readonly Plan[]): {
  readonly log: readonly SeenEntry[];
  readonly truths: readonly Truth[];
} {
  const log: SeenEntry[] = [];
  const truths: Truth[] = [];
  let now = 0;
  for (const [number, one] of plans.entries()) {
    now += one.pause;
    const own: SeenEntry[] = [];
    const transaction = `tx-${number}`;
    const token = { idToken: { idToken: `TAG${number}`, type: 'ISO14443' } };
    let seqNo = -1;
    const tell = (make: (at: number) => SeenEntry) => {
      now += 3;
      own.push(make(now));
    };
    const status = (connectorStatus: string) =>
      tell((at) =>
        exchange(
          at,
          'StatusNotification',
          { evseId: one.evse, connectorId: 1, connectorStatus, timestamp: time(at) },
          {},
          V2,
        ),
      );
    const told = (type: string, wh: number, info: JsonObject, more: JsonObject = {}) => {
      seqNo += 1;
      // Before the plug nobody knows which EVSE it will be: OCPP 2.0.1 E03.
      const unknown = !one.plugFirst && type === 'Started' && one.begins === 'card';
      const due = seqNo === (one.plugFirst || one.begins !== 'card' ? 0 : 1);
      const named = !unknown && (due || !one.evseOnce) ? { evse: { id: one.evse, connectorId: 1 } } : {};
      tell((at) =>
        event(at, type, transaction, {
          seqNo,
          ...named,
          ...more,
          transactionInfo: info,
          meterValue: [{ timestamp: time(at), sampledValue: [{ value: 5000 + wh }] }],
        }),
      );
    };
    const admit = () => {
      if (one.remote) {
        const call = { remoteStartId: number, ...token };
        tell((at) => exchange(at, 'RequestStartTransaction', call, { status: 'Accepted' }, V2));
      } else tell((at) => exchange(at, 'Authorize', token, { idTokenInfo: { status: 'Accepted' } }, V2));
    };
    const begun = (): JsonObject => (one.remote ? { remoteStartId: number } : {});
    const plug = () => {
      status('Occupied');
      if (one.begins === 'plug') told('Started', 0, { chargingState: 'EVConnected' });
    };
    if (one.plugFirst) plug();
    admit();
    if (one.begins === 'card') told('Started', 0, begun(), token);
    if (!one.plugFirst) plug();
    const first = one.begins === 'power' ? 'Started' : 'Updated';
    told(first, 0, { chargingState: 'Charging', ...begun() }, first === 'Started' ? token : {});
    for (let update = 1; update <= one.updates; update += 1)
      told('Updated', one.wh, { chargingState: 'Charging' });
    if (one.ends) told('Ended', one.wh, { chargingState: 'Idle', stoppedReason: 'EVDisconnected' });
    status('Available');
    log.push(...own);
    truths.push({
      entries: own.map(({ id }) => id),
      connector: one.evse,
      transaction,
      registerWh: one.ends || one.updates > 0 ? one.wh : 0,
      state: one.ends ? 'ended' : 'stop_unseen',
    });
  }
  return { log, truths };
}

const lives = fc.array(plan, { minLength: 1, maxLength: 10 }).map(live);

function truthsOf(entries: readonly SeenEntry[]): readonly Truth[] {
  return sessionsOf(entries).map(({ marks, connector, transaction, energy, state }) => ({
    entries: marks.map(({ entry }) => entry),
    connector,
    transaction,
    registerWh: energy.registerWh,
    state,
  }));
}

test('OCPP 2.0.1: the sessions of a life are the sessions that were lived', () => {
  fc.assert(
    fc.property(lives, ({ log, truths }) => assert.deepEqual(truthsOf(log), truths)),
    { numRuns: 300 },
  );
});

test('OCPP 2.0.1: read alone from its first entry on, a session is the same one', () => {
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
