import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../message.ts';
import { authorize, connection, exchange, start, status, stop, T0 } from '../session/case.ts';
import { inOrder, type SeenEntry } from '../session/seen.ts';
import type { CoverageMark } from '../station/coverage.ts';
import { notified } from '../verdict/log-parts.fixture.ts';
import { FLEET_DAY_MS, type StationDay } from './station-day.ts';
import { type DaysWanted, StationFleet } from './station-fleet.ts';
import { sumOfTallies } from './tally.ts';

const HOUR = 3600;
const HOUR_MS = 3_600_000;
const DAY = Math.floor(T0 / FLEET_DAY_MS) * FLEET_DAY_MS;
/** s from T0, which is 10 o'clock, to midnight. */
const MIDNIGHT = 14 * HOUR;
const RANGE = { from: DAY, to: DAY + 2 * FLEET_DAY_MS };
const PLUG = { id: 1, connectorId: 1 };
const V2 = { version: '2.0.1' } as const;
const NOTHING = { mark: null, firmware: null, told: [], silentSince: null };

const opened = (seconds: number) => connection(seconds, { event: 'accepted' });
const closed = (seconds: number) => connection(seconds, { event: 'closed' });
const boot = (seconds: number, firmwareVersion: string, chargePointModel = 'M') =>
  exchange(
    seconds,
    'BootNotification',
    { chargePointVendor: 'V', chargePointModel, firmwareVersion },
    { status: 'Accepted', currentTime: '2026-01-05T10:00:00Z', interval: 300 },
  );

function daysOf(log: readonly SeenEntry[], wanted: Partial<DaysWanted> = {}): readonly StationDay[] {
  const range = wanted.range ?? RANGE;
  const station = new StationFleet('CP-1', range);
  for (const entry of log.toSorted(inOrder)) station.see(entry);
  station.tries();
  return station.days({ range, before: NOTHING, gaps: [], goOn: new Set(), ...wanted });
}
const whole = (days: readonly StationDay[]) =>
  sumOfTallies(days.flatMap(({ parts }) => parts.map(({ tally }) => tally)));
const hours = (days: readonly StationDay[]) => {
  const { watchedMs, connectedMs, faultedMs } = whole(days).uptime;
  return [watchedMs, connectedMs, faultedMs].map((ms) => ms / HOUR_MS);
};

test('time counts from the first that is known of its connections, and day by day', () => {
  const days = daysOf([opened(0), closed(20 * HOUR)]);
  assert.deepEqual(
    days.map(({ day, parts }) => [day, parts.map(({ tally }) => tally.uptime)]),
    [
      [DAY, [{ watchedMs: 14 * HOUR_MS, connectedMs: 14 * HOUR_MS, faultedMs: 0 }]],
      [DAY + FLEET_DAY_MS, [{ watchedMs: 24 * HOUR_MS, connectedMs: 6 * HOUR_MS, faultedMs: 0 }]],
    ],
  );
});

test('without any record of connections nothing was watched, however much was said', () => {
  const days = daysOf([status(0, 1, 'Faulted', 'GroundFailure'), status(HOUR, 1, 'Available')]);
  assert.deepEqual(hours(days), [0, 0, 0]);
  assert.equal(whole(days).entries, 2);
});

test('what was before reaches into the days: connected, away, or gone for good', () => {
  const mark = (kind: 'opened' | 'closed', ago: number): CoverageMark => ({
    kind,
    at: DAY - ago * FLEET_DAY_MS,
    connection: 'c1',
  });
  assert.deepEqual(hours(daysOf([], { before: { ...NOTHING, mark: mark('opened', 90) } })), [48, 48, 0]);
  assert.deepEqual(hours(daysOf([], { before: { ...NOTHING, mark: mark('closed', 3) } })), [48, 0, 0]);
  assert.deepEqual(hours(daysOf([], { before: { ...NOTHING, mark: mark('closed', 29) } })), [24, 0, 0]);
  assert.deepEqual(daysOf([], { before: { ...NOTHING, mark: mark('closed', 31) } }), []);
  // One that ends first was there before.
  assert.deepEqual(hours(daysOf([closed(0)])), [38, 0, 0]);
  assert.deepEqual(hours(daysOf([status(-10 * HOUR, 1, 'Available'), closed(0)])), [48, 10, 0]);
});

test('a connection whose end nobody told holds as long as anything was heard of the station', () => {
  const heard = (hoursLater: number) => ({ ...NOTHING, silentSince: T0 + hoursLater * HOUR_MS - 1 });
  assert.deepEqual(hours(daysOf([opened(0)], { before: heard(5) })), [5, 5, 0]);
  assert.deepEqual(hours(daysOf([opened(0), closed(HOUR)], { before: heard(5) })), [38, 1, 0]);
  assert.deepEqual(hours(daysOf([opened(0)], { before: heard(500) })), [38, 38, 0]);
  const mark = { kind: 'opened', at: DAY - FLEET_DAY_MS, connection: 'c1' } as const;
  assert.deepEqual(daysOf([], { before: { ...NOTHING, mark, silentSince: DAY - 1 } }), []);
});

test('a gap was watched by nobody, neither while connected nor while away', () => {
  const gap: CoverageMark = { kind: 'gap', from: T0 + HOUR_MS, to: T0 + 3 * HOUR_MS, connection: null };
  assert.deepEqual(hours(daysOf([opened(0), closed(2 * HOUR)], { gaps: [gap] })), [36, 1, 0]);
});

test('faulted counts while connected, from the status to the next one, and what held on before', () => {
  const log = [opened(0), status(HOUR, 1, 'Faulted'), status(2 * HOUR, 1, 'Available'), closed(4 * HOUR)];
  assert.deepEqual(hours(daysOf(log)), [38, 4, 1]);
  const two = [...log, status(1, 2, 'Available')];
  assert.deepEqual(hours(daysOf(two)), [38, 4, 0.5]);
  const report = { at: DAY - 5 * FLEET_DAY_MS, connector: 1, evseConnector: null, status: 'Faulted' };
  const before = {
    ...NOTHING,
    mark: { kind: 'opened', at: DAY - 9 * FLEET_DAY_MS, connection: 'c0' } as const,
    told: [{ ...report, kind: 'state' as const, entry: '1' }],
  };
  assert.deepEqual(hours(daysOf([status(14 * HOUR, 1, 'Available')], { before })), [48, 48, 24]);
});

test('OCPP 2.x: faulted counts from what NotifyEvent tells of a connector, its EVSE and the station', () => {
  const told = (hour: number, component: string, variable: string, value: string, more: JsonObject = {}) =>
    notified(hour * HOUR, component, variable, value, more, component === 'ChargingStation' ? null : PLUG);
  const state = (hour: number, value: string) => told(hour, 'Connector', 'AvailabilityState', value);
  const problem = (hour: number, value: string) => told(hour, 'Connector', 'Problem', value);
  const other = exchange(
    1,
    'StatusNotification',
    { evseId: 2, connectorId: 1, connectorStatus: 'Available' },
    {},
    V2,
  );
  const faulted = (...log: readonly SeenEntry[]) =>
    hours(daysOf([opened(0), other, ...log, closed(10 * HOUR)]))[2];
  assert.equal(faulted(state(1, 'Faulted'), state(3, 'Available')), 1);
  assert.equal(faulted(problem(1, 'true'), problem(3, 'false')), 1);
  assert.equal(
    faulted(told(1, 'EVSE', 'Problem', 'true'), told(3, 'EVSE', 'Problem', 'true', { cleared: true })),
    1,
  );
  assert.equal(faulted(told(1, 'ChargingStation', 'AvailabilityState', 'Faulted')), 9);
  // The lock of a connector, and what may be used, are not its state.
  assert.equal(faulted(told(1, 'ConnectorPlugRetentionLock', 'Problem', 'true'), state(2, 'Unavailable')), 0);
});

test('entries around the days count for their sessions and statuses alone', () => {
  const log = [
    authorize(MIDNIGHT - 60, 'A'),
    start(MIDNIGHT - 30),
    stop(MIDNIGHT + HOUR),
    authorize(MIDNIGHT + 2 * HOUR, 'A', 'Invalid'),
  ];
  const first = whole(daysOf(log, { range: { from: DAY, to: DAY + FLEET_DAY_MS } }));
  assert.deepEqual(first.attempts, { tries: 1, succeeded: 1, failed: 0, first: 1, firstSucceeded: 1 });
  assert.equal(first.entries, 2);
  const second = whole(daysOf(log, { range: { from: DAY + FLEET_DAY_MS, to: RANGE.to } }));
  assert.equal(second.attempts.tries, 1);
  assert.equal(second.entries, 2);
});

test('tries that failed are told by their cause; one that goes on elsewhere is open', () => {
  const log = [
    authorize(0, 'A', 'Invalid'),
    authorize(HOUR, 'B', 'Blocked'),
    start(2 * HOUR, { transactionId: 9 }),
  ];
  const later = status(20 * HOUR, 2, 'Available');
  const tally = whole(daysOf([...log, later]));
  assert.deepEqual(tally.causes, { 'authorisation-refused': 2, 'stop-missing': 1 });
  const silent = new StationFleet('CP-1', RANGE);
  for (const entry of [...log, later]) silent.see(entry);
  const goOn = new Set(silent.tries().flatMap(({ id, silent: is }) => (is ? [id] : [])));
  const days = silent.days({ range: RANGE, before: NOTHING, gaps: [], goOn });
  assert.deepEqual(whole(days).causes, { 'authorisation-refused': 2 });
  assert.deepEqual(whole(days).attempts, { tries: 3, succeeded: 0, failed: 2, first: 2, firstSucceeded: 0 });
});

test('a try after midnight that goes on with one before it is no first one', () => {
  const refused = (seconds: number) => [
    status(seconds - 5, 1, 'Preparing'),
    authorize(seconds, 'A', 'Invalid'),
    status(seconds + 5, 1, 'Available'),
  ];
  const range = { from: DAY + FLEET_DAY_MS, to: RANGE.to };
  const { attempts } = whole(daysOf([...refused(MIDNIGHT - 60), ...refused(MIDNIGHT + 60)], { range }));
  assert.deepEqual([attempts.tries, attempts.first], [1, 0]);
});

test('answers are timed and counted by who gave them', () => {
  const log = [
    exchange(0, 'Authorize', { idTag: 'A' }, {}, { latencyMs: 100 }),
    exchange(1, 'Reset', { type: 'Soft' }, {}, { latencyMs: 2000 }),
    exchange(2, 'Reset', { type: 'Soft' }, null),
    exchange(3, 'Reset', { type: 'Soft' }, null, { errorCode: 'NotSupported', latencyMs: 10 }),
    exchange(4, 'Reset', { type: 'Soft' }, null, { outcome: 'pending' }),
    exchange(5, 'Reset', { type: 'Soft' }, null, { outcome: 'resent' }),
  ];
  const { station, csms } = whole(daysOf(log)).answers;
  const timed = (times: Readonly<Record<number, number>>) => Object.values(times).reduce((a, b) => a + b, 0);
  assert.deepEqual([station.calls, station.unanswered, station.errors, timed(station.times)], [4, 1, 1, 2]);
  assert.deepEqual([csms.calls, csms.unanswered, csms.errors, timed(csms.times)], [1, 0, 0, 1]);
});

test('what is counted is counted under the firmware that ran', () => {
  const log = [
    authorize(-HOUR, 'A', 'Invalid'),
    boot(0, '1.0'),
    authorize(HOUR, 'A', 'Invalid'),
    boot(2 * HOUR, '1.0'),
    boot(MIDNIGHT + HOUR, '1.1'),
    authorize(MIDNIGHT + 2 * HOUR, 'A', 'Invalid'),
  ];
  const firmware = { vendor: 'V', model: 'M', version: '0.9' };
  const days = daysOf(log, { before: { ...NOTHING, firmware } });
  const told = days.flatMap(({ day, parts }) =>
    parts.map((part) => [(day - DAY) / FLEET_DAY_MS, part.firmware?.version, part.tally.attempts.tries]),
  );
  assert.deepEqual(told, [
    [0, '0.9', 1],
    [0, '1.0', 1],
    [1, '1.1', 1],
  ]);
  const changed = days[1]?.parts.at(-1);
  assert.equal(changed?.from, T0 + (MIDNIGHT + HOUR) * 1000);
  assert.equal(changed?.entry, log[4]?.id);
});

test('days made one by one add up to days made together, whatever the station lived through', () => {
  const step = fc.record({
    pause: fc.oneof(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 5 * HOUR })),
    what: fc.constantFrom('open', 'close', 'fault', 'free', 'boot', 'refused'),
    connector: fc.integer({ min: 0, max: 2 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let at = -10 * HOUR;
      const log = [opened(at), status(at, 1, 'Available'), status(at, 2, 'Available'), boot(at, '0')];
      for (const [place, { pause, what, connector }] of steps.entries()) {
        at += pause;
        if (what === 'open') log.push(opened(at));
        else if (what === 'close') log.push(closed(at));
        else if (what === 'fault') log.push(status(at, connector, 'Faulted'));
        else if (what === 'free') log.push(status(at, connector, 'Available'));
        else if (what === 'boot') log.push(boot(at, String(place)));
        else log.push(authorize(at, 'A', 'Invalid'));
      }
      const together = whole(daysOf(log));
      const single = [RANGE.from, RANGE.from + FLEET_DAY_MS].flatMap((from) =>
        daysOf(log, { range: { from, to: from + FLEET_DAY_MS } }),
      );
      assert.deepEqual(whole(single), together);
      const { watchedMs, connectedMs, faultedMs } = together.uptime;
      assert.ok(watchedMs >= connectedMs && connectedMs >= faultedMs && faultedMs >= 0);
    }),
    { numRuns: 200 },
  );
});
