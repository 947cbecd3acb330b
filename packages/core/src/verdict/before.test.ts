/** What was said of a card before it was shown: reservations and refusals. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../message.ts';
import { authorize, exchange, start, status, stop, time } from '../session/case.ts';
import { sessionsOf } from '../session/fold.ts';
import type { SeenEntry } from '../session/seen.ts';
import { verdictOf } from './judge.ts';
import { beat, free, HOUR } from './log-parts.fixture.ts';

function told(entries: readonly SeenEntry[]) {
  return sessionsOf(entries).map((session) => {
    const { rule, text, also } = verdictOf(session);
    return [rule, text, ...also.map((each) => `${each.rule}: ${each.text}`)];
  });
}

const reserve = (seconds: number, idTag: string, answered: string, more: JsonObject = {}) =>
  exchange(
    seconds,
    'ReserveNow',
    { connectorId: 1, expiryDate: time(seconds + 1800), idTag, reservationId: 5, ...more },
    { status: answered },
  );
const reserved = status(1, 1, 'Reserved');
const remote = (seconds: number, answered: string) =>
  exchange(seconds, 'RemoteStartTransaction', { idTag: 'A', connectorId: 1 }, { status: answered });

test('a remote start for another card than the connector is reserved for is told so', () => {
  const log = [reserve(0, 'B', 'Accepted'), reserved, remote(60, 'Rejected'), beat(600)];
  const text = 'The connector was reserved for another card until 2026-01-05 10:30 UTC';
  assert.deepEqual(told(log), [
    ['reserved-for-other', `${text}, and it refused the remote start (Rejected); nobody charged.`],
  ]);
  const evidence = sessionsOf(log).map((session) => verdictOf(session).evidence.map(({ what }) => what));
  assert.deepEqual(evidence, [['ReserveNow Accepted', 'RemoteStartTransaction Rejected']]);
});

test('a reservation that is not in force, not known, or may be used by the card, is not why', () => {
  const shown = [authorize(60, 'A'), beat(600)];
  const rule = (...before: readonly SeenEntry[]) => told([...before, ...shown])[0]?.[0];
  assert.equal(rule(reserve(0, 'B', 'Accepted'), reserved), 'reserved-for-other');
  assert.equal(rule(reserved), 'authorised-not-free');
  assert.equal(rule(reserve(0, 'a', 'Accepted'), reserved), 'authorised-not-free');
  assert.equal(rule(reserve(0, 'B', 'Accepted', { parentIdTag: 'G' }), reserved), 'authorised-not-free');
  assert.equal(rule(reserve(-2000, 'B', 'Accepted'), reserved), 'authorised-not-free');
  assert.equal(rule(reserve(0, 'B', 'Rejected'), reserved), 'authorised-not-free');
  const cancelled = exchange(30, 'CancelReservation', { reservationId: 5 }, { status: 'Accepted' });
  assert.equal(rule(reserve(0, 'B', 'Accepted'), reserved, cancelled), 'authorised-not-free');
  assert.equal(rule(reserve(0, 'B', 'Accepted'), reserved, free(30)), 'authorised-not-plugged');
  const two = [status(1, 2, 'Available'), reserve(2, 'C', 'Accepted', { reservationId: 6, connectorId: 2 })];
  assert.equal(rule(reserve(0, 'B', 'Accepted'), reserved, ...two), 'authorised-not-plugged');
});

test('who comes though the reservation was refused, and does not charge, is told of', () => {
  const shown = [authorize(1200, 'A'), beat(2000)];
  const also = 'reservation-refused: A reservation for this card had been refused (Occupied) 20 min before.';
  assert.deepEqual(told([reserve(0, 'A', 'Occupied'), ...shown])[0]?.slice(2), [also]);
  const later = reserve(600, 'A', 'Accepted');
  assert.deepEqual(told([reserve(0, 'A', 'Occupied'), later, ...shown])[0]?.slice(2), []);
  const long = authorize(HOUR + 1, 'A');
  assert.deepEqual(told([reserve(0, 'A', 'Occupied'), long, beat(2 * HOUR)])[0]?.slice(2), []);
  const charges = [reserve(0, 'A', 'Occupied'), authorize(1200, 'A'), start(1210), stop(2400)];
  assert.deepEqual(told(charges)[0]?.slice(2), []);
});

test('a card that was refused in another session before is told of, and none in its own', () => {
  const plug = (seconds: number) => status(seconds, 1, 'Preparing');
  const refused = [plug(0), authorize(5, 'A', 'Invalid'), authorize(15, 'A', 'Invalid'), free(60)];
  const next = (word: string) => [plug(180), authorize(195, 'A', word), free(400)];
  const text = 'refused-before: The card had been refused here (Invalid) 3 min before';
  assert.deepEqual(
    told([...refused, ...next('Invalid')]).map(([, , ...also]) => also),
    [[], [`${text}; this time, too (Invalid).`]],
  );
  assert.deepEqual(
    told([...refused, ...next('Accepted')]).map(([, , ...also]) => also),
    [[], [`${text}; this time it was accepted.`]],
  );
  const late = [plug(2 * HOUR), authorize(2 * HOUR + 5, 'A'), free(2 * HOUR + 60)];
  assert.deepEqual(told([...refused, ...late])[1]?.slice(2), []);
  // A stop may be answered so, which refuses nobody.
  const stopped = exchange(
    60,
    'StopTransaction',
    { transactionId: 7, meterStop: 6000, idTag: 'A' },
    { idTagInfo: { status: 'Expired' } },
  );
  assert.deepEqual(
    told([authorize(0, 'A'), start(5), stopped, free(61), ...next('Accepted')])[1]?.slice(2),
    [],
  );
});
