import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../message.ts';
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

test('of sequence numbers that no double can tell apart nobody counts what lies between', () => {
  const numbers = [2 ** 53, 2 ** 53 + 2, 2n ** 60n, '9007199254740993'];
  const session = only([
    event(0, 'Started', 'T1', { seqNo: 7, ...EVSE }),
    ...numbers.map((seqNo, at) => event(5 + at, 'Updated', 'T1', { seqNo })),
    event(60, 'Ended', 'T1', { seqNo: 9 }),
  ]);
  assert.deepEqual(session.seqMissing, [8]);
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

const card = (idToken: string) => ({ idToken: { idToken, type: 'ISO14443' } });
const allowed = (status: string) => ({ idTokenInfo: { status } });

test('the answer to a card that ends a transaction says nothing of the one that began it', () => {
  const begun = event(0, 'Started', 'T', { seqNo: 0, ...EVSE, ...card('A') }, allowed('Accepted'));
  const by = (eventType: string, triggerReason: string, idToken: string, status: string) =>
    only([begun, event(600, eventType, 'T', { seqNo: 1, triggerReason, ...card(idToken) }, allowed(status))])
      .startAuthorisation;
  assert.equal(by('Ended', 'StopAuthorized', 'STAFF', 'Invalid'), 'Accepted');
  assert.equal(by('Ended', 'StopAuthorized', 'A', 'ConcurrentTx'), 'Accepted');
  assert.equal(by('Updated', 'StopAuthorized', 'STAFF', 'Invalid'), 'Accepted');
  assert.equal(by('Updated', 'Authorized', 'STRANGER', 'Invalid'), 'Accepted');
  assert.equal(by('Updated', 'Authorized', 'a', 'Blocked'), 'Blocked');
});

test('a refusal is taken back by a card that is allowed, and not by an answer to no card', () => {
  const after = (told: JsonObject, status: string) =>
    only([
      event(0, 'Started', 'T', { seqNo: 0, ...EVSE, ...card('A') }, allowed('Blocked')),
      event(60, 'Updated', 'T', { seqNo: 1, triggerReason: 'MeterValuePeriodic', ...told }, allowed(status)),
    ]).startAuthorisation;
  assert.equal(after({}, 'Accepted'), 'Blocked');
  assert.equal(after(card('B'), 'Accepted'), 'Accepted');
  assert.equal(after({}, 'Invalid'), 'Invalid');
});

const plugged = (seconds: number, transaction: string, id: number) =>
  event(seconds, 'Started', transaction, {
    seqNo: 0,
    triggerReason: 'CablePluggedIn',
    evse: { id },
    transactionInfo: { chargingState: 'EVConnected' },
  });
const shown = (seconds: number, idToken: string) =>
  exchange(seconds, 'Authorize', card(idToken), allowed('Accepted'), V2);
const charging = (seconds: number, transaction: string, idToken: string) =>
  event(
    seconds,
    'Updated',
    transaction,
    {
      seqNo: 1,
      triggerReason: 'Authorized',
      transactionInfo: { chargingState: 'Charging' },
      ...card(idToken),
    },
    allowed('Accepted'),
  );

test('of two drivers at two EVSEs each has the card that its transaction names', () => {
  const entries = [
    plugged(0, 'TA', 1),
    plugged(5, 'TB', 2),
    shown(20, 'A'),
    shown(22, 'B'),
    charging(24, 'TB', 'B'),
    charging(26, 'TA', 'A'),
  ];
  assert.deepEqual(
    sessionsOf(entries).map(({ connector, idTag, marks }) => [
      connector,
      idTag,
      marks.map(({ role }) => role),
    ]),
    [
      [1, 'A', ['start', 'authorisation', 'update']],
      [2, 'B', ['start', 'authorisation', 'update']],
    ],
  );
});

test('a card goes to the transaction that names it, though another car was plugged in just before', () => {
  const waited = [plugged(0, 'TA', 1), plugged(1000, 'TB', 2), shown(1020, 'A')];
  const told = (entries: readonly SeenEntry[]) =>
    sessionsOf(entries).map(({ connector, idTag, marks, authorisations }) => [
      connector,
      idTag,
      marks.map(({ role }) => role),
      authorisations.length,
    ]);
  assert.deepEqual(told([...waited, charging(1024, 'TA', 'A')]), [
    [1, 'A', ['start', 'authorisation', 'update'], 2],
    [2, null, ['start'], 0],
  ]);
  assert.deepEqual(told([...waited, charging(1024, 'TB', 'A')]), [
    [1, null, ['start'], 0],
    [2, 'A', ['start', 'authorisation', 'update'], 2],
  ]);
});

test('a card that no transaction names stays by itself', () => {
  const entries = [plugged(0, 'TA', 1), plugged(5, 'TB', 2), shown(20, 'C'), charging(26, 'TA', 'A')];
  assert.deepEqual(
    sessionsOf(entries).map(({ idTag }) => idTag),
    ['A', null, 'C'],
  );
});

test('a remote start that names no EVSE goes to the transaction that names it, though that had begun', () => {
  const remote = (seconds: number, remoteStartId: number, idToken: string) =>
    exchange(
      seconds,
      'RequestStartTransaction',
      { remoteStartId, ...card(idToken) },
      { status: 'Accepted' },
      V2,
    );
  const entries = [
    plugged(0, 'TA', 1),
    plugged(5, 'TB', 2),
    remote(20, 1, 'A'),
    event(24, 'Updated', 'TB', {
      seqNo: 1,
      triggerReason: 'RemoteStart',
      transactionInfo: { remoteStartId: 1, chargingState: 'Charging' },
    }),
  ];
  assert.deepEqual(
    sessionsOf(entries).map(({ connector, remoteStarts }) => [connector, remoteStarts.length]),
    [
      [1, 0],
      [2, 1],
    ],
  );
});
