import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConnectorState } from '../station/connector-states.ts';
import { faultedSpans } from './faulted-spans.ts';

const state = (connector: number, from: number, to: number, status = 'Faulted'): ConnectorState => ({
  connector,
  evseConnector: null,
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
