import assert from 'node:assert/strict';
import { test } from 'node:test';
import { event, exchange, T0, time } from './case.ts';
import { sessionsOf } from './fold.ts';
import type { SeenEntry } from './seen.ts';
import type { Session } from './session.ts';

const EVSE = { evse: { id: 1, connectorId: 2 } };
const TOKEN = { idToken: { idToken: 'A', type: 'ISO14443' } };
const V2 = { version: '2.0.1' } as const;

function only(entries: readonly SeenEntry[]): Session {
  const sessions = sessionsOf(entries);
  assert.equal(sessions.length, 1, JSON.stringify(sessions.map(({ marks }) => marks)));
  const [session] = sessions;
  assert.ok(session);
  return session;
}

const occupied = (seconds: number, connectorStatus = 'Occupied') =>
  exchange(
    seconds,
    'StatusNotification',
    { evseId: 1, connectorId: 2, connectorStatus, timestamp: time(seconds) },
    {},
    V2,
  );

const register = (seconds: number, value: number, context: string) => ({
  meterValue: [
    {
      timestamp: time(seconds),
      sampledValue: [
        { value, context, measurand: 'Energy.Active.Import.Register', unitOfMeasure: { unit: 'kWh' } },
      ],
    },
  ],
});

test('a remote start goes by its remoteStartId into the transaction', () => {
  const remote = exchange(
    0,
    'RequestStartTransaction',
    { remoteStartId: 42, idToken: { idToken: 'A', type: 'Central' } },
    { status: 'Accepted' },
    V2,
  );
  const session = only([
    remote,
    occupied(5),
    event(6, 'Started', 'T1', {
      seqNo: 0,
      triggerReason: 'RemoteStart',
      transactionInfo: { remoteStartId: 42, chargingState: 'EVConnected' },
      ...EVSE,
      ...register(6, 100.5, 'Transaction.Begin'),
    }),
    event(20, 'Updated', 'T1', {
      seqNo: 1,
      triggerReason: 'ChargingStateChanged',
      transactionInfo: { chargingState: 'Charging' },
    }),
    exchange(25, 'CostUpdated', { totalCost: 1.5, transactionId: 'T1' }, {}, V2),
    event(
      66,
      'Ended',
      'T1',
      {
        seqNo: 3,
        triggerReason: 'EVCommunicationLost',
        transactionInfo: { stoppedReason: 'EVDisconnected' },
        ...register(66, 101.75, 'Transaction.End'),
      },
      { totalCost: 2.25 },
    ),
    occupied(70, 'Available'),
  ]);
  assert.equal(session.id, remote.id);
  assert.deepEqual([session.connector, session.evseConnector], [1, 2]);
  assert.deepEqual([session.transaction, session.stopReason, session.cost], ['T1', 'EVDisconnected', 2.25]);
  assert.deepEqual(session.seqMissing, [2]);
  assert.equal(session.energy.registerWh, 1250);
  assert.equal(session.meterStart?.text, '100.5 kWh');
  assert.deepEqual(
    session.statuses.map(({ status }) => status),
    ['Occupied', 'EVConnected', 'Charging', 'Available'],
  );
  assert.equal(session.over, true);
});

test('a token that was authorised before is joined by its text', () => {
  const session = only([
    exchange(0, 'Authorize', TOKEN, { idTokenInfo: { status: 'Accepted' } }, V2),
    event(5, 'Started', 'T1', { seqNo: 0, ...TOKEN, ...EVSE }, { idTokenInfo: { status: 'Accepted' } }),
    event(60, 'Ended', 'T1', { seqNo: 1, transactionInfo: { stoppedReason: 'Local' } }),
  ]);
  assert.deepEqual(
    session.authorisations.map(({ status }) => status),
    ['Accepted', 'Accepted'],
  );
  assert.equal(session.idTag, 'A');
});

test('a transaction that happened offline has the times of its station', () => {
  const at = (seconds: number) => ({ timestamp: time(seconds), offline: true });
  const session = only([
    event(7200, 'Started', 'T1', { seqNo: 0, ...EVSE, ...at(600) }),
    event(7201, 'Ended', 'T1', { seqNo: 1, ...at(1200) }),
  ]);
  assert.equal(session.deliveredLate, true);
  assert.equal(session.startedAt, T0 + 600_000);
  assert.equal(session.durationMs, 600_000);
});

test('a transaction whose start was not seen, and an id that is used again', () => {
  const unseen = only([
    event(0, 'Updated', 'T1', { seqNo: 4, ...EVSE }),
    event(5, 'Ended', 'T1', { seqNo: 5 }),
  ]);
  assert.equal(unseen.startUnseen, true);
  const [, again] = sessionsOf([
    event(0, 'Started', 'T1', { seqNo: 0, ...EVSE }),
    event(5, 'Ended', 'T1', { seqNo: 1 }),
    event(90, 'Started', 'T1', { seqNo: 5, ...EVSE }),
  ]);
  assert.equal(again?.state, 'running');
  assert.notEqual(again?.reuses, null);
});
