import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../message.ts';
import { exchange, status, T0 } from '../session/case.ts';
import type { SeenEntry } from '../session/seen.ts';
import { notified } from '../verdict/log-parts.fixture.ts';
import { heldReports, toldOfPlaces } from './place-told.ts';

const held = (...log: readonly SeenEntry[]) =>
  heldReports(log.flatMap(toldOfPlaces)).map(
    ({ at, connector, evseConnector, status: word }) =>
      `${(at - T0) / 1000} ${connector}.${evseConnector ?? ''} ${word}`,
  );
const state = (seconds: number, value: string, more: JsonObject = {}) =>
  notified(seconds, 'Connector', 'AvailabilityState', value, more);
const problem = (seconds: number, value: string, more: JsonObject = {}) =>
  notified(seconds, 'Connector', 'Problem', value, more);
const boot = (seconds: number) => exchange(seconds, 'BootNotification', {}, { status: 'Accepted' });

test('states are those of StatusNotification and of AvailabilityState, each of its own place', () => {
  assert.deepEqual(held(status(0, 2, 'Faulted'), status(1, 0, 'Available')), [
    '0 2. Faulted',
    '1 0. Available',
  ]);
  const evse = notified(2, 'evse', 'availabilitystate', 'faulted', {}, { id: 3 });
  const station = notified(3, 'ChargingStation', 'AvailabilityState', 'Unavailable', {}, null);
  assert.deepEqual(held(state(0, 'Occupied'), evse, station), [
    '0 1.1 Occupied',
    '2 3. Faulted',
    '3 0. Unavailable',
  ]);
});

test('one message tells of several places', () => {
  const [one, two] = [state(0, 'Faulted'), notified(0, 'EVSE', 'Problem', 'true', {}, { id: 2 })];
  const eventData = [one, two].flatMap(({ call }) => (Array.isArray(call.eventData) ? call.eventData : []));
  assert.deepEqual(held({ ...one, call: { ...one.call, eventData } }), ['0 1.1 Faulted', '0 2. Faulted']);
});

test('a problem is a fault until it is gone or cleared, and what was told before it holds then', () => {
  assert.deepEqual(held(state(0, 'Available'), problem(1, 'true'), problem(2, 'false')), [
    '0 1.1 Available',
    '1 1.1 Faulted',
    '2 1.1 Available',
  ]);
  assert.deepEqual(held(problem(1, 'True'), problem(2, 'true', { cleared: true })), [
    '1 1.1 Faulted',
    '2 1.1 ',
  ]);
  assert.deepEqual(held(state(0, 'Faulted'), problem(1, 'false')), ['0 1.1 Faulted', '1 1.1 Faulted']);
});

test('a state that is not Faulted ends a problem, one that is or is unknown does not', () => {
  assert.deepEqual(held(problem(0, 'true'), state(1, 'Occupied')), ['0 1.1 Faulted', '1 1.1 Occupied']);
  const unknown = state(2, 'Faulted', { cleared: true });
  assert.deepEqual(held(problem(0, 'true'), state(1, 'Faulted'), unknown, problem(3, 'false')), [
    '0 1.1 Faulted',
    '1 1.1 Faulted',
    '2 1.1 Faulted',
    '3 1.1 ',
  ]);
  assert.deepEqual(held(state(1, 'Faulted'), unknown), ['1 1.1 Faulted', '2 1.1 ']);
});

test('a boot ends a problem, and no state', () => {
  assert.deepEqual(held(state(0, 'Faulted'), boot(1)), ['0 1.1 Faulted']);
  assert.deepEqual(held(state(0, 'Available'), problem(1, 'true'), boot(2), boot(3)), [
    '0 1.1 Available',
    '1 1.1 Faulted',
    '2 1.1 Available',
  ]);
});

test('what does not say which place it is of, or is of another component or variable, tells nothing', () => {
  const nothing = [
    notified(0, 'Connector', 'Problem', 'true', {}, { id: 1 }),
    notified(0, 'EVSE', 'AvailabilityState', 'Faulted', {}, null),
    notified(0, 'ConnectorPlugRetentionLock', 'Problem', 'true'),
    notified(0, 'Connector', 'Available', 'false'),
    problem(0, 'perhaps'),
    exchange(0, 'Heartbeat', {}),
  ];
  assert.deepEqual(held(...nothing), []);
});
