import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { log } from './case.ts';
import { type ConnectorReport, connectorReportOf, connectorStates, lastReports } from './connector-states.ts';
import type { CoverageSegment, CoverageState } from './coverage.ts';

const RANGE = { from: 100, to: 200 };
const report = (at: number, status: string, connector = 1, errorCode: string | null = null) => ({
  at,
  connector,
  evseConnector: null,
  status,
  errorCode,
  entry: String(at),
});
type Part = readonly [to: number, state: CoverageState];
/** From 0 on. */
const covered = (...parts: readonly Part[]): readonly CoverageSegment[] =>
  parts.map(([to, state], place) => ({ from: parts[place - 1]?.[0] ?? 0, to, state }));
const ALWAYS = covered([200, 'connected']);
const told = (reports: readonly ConnectorReport[], coverage = ALWAYS) =>
  connectorStates(reports, coverage, RANGE).map(
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

test('nothing is carried through a time that was not recorded, nor out of it', () => {
  const faulted = [report(110, 'Faulted')];
  assert.deepEqual(told(faulted, covered([140, 'connected'], [160, 'blind'], [200, 'connected'])), [
    '1: 110-140 Faulted',
  ]);
  const again = [...faulted, report(170, 'Faulted')];
  assert.deepEqual(told(again, covered([140, 'connected'], [160, 'blind'], [200, 'connected'])), [
    '1: 110-140 Faulted',
    '1: 170-200 Faulted',
  ]);
  assert.deepEqual(told(faulted, covered([120, 'heard'], [200, 'blind'])), ['1: 110-120 Faulted']);
});

test('a report before the range counts where the station was recorded in between, and nowhere else', () => {
  const before = [report(50, 'Faulted')];
  assert.deepEqual(told(before, covered([60, 'heard'], [200, 'connected'])), ['1: 100-200 Faulted']);
  assert.deepEqual(told(before, covered([60, 'connected'], [61, 'blind'], [200, 'connected'])), []);
  assert.deepEqual(told(before, [{ from: 51, to: 200, state: 'connected' }]), []);
});

test('while the station is not connected nothing is known, and it goes on when it is back', () => {
  const away = covered([120, 'connected'], [150, 'disconnected'], [200, 'connected']);
  assert.deepEqual(told([report(50, 'Charging')], away), ['1: 100-120 Charging', '1: 150-200 Charging']);
  assert.deepEqual(told([report(50, 'Charging'), report(150, 'Finishing')], away), [
    '1: 100-120 Charging',
    '1: 150-200 Finishing',
  ]);
});

test('of each connector the last report is the one that may reach further', () => {
  const all = [report(30, 'Charging', 2), report(10, 'Available', 2), report(20, 'Faulted')];
  assert.deepEqual(
    lastReports(all).map(({ connector, status }) => [connector, status]),
    [
      [2, 'Charging'],
      [1, 'Faulted'],
    ],
  );
});

test('at every instant the state is the last report since which the station was recorded, or none', () => {
  const reports = fc.array(
    fc.record({ at: fc.nat(240), status: fc.constantFrom('Available', 'Charging'), connector: fc.nat(1) }),
    { maxLength: 20 },
  );
  const state = fc.constantFrom<CoverageState[]>('connected', 'heard', 'blind', 'disconnected');
  const coverage = fc.uniqueArray(fc.integer({ min: 1, max: 199 }), { maxLength: 12 }).chain((cuts) => {
    const ends = [...cuts.toSorted((a, b) => a - b), 200];
    return fc
      .array(state, { minLength: ends.length, maxLength: ends.length })
      .map((states) => covered(...ends.map((to, place): Part => [to, states[place] ?? 'blind'])));
  });
  fc.assert(
    fc.property(reports, coverage, (any, segments) => {
      // No two at once: which of them came last is another matter.
      const made = [...new Map(any.map((each) => [`${each.at} ${each.connector}`, each])).values()].map(
        ({ at, status, connector }) => report(at, status, connector),
      );
      const states = connectorStates(made, segments, RANGE);
      const stateAt = (at: number) => segments.find(({ from, to }) => at >= from && at < to)?.state;
      for (const connector of [0, 1]) {
        for (let at = RANGE.from; at < RANGE.to; at += 1) {
          const last = made
            .filter((each) => each.connector === connector && each.at <= at)
            .toSorted((a, b) => a.at - b.at)
            .at(-1);
          const recorded =
            last !== undefined &&
            segments.every(({ from, to, state: how }) => how !== 'blind' || to <= last.at || from > at);
          const expected = recorded && stateAt(at) !== 'disconnected' ? last.status : undefined;
          const found = states.filter(
            (each) => each.connector === connector && at >= each.from && at < each.to,
          );
          assert.deepEqual(
            found.map(({ status }) => status),
            expected === undefined ? [] : [expected],
            `${connector} at ${at}`,
          );
        }
      }
    }),
  );
});
