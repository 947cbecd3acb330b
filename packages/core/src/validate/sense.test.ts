import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FINDINGS } from '../finding.ts';
import type { JsonObject } from '../message.ts';
import { exchange, type Told, time } from '../session/case.ts';
import { senseFindings } from './sense.ts';

/** `code path (detail)` of each finding. */
function found(action: string, call: JsonObject, answer: JsonObject | null = {}, told: Told = {}): string[] {
  return senseFindings(exchange(0, action, call, answer, told)).map(
    ({ code, path, detail }) =>
      code + (path === undefined ? '' : ` ${path}`) + (detail === undefined ? '' : ` (${detail})`),
  );
}

const status = (more: JsonObject): JsonObject => ({
  connectorId: 1,
  errorCode: 'NoError',
  status: 'Available',
  timestamp: time(0),
  ...more,
});
const stopped = (meterStop: number, sample: JsonObject): JsonObject => ({
  meterStop,
  timestamp: time(0),
  transactionId: 7,
  transactionData: [
    { timestamp: time(0), sampledValue: [{ context: 'Transaction.End', unit: 'Wh', ...sample }] },
  ],
});
const V2: Told = { version: '2.0.1' };

test('what is right is not told', () => {
  assert.deepEqual(found('StatusNotification', status({})), []);
  assert.deepEqual(found('Heartbeat', {}, { currentTime: time(0) }), []);
  assert.deepEqual(found('StopTransaction', stopped(15_320, { value: '15320' })), []);
  assert.deepEqual(found('StopTransaction', stopped(15_320, { value: '15.32', unit: 'kWh' })), []);
  assert.deepEqual(found('DataTransfer', { vendorId: 'V' }, {}, { direction: 'csms_to_station' }), []);
});

test('Faulted with NoError', () => {
  assert.deepEqual(found('StatusNotification', status({ status: 'Faulted' })), [
    'faulted-no-error request.errorCode',
  ]);
  assert.deepEqual(found('StatusNotification', status({ status: 'Faulted', errorCode: 'OtherError' })), []);
});

test('times without a zone and before 2000, wherever they stand', () => {
  assert.deepEqual(found('StatusNotification', status({ timestamp: '2026-01-05T10:00:00' })), [
    'time-without-zone request.timestamp (2026-01-05T10:00:00)',
  ]);
  assert.deepEqual(found('StatusNotification', status({ timestamp: '1970-01-01T00:02:11Z' })), [
    'time-1970 request.timestamp (1970-01-01T00:02:11Z)',
  ]);
  assert.deepEqual(
    found('MeterValues', {
      connectorId: 1,
      meterValue: [{ timestamp: time(0), sampledValue: [] }, { timestamp: '2026-01-05 10:00:00' }],
    }),
    ['time-without-zone request.meterValue[1].timestamp (2026-01-05 10:00:00)'],
  );
  assert.deepEqual(
    found('Authorize', { idTag: 'A' }, { idTagInfo: { expiryDate: '1970-01-01T00:00:00Z' } }),
    ['time-1970 answer.idTagInfo.expiryDate (1970-01-01T00:00:00Z)'],
  );
  assert.deepEqual(found('StatusNotification', status({ info: '1970-01-01T00:00:00' })), []);
  const vendors = { timestamp: '1970-01-01T00:00:00' };
  assert.deepEqual(found('DataTransfer', { vendorId: 'V', data: vendors }), []);
  assert.deepEqual(found('StatusNotification', { ...status({}), customData: vendors }), []);
});

test('a bound before 2000 says since ever or at once, and nothing of a clock', () => {
  const ever = '1970-01-01T00:00:00Z';
  const of = (action: string, call: JsonObject) =>
    found(action, call, {}, { direction: 'csms_to_station', version: action === 'GetLog' ? '2.0.1' : '1.6' });
  assert.deepEqual(of('GetDiagnostics', { location: 'ftp://f', startTime: ever }), []);
  assert.deepEqual(of('GetLog', { log: { oldestTimestamp: ever } }), []);
  assert.deepEqual(of('UpdateFirmware', { location: 'ftp://f', retrieveDate: ever }), []);
  const schedule = { startSchedule: ever, chargingSchedulePeriod: [] };
  const csChargingProfiles = { validFrom: ever, chargingSchedule: schedule };
  assert.deepEqual(of('SetChargingProfile', { connectorId: 1, csChargingProfiles }), []);
  assert.deepEqual(of('UpdateFirmware', { location: 'ftp://f', retrieveDate: '1970-01-01T00:00:00' }), [
    'time-without-zone request.retrieveDate (1970-01-01T00:00:00)',
  ]);
});

test('clocks: the future and a wrong clock of the CSMS are sure, the past of what may wait is not', () => {
  const tells = (action: string, seconds: number, told: Told = {}) =>
    found(action, { ...status({}), timestamp: time(seconds) }, {}, told);
  assert.deepEqual(tells('StatusNotification', 59), []);
  assert.deepEqual(tells('StatusNotification', 61), ['clock-skew request.timestamp (+61 s)']);
  assert.deepEqual(tells('StatusNotification', -299), []);
  assert.deepEqual(tells('StatusNotification', -3600), ['clock-skew request.timestamp (-3600 s)']);
  assert.deepEqual(tells('StartTransaction', -3600), []);
  assert.deepEqual(tells('StartTransaction', 3600), ['clock-skew request.timestamp (+3600 s)']);
  assert.deepEqual(found('Heartbeat', {}, { currentTime: time(-120) }), [
    'clock-skew answer.currentTime (-120 s)',
  ]);
  const offline = { timestamp: time(-3600), offline: true };
  assert.deepEqual(found('TransactionEvent', offline, {}, V2), ['told-offline request.offline']);
  assert.deepEqual(found('TransactionEvent', { timestamp: time(-3600) }, {}, V2), [
    'clock-skew request.timestamp (-3600 s)',
  ]);
});

test('a log without times of its own says nothing of clocks', () => {
  const entry = {
    ...exchange(0, 'StatusNotification', status({ timestamp: time(86_400) })),
    latencyMs: null,
  };
  assert.deepEqual(senseFindings(entry), []);
});

test('kWh labelled Wh, beside the register of the stop', () => {
  assert.deepEqual(found('StopTransaction', stopped(15_320, { value: '15.32' })), [
    'energy-unit request.transactionData[0].sampledValue[0].unit (15.32 Wh beside 15320 Wh)',
  ]);
  assert.deepEqual(found('StopTransaction', stopped(15_320, { value: '15320', unit: 'kWh' })), [
    'energy-unit request.transactionData[0].sampledValue[0].unit (15320 kWh beside 15320 Wh)',
  ]);
  assert.deepEqual(found('StopTransaction', stopped(15_320, { value: '15.32', phase: 'L1' })), []);
  assert.deepEqual(found('StopTransaction', stopped(15_320, { value: '4', context: 'Sample.Periodic' })), []);
});

test('units of 2.x that nobody knows', () => {
  const event = (unit: string): JsonObject => ({
    meterValue: [{ sampledValue: [{ value: 1, unitOfMeasure: { unit } }] }],
  });
  assert.deepEqual(found('TransactionEvent', event('kwh'), {}, V2), [
    'unit-unknown request.meterValue[0].sampledValue[0].unitOfMeasure.unit (kwh)',
  ]);
  assert.deepEqual(found('TransactionEvent', event('kWh'), {}, V2), []);
});

test('actions of nobody, of another version and of the other side', () => {
  assert.deepEqual(found('Heartbeet', {}), ['action-unknown']);
  assert.deepEqual(found('TransactionEvent', {}), ['action-unknown (2.0.1, 2.1)']);
  assert.deepEqual(found('Reset', {}, {}, { direction: 'station_to_csms' }), ['action-direction']);
});

test('calls without an answer, where one was waited for', () => {
  assert.deepEqual(found('Heartbeat', {}, null), ['call-unanswered (timeout)']);
  assert.deepEqual(found('Heartbeat', {}, null, { outcome: 'unanswered' }), []);
  assert.deepEqual(found('Heartbeat', {}, null, { outcome: 'pending' }), []);
});

test('what is found is bounded, and every code is in the table', () => {
  const meterValue = Array.from({ length: 30_000 }, () => ({ timestamp: '1970-01-01T00:00:00' }));
  const findings = senseFindings(exchange(0, 'MeterValues', { connectorId: 1, meterValue }));
  assert.equal(findings.length, 65);
  assert.equal(findings.at(-1)?.code, 'findings-cut');
  for (const { code } of findings) assert.ok(code in FINDINGS);
});

test('what is nested deep or is of another type is looked at without harm', () => {
  let deep: JsonObject = { timestamp: '1970-01-01T00:00:00Z' };
  for (let level = 0; level < 15_000; level += 1) deep = { meterValue: [deep] };
  assert.deepEqual(senseFindings(exchange(0, 'MeterValues', deep)), []);
  const odd = { timestamp: 7, meterValue: { sampledValue: [null, 3] }, transactionData: 'x', meterStop: [] };
  assert.deepEqual(found('StopTransaction', odd), []);
  assert.deepEqual(found('MeterValues', odd, null, { outcome: 'pending' }), []);
});

test('of very many values the first twenty thousand are looked at', () => {
  const told = (before: number) => {
    const fine = Array.from({ length: before }, () => ({ timestamp: time(0) }));
    return found('MeterValues', {
      connectorId: 1,
      meterValue: [...fine, { timestamp: '1970-01-01T00:00:00Z' }],
    });
  };
  assert.equal(told(9_000).length, 1);
  assert.deepEqual(told(20_000), []);
});
