import assert from 'node:assert/strict';
import { test } from 'node:test';
import { log } from './case.ts';
import { clockSkew, csmsSkewOf, stationSkewOf } from './clock-skew.ts';

const status = (request_timestamp: string) => log({ action: 'StatusNotification', request_timestamp });

test('a station that writes a later time than that of the capture is ahead', () => {
  assert.equal(stationSkewOf(status('2026-01-05T10:00:02.500Z')), 2500);
  assert.equal(stationSkewOf(status('2026-01-05T11:59:59+02:00')), -1000);
});

test('a time without a zone says nothing about the clock, nor does a status told offline', () => {
  assert.equal(stationSkewOf(status('2026-01-05T10:00:02')), null);
  const offline = status('2026-01-05T10:00:02Z');
  assert.equal(stationSkewOf(log({ ...offline, exchange: { offline: true } })), null);
  assert.equal(stationSkewOf({ ...offline, action: 'MeterValues' }), null);
});

test('the answers to Heartbeat tell the clock of the CSMS', () => {
  const exchange = {
    response_time: '2026-01-05T10:00:00.400Z',
    response_payload: { currentTime: '2026-01-05T10:00:00Z' },
  };
  assert.equal(csmsSkewOf(log({ action: 'Heartbeat', exchange })), -400);
  assert.equal(csmsSkewOf(log({ action: 'Heartbeat', exchange: { response_payload: null } })), null);
});

test('one message that came late moves neither median nor spread', () => {
  assert.deepEqual(clockSkew([20, 10, -3_600_000, 30, 20]), { median: 20, spread: 10, samples: 5 });
  assert.equal(clockSkew([]), null);
});
