import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConnectorState } from '../station/connector-states.ts';
import { faultedSpans } from './faulted-spans.ts';

const state = (
  connector: number,
  from: number,
  to: number,
  status = 'Faulted',
  evseConnector: number | null = null,
): ConnectorState => ({
  connector,
  evseConnector,
  from,
  to,
  status,
  errorCode: null,
  entry: null,
});
const told = (...states: readonly ConnectorState[]) =>
  faultedSpans(states, states).map(({ from, to, share }) => `${from}-${to} ${share}`);

test('a connector that is faulted is that share of its station', () => {
  assert.deepEqual(told(state(1, 0, 10), state(2, 0, 10, 'Available')), ['0-10 0.5']);
  assert.deepEqual(told(state(1, 0, 10), state(2, 5, 20)), ['0-5 0.5', '5-10 1', '10-20 0.5']);
  assert.deepEqual(told(state(1, 0, 10)), ['0-10 1']);
});

test('connector 0 is all of the station', () => {
  assert.deepEqual(told(state(0, 4, 6), state(1, 0, 10), state(2, 0, 10, 'Charging')), [
    '0-4 0.5',
    '4-6 1',
    '6-10 0.5',
  ]);
  assert.deepEqual(told(state(0, 4, 6)), ['4-6 1']);
});

test('OCPP 2.x: an EVSE that is faulted is all of its connectors, and no connector beside them', () => {
  const free = [
    state(1, 0, 10, 'Available', 1),
    state(1, 0, 10, 'Available', 2),
    state(2, 0, 10, 'Available', 1),
  ];
  assert.deepEqual(told(...free, state(1, 2, 5)), [`2-5 ${2 / 3}`]);
  assert.deepEqual(told(...free, state(1, 2, 5, 'Available')), []);
  assert.deepEqual(told(...free.slice(1), state(1, 0, 6, 'Faulted', 1), state(1, 2, 5)), [
    `0-2 ${1 / 3}`,
    `2-5 ${2 / 3}`,
    `5-6 ${1 / 3}`,
  ]);
  assert.deepEqual(told(state(1, 2, 5)), ['2-5 1']);
});
