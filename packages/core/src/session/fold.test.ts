import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../message.ts';
import { authorize, connection, exchange, meter, start, status, stop, T0, time } from './case.ts';
import { SessionFold, sessionsOf } from './fold.ts';
import { entriesInSessions } from './roles.ts';
import type { SeenEntry } from './seen.ts';
import type { Session } from './session.ts';

function only(entries: readonly SeenEntry[]): Session {
  const sessions = sessionsOf(entries);
  assert.equal(sessions.length, 1, JSON.stringify(sessions.map(({ marks }) => marks)));
  const [session] = sessions;
  assert.ok(session);
  return session;
}

const roles = (session: Session) => session.marks.map(({ role, word }) => `${role} ${word}`.trim());

test('plug, card, start, meter, stop and unplugging are one session', () => {
  const plug = status(0, 1, 'Preparing');
  const session = only([
    plug,
    authorize(10, 'A'),
    start(20),
    status(21, 1, 'Charging'),
    meter(60, { wh: 1100, watts: 11_000, soc: 20 }),
    meter(120, { wh: 1283, watts: 11_000, soc: 21 }),
    meter(180, { wh: 1467, watts: 11_000, soc: 22 }),
    stop(200, 1528),
    status(201, 1, 'Finishing'),
    status(230, 1, 'Available'),
  ]);
  assert.deepEqual(roles(session), [
    'status Preparing',
    'authorisation Accepted',
    'start Accepted',
    'status Charging',
    'meter',
    'meter',
    'meter',
    'stop EVDisconnected',
    'status Finishing',
    'status Available',
  ]);
  assert.equal(session.id, plug.id);
  assert.equal(session.connector, 1);
  assert.equal(session.transaction, '7');
  assert.equal(session.idTag, 'A');
  assert.equal(session.state, 'ended');
  assert.equal(session.over, true);
  assert.equal(session.durationMs, 180_000);
  assert.equal(session.energy.registerWh, 528);
  assert.equal(Math.round(session.energy.integralWh ?? 0), 550);
  assert.equal(session.energy.agree, true);
  assert.deepEqual([session.socStartPercent, session.socEndPercent, session.powerMaxW], [20, 22, 11_000]);
  assert.deepEqual(
    session.series.energyWh.map(({ at, value }) => [(at - T0) / 1000, value]),
    [
      [60, 1100],
      [120, 1283],
      [180, 1467],
    ],
  );
});

test('a card before the plug belongs to the connector that is plugged then', () => {
  const card = authorize(0, 'A');
  const session = only([card, status(5, 2, 'Preparing'), status(90, 2, 'Available')]);
  assert.equal(session.id, card.id);
  assert.equal(session.connector, 2);
  assert.equal(session.state, 'attempt');
  assert.equal(session.over, true);
});

test('a refused card that is shown again is one attempt', () => {
  const session = only([
    status(0, 1, 'Preparing'),
    authorize(5, 'B', 'Invalid'),
    authorize(10, 'B', 'Invalid'),
    status(20, 1, 'Faulted', 'OtherError'),
  ]);
  assert.deepEqual(
    session.authorisations.map((told) => told.status),
    ['Invalid', 'Invalid'],
  );
  assert.equal(session.statuses.at(-1)?.errorCode, 'OtherError');
});

test('what is free belongs to nobody', () => {
  assert.deepEqual(sessionsOf([status(0, 0, 'Available'), status(1, 1, 'Available')]), []);
  assert.deepEqual(sessionsOf([status(0, 1, 'Available'), status(9, 1, 'Finishing')]), []);
});

test('a remote start is joined by connector, and without one by its id tag', () => {
  const remote = (call: Record<string, string | number>) =>
    exchange(0, 'RemoteStartTransaction', call, { status: 'Accepted' });
  assert.equal(only([remote({ idTag: 'A', connectorId: 1 }), start(5)]).remoteStarts.length, 1);
  assert.equal(only([remote({ idTag: 'A' }), status(2, 1, 'Preparing'), start(5)]).remoteStarts.length, 1);
  assert.equal(only([remote({ idTag: 'a' }), start(5)]).remoteStarts.length, 1);
});

test('a remote start at a connector that charges is an attempt beside it', () => {
  const sessions = sessionsOf([
    start(0),
    exchange(5, 'RemoteStartTransaction', { idTag: 'B', connectorId: 1 }, { status: 'Rejected' }),
    stop(60),
  ]);
  assert.deepEqual(
    sessions.map(({ state }) => state),
    ['ended', 'attempt'],
  );
});

test('the card that ends a session is of that session', () => {
  const session = only([start(0), authorize(60, 'A'), stop(61, 2000, 'Local')]);
  assert.equal(session.authorisations.length, 1);
});

test('two connectors keep their sessions apart', () => {
  const sessions = sessionsOf([
    status(0, 1, 'Preparing'),
    status(1, 2, 'Preparing'),
    authorize(2, 'A'),
    start(3, { connectorId: 2, transactionId: 8 }),
    authorize(4, 'B'),
    start(5, { connectorId: 1, idTag: 'B', transactionId: 9 }),
    meter(6, { wh: 1, connectorId: 2, transactionId: 8 }),
    meter(7, { wh: 1, connectorId: 1, transactionId: 9 }),
    stop(20, 2000, null, 8),
    stop(21, 2000, null, 9),
  ]);
  assert.deepEqual(
    sessions.map(({ connector, transaction, marks }) => [connector, transaction, marks.length]),
    [
      [1, '9', 5],
      [2, '8', 5],
    ],
  );
});

test('a start that is sent again is the same session, whichever id it got', () => {
  const told = { timestamp: time(0), meterStart: 5 };
  const session = only([
    start(0, { ...told, transactionId: 7 }),
    start(30, { ...told, transactionId: 8 }),
    stop(60, 10, null, 8),
  ]);
  assert.equal(session.transaction, '7');
  assert.equal(session.state, 'ended');
});

test('a stop without a start that was seen', () => {
  const session = only([stop(60, 5000)]);
  assert.equal(session.startUnseen, true);
  assert.equal(session.energy.registerWh, null);
  assert.equal(session.durationMs, null);
});

test('a transaction that only its meter values tell of, until its stop comes', () => {
  const values = [meter(0, { wh: 10 }), meter(60, { wh: 20 })];
  const running = only(values);
  assert.equal(running.startUnseen, true);
  assert.equal(running.state, 'running');
  const end = stop(120, 30);
  const ended = only([...values, end]);
  assert.equal(ended.id, end.id);
  assert.equal(ended.energy.registerWh, 20);
});

test('a stop that never comes', () => {
  const [first, second] = sessionsOf([start(0), status(60, 1, 'Available'), status(90, 1, 'Preparing')]);
  assert.equal(first?.state, 'stop_unseen');
  assert.equal(second?.state, 'attempt');
  assert.equal(only([start(0), status(60, 1, 'Available')]).state, 'stop_unseen');
  const later = only([start(0), exchange(13 * 3600, 'Heartbeat', {})]);
  assert.equal(later.state, 'stop_unseen');
});

test('a session told when the station is back', () => {
  const session = only([
    status(0, 2, 'Available'),
    status(1, 2, 'Available'),
    start(7200, { timestamp: time(600), meterStart: 100 }),
    exchange(7205, 'StopTransaction', { transactionId: 7, meterStop: 900, timestamp: time(3600) }, {}),
  ]);
  assert.equal(session.deliveredLate, true);
  assert.equal(session.startedAt, T0 + 600_000);
  assert.equal(session.stoppedAt, T0 + 3_600_000);
  assert.equal(session.durationMs, 3_000_000);
});

test('a clock that is an hour slow makes nothing late', () => {
  const slow = (seconds: number, state: string) =>
    exchange(seconds, 'StatusNotification', {
      connectorId: 1,
      status: state,
      errorCode: 'NoError',
      timestamp: time(seconds - 3600),
    });
  const session = only([
    slow(0, 'Preparing'),
    slow(1, 'Preparing'),
    start(5, { timestamp: time(5 - 3600) }),
    exchange(65, 'StopTransaction', { transactionId: 7, meterStop: 2000, timestamp: time(65 - 3600) }, {}),
  ]);
  assert.equal(session.deliveredLate, false);
  assert.equal(session.startedAt, T0 + 5000);
});

test('ids 0 and -1 go by the connector, and a start without an answer gets its stop', () => {
  const session = only([
    exchange(0, 'StartTransaction', { connectorId: 1, idTag: 'A', meterStart: 0, timestamp: time(0) }, null),
    meter(60, { wh: 100, transactionId: -1 }),
    meter(120, { wh: 200, transactionId: 0 }),
    stop(180, 300, 'Local', -1),
  ]);
  assert.equal(session.marks.length, 4);
  assert.equal(session.state, 'ended');
  assert.equal(session.energy.registerWh, 300);
});

test('a transaction id that is used again is told', () => {
  const sessions = sessionsOf([start(0), stop(60), start(100), stop(160)]);
  assert.deepEqual(
    sessions.map(({ reuses }) => reuses),
    [null, sessions[0]?.id],
  );
});

test('a boot and a lost connection fall into what runs, and are not of it', () => {
  const session = only([
    start(0),
    connection(10, { event: 'closed' }),
    connection(50, { event: 'accepted' }),
    exchange(51, 'BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' }),
    stop(60, 2000, 'PowerLoss'),
  ]);
  assert.deepEqual(
    session.interruptions.map(({ kind, at, until }) => [kind, at - T0, until === null ? null : until - T0]),
    [
      ['connection', 10_000, 50_000],
      ['boot', 51_000, null],
    ],
  );
  assert.equal(session.marks.length, 2);
});

test('power that does not fit the register is told', () => {
  const session = only([
    start(0, { meterStart: 0 }),
    meter(60, { wh: 0, watts: 1 }),
    meter(120, { wh: 0, watts: 1 }),
    meter(180, { wh: 1, watts: 1 }),
    stop(240, 1600),
  ]);
  assert.equal(session.energy.registerWh, 1600);
  assert.equal(session.energy.agree, false);
});

test('beyond 64 sessions, and a day after its end, a session settles as it is', () => {
  const fold = new SessionFold();
  for (let number = 0; number < 70; number += 1) {
    fold.add(start(number * 10, { connectorId: number + 1, transactionId: 100 + number }));
  }
  assert.deepEqual(
    fold.take().map(({ transaction, state }) => [transaction, state]),
    ['100', '101', '102', '103', '104', '105'].map((transaction) => [transaction, 'stop_unseen']),
  );
  assert.equal(fold.end().length, 64);

  const days = new SessionFold();
  for (const entry of [start(0), stop(60), status(61, 1, 'Available'), authorize(60 + 86_400, 'B')])
    days.add(entry);
  assert.deepEqual(days.take(), []);
  days.add(authorize(2 * 86_400, 'C'));
  assert.deepEqual(
    days.take().map(({ state }) => state),
    ['ended'],
  );
});

test('a log that holds no answers, and ids that are texts', () => {
  const silent = (seconds: number, action: string, call: JsonObject) => exchange(seconds, action, call, null);
  const session = only([
    silent(0, 'StatusNotification', { connectorId: '1', errorCode: 'NoError', status: 'Preparing' }),
    silent(5, 'StartTransaction', { connectorId: '1', idTag: 'A', meterStart: '42', timestamp: time(5) }),
    silent(60, 'MeterValues', { connectorId: '1', transactionId: '9', meterValue: [] }),
    silent(90, 'StopTransaction', { transactionId: '9', meterStop: '142', timestamp: time(90) }),
  ]);
  assert.equal(session.marks.length, 4);
  assert.equal(session.connector, 1);
  assert.equal(session.transaction, '9');
  assert.equal(session.energy.registerWh, 100);
  assert.deepEqual(session.answers, { csms: false, station: false });
});

test('another card of the group that ends a session is of that session, as is a remote start that came twice', () => {
  const stopped = exchange(70, 'StopTransaction', {
    transactionId: 7,
    idTag: 'B',
    meterStop: 2000,
    timestamp: time(70),
    reason: 'Local',
  });
  assert.deepEqual(roles(only([start(0), authorize(65, 'B'), stopped])), [
    'start Accepted',
    'authorisation Accepted',
    'stop Local',
  ]);
  assert.equal(only([start(0), authorize(65, 'B'), stop(70, 2000, 'Local')]).authorisations.length, 1);
  const remote = (seconds: number) =>
    exchange(seconds, 'RemoteStartTransaction', { idTag: 'A', connectorId: 1 }, { status: 'Accepted' });
  assert.equal(only([remote(0), start(5), remote(6), stop(60)]).remoteStarts.length, 2);
});

test('each entry of a session has its role there', () => {
  const [plug, begun, idle] = [status(0, 1, 'Preparing'), start(5), status(6, 0, 'Available')];
  const entries = entriesInSessions(sessionsOf([plug, begun, idle]));
  assert.deepEqual(entries.get(begun.id), { session: plug.id, role: 'start' });
  assert.equal(entries.get(idle.id), undefined);
});

test('a slow clock of which nothing is known makes nothing late, unless the station was away meanwhile', () => {
  const begun = start(7200, { timestamp: time(3600) });
  assert.equal(only([begun]).deliveredLate, false);
  const boot = exchange(7000, 'BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' });
  const [late] = sessionsOf([boot, begun]);
  assert.equal(late?.deliveredLate, true);
  assert.equal(late?.startedAt, T0 + 3_600_000);
});

test('a remote start that the station follows with another tag', () => {
  const remote = exchange(0, 'RemoteStartTransaction', { idTag: 'GROUP' }, { status: 'Accepted' });
  assert.deepEqual(roles(only([remote, start(9, { idTag: 'B' })])), [
    'remote_start Accepted',
    'start Accepted',
  ]);
  assert.equal(sessionsOf([remote, start(300, { idTag: 'B' })]).length, 2);
});

test('meter values of a transaction that is long over neither begin a session nor keep one going', () => {
  assert.deepEqual(sessionsOf([status(0, 1, 'Available'), meter(60, { wh: 10 })]), []);
  const ended = [start(0), status(60, 1, 'Available')];
  assert.equal(only([...ended, meter(120, { wh: 10, watts: 0 })]).state, 'stop_unseen');
  assert.equal(only([...ended, meter(120, { wh: 10, watts: 7000 })]).state, 'running');
});
