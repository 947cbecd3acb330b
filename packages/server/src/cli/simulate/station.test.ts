import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { JsonObject } from '@ocpp-logs/core';
import { readMessage } from '@ocpp-logs/core';
import { startCsms } from '../../capture/csms/csms-double.ts';
import { TalkCheck } from '../../capture/csms/official-schemas.ts';
import { stationModels } from './demo-fleet.ts';
import { stationUrl } from './fleet.ts';
import { Station } from './station.ts';

/** Sessions in moments: every wait is as short as a timer can make it. */
const FAST = 1e6;
/** So slow that a meter, which counts the time of the clock, moves by some Wh in a session. */
const METERED = 2_000;

interface Call {
  readonly action: string;
  readonly payload: JsonObject;
}

/** Runs one station until `reached` holds for the calls it has made; then all it said, checked by schema. */
async function runUntil(
  t: TestContext,
  version: '1.6' | '2.0.1',
  seed: string,
  reached: (calls: readonly Call[]) => boolean,
  speed = FAST,
): Promise<readonly Call[]> {
  const { url } = await startCsms(t, { now: () => new Date() });
  const [model = assert.fail()] = stationModels(1, version);
  const check = new TalkCheck(version);
  const calls: Call[] = [];
  const over = new AbortController();
  const station = new Station({
    url: stationUrl(url, 'demo', model.charger),
    model,
    speed,
    seed,
    until: over.signal,
    onFrame: (from, text) => {
      check.frame(from, text);
      const message = readMessage(text);
      if (from !== 'station' || message.kind !== 'call') return;
      calls.push(message);
      if (reached(calls)) over.abort();
    },
  });
  await station.run();
  assert.deepEqual(check.faults, []);
  return calls;
}

/** Actions in their order, repetitions taken together. */
function story(calls: readonly Call[], tell: (call: Call) => string): readonly string[] {
  const lines = calls.filter(({ action }) => action !== 'Heartbeat').map(tell);
  return lines.filter((line, index) => line !== lines[index - 1]);
}

test('a station of 1.6 charges from plug to plug', { timeout: 60_000 }, async (t) => {
  const calls = await runUntil(
    t,
    '1.6',
    'whole',
    (made) => {
      const stopped = made.findIndex(({ action }) => action === 'StopTransaction');
      return stopped >= 0 && made.slice(stopped).some(({ payload }) => payload.status === 'Available');
    },
    METERED,
  );
  assert.equal(calls[0]?.action, 'BootNotification');
  assert.equal(calls[0]?.payload.chargePointVendor, 'Brindlewatt');
  const stop = calls.find(({ action }) => action === 'StopTransaction') ?? assert.fail();
  const { transactionId } = stop.payload;
  const values = calls.filter(
    ({ action, payload }) => action === 'MeterValues' && payload.transactionId === transactionId,
  );
  assert.ok(values.length >= 5, `${values.length} meter values`);
  const number = values[0]?.payload.connectorId;
  const told = story(
    calls.filter(({ payload }) => payload.connectorId === number || payload.transactionId === transactionId),
    ({ action, payload }) => (action === 'StatusNotification' ? String(payload.status) : action),
  );
  assert.deepEqual(told.slice(0, 5), [
    'Available',
    'Preparing',
    'StartTransaction',
    'Charging',
    'MeterValues',
  ]);
  assert.deepEqual(told.slice(-3), ['StopTransaction', 'Finishing', 'Available']);
  const start = calls.find(
    ({ action, payload }) => action === 'StartTransaction' && payload.connectorId === number,
  );
  assert.ok(Number(stop.payload.meterStop) > Number(start?.payload.meterStart));
});

test('a station of 2.0.1 charges from plug to plug', { timeout: 60_000 }, async (t) => {
  const calls = await runUntil(t, '2.0.1', 'plug to plug', (made) => {
    const ended = made.findIndex(({ payload }) => payload.eventType === 'Ended');
    return ended >= 0 && made.slice(ended).some(({ payload }) => payload.connectorStatus === 'Available');
  });
  assert.deepEqual(calls[0]?.payload.chargingStation, {
    model: 'Duet 11',
    vendorName: 'Ohmsgate',
    serialNumber: 'OH240117',
    firmwareVersion: '2.14.0',
  });
  const told = story(calls, ({ action, payload }) => {
    if (action === 'StatusNotification') return String(payload.connectorStatus);
    return action === 'TransactionEvent' ? `${payload.eventType} ${payload.triggerReason}` : action;
  });
  assert.deepEqual(told.slice(0, 8), [
    'BootNotification',
    'Available',
    'Occupied',
    'Started CablePluggedIn',
    'Authorize',
    'Updated Authorized',
    'Updated ChargingStateChanged',
    'Updated MeterValuePeriodic',
  ]);
  assert.match(told.at(-2) ?? '', /^Ended (StopAuthorized|EVCommunicationLost)$/);
  assert.equal(told.at(-1), 'Available');
  const events = calls.filter(({ action }) => action === 'TransactionEvent');
  assert.deepEqual(
    events.map(({ payload }) => payload.seqNo),
    events.map((_, index) => index),
  );
  const ids = new Set(events.map(({ payload }) => transactionInfo(payload).transactionId));
  assert.equal(ids.size, 1);
  assert.deepEqual(events[0]?.payload.evse, { id: 1, connectorId: 1 });
});

function transactionInfo({ transactionInfo: about }: JsonObject): JsonObject {
  // Every TransactionEvent has one, by its schema.
  return about as JsonObject;
}

/** True once each of the marks has been seen in a call. */
function allSeen(marks: readonly ((call: Call) => boolean)[]): (calls: readonly Call[]) => boolean {
  const open = new Set(marks);
  return (calls) => {
    const call = calls.at(-1);
    for (const mark of open) if (call !== undefined && mark(call)) open.delete(mark);
    return open.size === 0;
  };
}

test('sooner or later a station of 1.6 shows what goes wrong', { timeout: 110_000 }, async (t) => {
  const calls = await runUntil(
    t,
    '1.6',
    'trouble',
    allSeen([
      ({ payload }) => payload.errorCode === 'LocalListConflict',
      ({ payload }) => payload.status === 'Faulted',
      ({ payload }) => payload.status === 'SuspendedEV',
      ({ payload }) => payload.reason === 'EVDisconnected',
      ({ payload }) => payload.reason === 'Local' && payload.idTag !== undefined,
      ({ action }) => action === 'DataTransfer',
    ]),
  );
  const faulted = calls.find(({ payload }) => payload.status === 'Faulted')?.payload ?? assert.fail();
  assert.notEqual(faulted.errorCode, 'NoError');
  assert.match(String(faulted.vendorErrorCode), /^E-/);
  // A tag that the station blocks starts nothing, although the CSMS accepts it.
  const blocked = calls.filter(({ action, payload }) => {
    return action === 'StartTransaction' && payload.idTag === '04DEAD0001';
  });
  assert.deepEqual(blocked, []);
});

test('sooner or later a station of 2.0.1 shows what goes wrong', { timeout: 110_000 }, async (t) => {
  await runUntil(
    t,
    '2.0.1',
    'trouble',
    allSeen([
      ({ payload }) => payload.triggerReason === 'Deauthorized',
      ({ payload }) => payload.connectorStatus === 'Faulted',
      ({ payload }) => payload.triggerReason === 'AbnormalCondition',
      ({ payload }) => payload.triggerReason === 'EVCommunicationLost',
      ({ action, payload }) =>
        action === 'TransactionEvent' && transactionInfo(payload).chargingState === 'SuspendedEV',
      ({ action }) => action === 'NotifyEvent',
      ({ action }) => action === 'DataTransfer',
    ]),
  );
});
