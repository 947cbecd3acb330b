import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { log } from './case.ts';
import { type ConnectorReport, connectorReportOf, connectorStates } from './connector-states.ts';

const RANGE = { from: 100, to: 200 };
const report = (at: number, status: string, connector = 1, errorCode: string | null = null) => ({
  at,
  connector,
  evseConnector: null,
  status,
  errorCode,
  entry: String(at),
});
const told = (reports: readonly ConnectorReport[]) =>
  connectorStates(reports, RANGE).map(
    ({ connector, from, to, status, errorCode }) =>
      `${connector}: ${from}-${to} ${status}${errorCode === null ? '' : ` ${errorCode}`}`,
  );

test('a status holds until the next one, and the last one before the range reaches into it', () => {
  assert.deepEqual(told([report(20, 'Charging'), report(50, 'Available'), report(150, 'Preparing')]), [
    '1: 100-150 Available',
    '1: 150-200 Preparing',
  ]);
});

test('before the first report there is nothing', () => {
  assert.deepEqual(told([report(150, 'Available')]), ['1: 150-200 Available']);
});

test('the same status told again goes on; another error begins anew', () => {
  const again = [report(100, 'Faulted'), report(120, 'Faulted'), report(140, 'Faulted', 1, 'GroundFailure')];
  assert.deepEqual(told(again), ['1: 100-140 Faulted', '1: 140-200 Faulted GroundFailure']);
});

test('connectors have lanes of their own, in the order of their numbers', () => {
  const both = [report(100, 'Available', 10), report(110, 'Available', 2), report(120, 'Charging', 10)];
  assert.deepEqual(told(both), ['2: 110-200 Available', '10: 100-120 Available', '10: 120-200 Charging']);
});

test('NoError is no error, and other actions report nothing', () => {
  const entry = log({
    action: 'StatusNotification',
    connector_id: 2,
    request_status: 'Available',
    request_error_code: 'NoError',
  });
  assert.deepEqual(connectorReportOf(entry), {
    at: Date.parse('2026-01-05T10:00:00Z'),
    connector: 2,
    evseConnector: null,
    status: 'Available',
    errorCode: null,
    entry: '1',
  });
  assert.equal(connectorReportOf({ ...entry, action: 'MeterValues' }), null);
});

test('states of a connector never overlap and lie within the range', () => {
  const any = fc.record({
    at: fc.nat(300),
    status: fc.constantFrom('Available', 'Charging', 'Faulted'),
    connector: fc.nat(2),
  });
  fc.assert(
    fc.property(fc.array(any, { maxLength: 40 }), (reports) => {
      const states = connectorStates(
        reports.map(({ at, status, connector }) => report(at, status, connector)),
        RANGE,
      );
      for (const [place, state] of states.entries()) {
        assert.ok(state.from >= RANGE.from && state.from < state.to && state.to <= RANGE.to);
        const next = states[place + 1];
        if (next?.connector === state.connector) {
          assert.equal(next.from, state.to);
          assert.notEqual(next.status, state.status);
        } else assert.equal(state.to, RANGE.to);
      }
    }),
  );
});
