/** What has not ended is told otherwise where the log goes on: now, when last heard of, or as far as was read. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorize, connection, event, exchange, meter, start, status, T0, time } from '../session/case.ts';
import { sessionsOf } from '../session/fold.ts';
import type { SeenEntry } from '../session/seen.ts';
import { verdictOf } from './judge.ts';
import type { LogEnd } from './rule.ts';

const DAY = 86_400;
/** `seconds`: now; all was read that had come by then. */
const store = (seconds: number): LogEnd => ({ now: T0 + seconds * 1000, readTo: T0 + DAY * 1000 });
const text = (entries: readonly SeenEntry[], end: LogEnd | null) => {
  const [session] = sessionsOf(entries);
  assert.ok(session);
  return verdictOf(session, end).text;
};

const charging = [
  authorize(0, 'A'),
  start(60, { meterStart: 1000 }),
  status(62, 1, 'Charging'),
  meter(1800, { wh: 3000, watts: 7200 }),
];
const heldBack = (word: string) => [...charging.slice(0, 2), status(62, 1, word), meter(662, { wh: 3000 })];

test('a session that runs now is charging, since when', () => {
  assert.equal(text(charging, store(1810)), 'Charging since 2026-01-05 10:01 UTC; 2.0 kWh so far.');
  assert.equal(text(charging, null), 'Was charging when the log ends; 2.0 kWh so far.');
  assert.equal(
    text(heldBack('SuspendedEV'), store(700)),
    'Running since 2026-01-05 10:01 UTC, and the car takes nothing (SuspendedEV) for 10 min; 2.0 kWh so far.',
  );
  assert.equal(
    text(heldBack('Finishing'), store(700)),
    'Running since 2026-01-05 10:01 UTC, and Finishing without a stop yet; 2.0 kWh so far.',
  );
  assert.equal(
    text(charging.slice(0, 2), store(70)),
    'Begun at 2026-01-05 10:01 UTC; energy unknown so far.',
  );
});

test('OCPP 2.x: a car that does not charge any more is not charging, and a connector that is occupied says neither', () => {
  const told = (seconds: number, type: string, chargingState: string, wh: number) =>
    event(seconds, type, 'T', {
      seqNo: seconds,
      evse: { id: 1 },
      transactionInfo: { chargingState },
      meterValue: [{ timestamp: time(seconds), sampledValue: [{ value: wh }] }],
    });
  const occupied = (seconds: number) =>
    exchange(
      seconds,
      'StatusNotification',
      { evseId: 1, connectorId: 1, connectorStatus: 'Occupied', timestamp: time(seconds) },
      {},
      { version: '2.0.1' },
    );
  const begun = [told(60, 'Started', 'Charging', 1000), told(600, 'Updated', 'Charging', 3000)];
  assert.equal(
    text([...begun, occupied(601)], store(610)),
    'Charging since 2026-01-05 10:01 UTC; 2.0 kWh so far.',
  );
  const paused = [...begun, told(660, 'Updated', 'EVConnected', 3000), occupied(661), occupied(900)];
  assert.equal(
    text(paused, store(910)),
    'Running since 2026-01-05 10:01 UTC, and the car does not charge (EVConnected) for 4 min; 2.0 kWh so far.',
  );
});

test('of a station that is away it is told when it was last heard of', () => {
  const heard = 'when its station was last heard of, at 2026-01-05 10:30 UTC';
  assert.equal(text(charging, store(1800 + 3601)), `Was charging ${heard}; 2.0 kWh so far.`);
  assert.match(text(charging, store(1800 + 3600)), /^Charging since/);
  const closed = [...charging, connection(1800, { event: 'closed' })];
  assert.equal(text(closed, store(1810)), `Was charging ${heard}; 2.0 kWh so far.`);
  const back = [...closed, connection(1805, { event: 'accepted' })];
  assert.match(text(back, store(1810)), /^Charging since/);
  assert.equal(
    text(heldBack('SuspendedEVSE'), store(DAY)),
    'Was running when its station was last heard of, at 2026-01-05 10:11 UTC, and the station held it back (SuspendedEVSE) for 10 min; 2.0 kWh so far.',
  );
});

test('what lasts longer than is read is told as far as that', () => {
  const end = { readTo: T0 + 1800_000, now: T0 + 1810_000 };
  assert.equal(
    text(charging, end),
    'Was charging at 2026-01-05 10:30 UTC, as far as is read; 2.0 kWh so far.',
  );
});

test('attempts under way do not end with a log that goes on', () => {
  const plug = [status(0, 1, 'Preparing'), exchange(200, 'Heartbeat', {})];
  const plugged = 'Plugged in for 3 min without a card or a remote start';
  assert.equal(text(plug, null), `${plugged} when the log ends.`);
  assert.equal(text(plug, store(210)), `${plugged} so far.`);
  const card = [authorize(0, 'A'), exchange(60, 'Heartbeat', {})];
  assert.equal(text(card, null), 'Not charging yet when the log ends.');
  assert.equal(text(card, store(65)), 'Not charging yet.');
  assert.equal(
    text(card, store(DAY)),
    'Not charging yet when its station was last heard of, at 2026-01-05 10:01 UTC.',
  );
  const remote = exchange(0, 'RemoteStartTransaction', { idTag: 'A', connectorId: 1 }, null);
  const asked = [exchange(-9, 'Reset', { type: 'Soft' }), remote, exchange(30, 'Heartbeat', {})];
  assert.equal(text(asked, store(31)), 'A remote start was not answered yet.');
});
