import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '@ocpp-logs/core';
import { ACCEPTED, BRISK, idle, NOW } from './idle-station.ts';

function eventOf({ transactionInfo }: JsonObject): JsonObject {
  // Every TransactionEvent has one, by its schema.
  return transactionInfo as JsonObject;
}

async function errorOf(answer: Promise<unknown>): Promise<unknown> {
  return answer.then(
    () => null,
    (error: { readonly rpcErrorCode?: string }) => error.rpcErrorCode,
  );
}

test('1.6: configuration is read and changed', async (t) => {
  const { station } = await idle(t, '1.6');
  const all = await station.call('GetConfiguration', {});
  assert.ok(Array.isArray(all.configurationKey) && all.configurationKey.length >= 10);
  assert.deepEqual(await station.call('GetConfiguration', { key: ['NumberOfConnectors', 'Nope'] }), {
    configurationKey: [{ key: 'NumberOfConnectors', readonly: true, value: '2' }],
    unknownKey: ['Nope'],
  });
  const change = (key: string) => station.call('ChangeConfiguration', { key, value: '30' });
  assert.deepEqual(await change('ConnectionTimeOut'), ACCEPTED);
  assert.deepEqual(await change('NumberOfConnectors'), { status: 'Rejected' });
  assert.deepEqual(await change('Nope'), { status: 'NotSupported' });
  assert.deepEqual(await station.call('GetConfiguration', { key: ['ConnectionTimeOut'] }), {
    configurationKey: [{ key: 'ConnectionTimeOut', readonly: false, value: '30' }],
  });
});

test('1.6: a remote start charges within the limit, a remote stop ends it', async (t) => {
  const { csms, station } = await idle(t, '1.6', BRISK);
  const start = { connectorId: 2, idTag: 'REMOTE' };
  assert.deepEqual(await station.call('RemoteStartTransaction', start), ACCEPTED);
  assert.deepEqual(await station.call('RemoteStartTransaction', start), { status: 'Rejected' });
  const csChargingProfiles = {
    chargingProfileId: 1,
    stackLevel: 0,
    chargingProfilePurpose: 'TxDefaultProfile',
    chargingProfileKind: 'Relative',
    chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 6 }] },
  };
  assert.deepEqual(
    await station.call('SetChargingProfile', { connectorId: 2, csChargingProfiles }),
    ACCEPTED,
  );
  const values = await csms.called(
    (action, { connectorId, meterValue }) =>
      action === 'MeterValues' && connectorId === 2 && JSON.stringify(meterValue).includes('"4140"'),
  );
  const { transactionId } = values;
  assert.deepEqual(await station.call('ClearChargingProfile', {}), ACCEPTED);
  assert.deepEqual(await station.call('ClearChargingProfile', {}), { status: 'Unknown' });
  assert.deepEqual(await station.call('RemoteStopTransaction', { transactionId: 999 }), {
    status: 'Rejected',
  });
  assert.deepEqual(await station.call('RemoteStopTransaction', { transactionId }), ACCEPTED);
  const stop = await csms.called(
    (action, payload) => action === 'StopTransaction' && payload.transactionId === transactionId,
  );
  assert.equal(stop.reason, 'Remote');
});

test('1.6: availability changes and is told', async (t) => {
  const { csms, station } = await idle(t, '1.6');
  const change = (connectorId: number, type: string) =>
    station.call('ChangeAvailability', { connectorId, type });
  assert.deepEqual(await change(1, 'Inoperative'), ACCEPTED);
  await csms.called((_, { connectorId, status }) => connectorId === 1 && status === 'Unavailable');
  assert.deepEqual(await station.call('RemoteStartTransaction', { connectorId: 1, idTag: 'A' }), {
    status: 'Rejected',
  });
  csms.calls.length = 0;
  assert.deepEqual(await change(1, 'Operative'), ACCEPTED);
  await csms.called((_, { connectorId, status }) => connectorId === 1 && status === 'Available');
  assert.deepEqual(await change(7, 'Inoperative'), { status: 'Rejected' });
});

test('1.6: messages come when they are asked for', async (t) => {
  const { csms, station } = await idle(t, '1.6');
  csms.calls.length = 0;
  const trigger = (requestedMessage: string, more = {}) =>
    station.call('TriggerMessage', { requestedMessage, ...more });
  assert.deepEqual(await trigger('Heartbeat'), ACCEPTED);
  assert.deepEqual(await trigger('BootNotification'), ACCEPTED);
  assert.deepEqual(await trigger('StatusNotification', { connectorId: 2 }), ACCEPTED);
  assert.deepEqual(await trigger('FirmwareStatusNotification'), { status: 'NotImplemented' });
  await csms.called((action) => action === 'Heartbeat');
  await csms.called((action) => action === 'BootNotification');
  await csms.called((_, { connectorId, status }) => connectorId === 2 && status === 'Available');
});

test('1.6: a hard reset ends the charge afterwards, with its reason', async (t) => {
  const { csms, station } = await idle(t, '1.6', BRISK);
  assert.deepEqual(await station.call('RemoteStartTransaction', { idTag: 'A' }), ACCEPTED);
  await csms.called((action) => action === 'MeterValues');
  csms.calls.length = 0;
  assert.deepEqual(await station.call('Reset', { type: 'Hard' }), ACCEPTED);
  await csms.station();
  const stop = await csms.called((action) => action === 'StopTransaction');
  assert.equal(stop.reason, 'HardReset');
  assert.ok(csms.calls.some(({ action }) => action === 'BootNotification'));
});

test('1.6: a soft reset ends the charge first', async (t) => {
  const { csms, station } = await idle(t, '1.6', BRISK);
  assert.deepEqual(await station.call('RemoteStartTransaction', { idTag: 'A' }), ACCEPTED);
  await csms.called((action) => action === 'MeterValues');
  csms.calls.length = 0;
  assert.deepEqual(await station.call('Reset', { type: 'Soft' }), ACCEPTED);
  const stop = await csms.called((action) => action === 'StopTransaction');
  assert.equal(stop.reason, 'SoftReset');
  assert.ok(csms.calls.every(({ action }) => action !== 'BootNotification'));
  await csms.station();
  await csms.called((action) => action === 'BootNotification');
});

test('what a station does not support is told apart from what there is not', async (t) => {
  const { station } = await idle(t, '1.6');
  const retrieveDate = NOW;
  const update = { location: 'ftp://example.org/f', retrieveDate };
  assert.equal(await errorOf(station.call('UpdateFirmware', update)), 'NotSupported');
  assert.deepEqual(await station.call('ClearCache', {}), ACCEPTED);
  assert.deepEqual(await station.call('DataTransfer', { vendorId: 'x' }), { status: 'UnknownVendorId' });
});

test('2.0.1: variables are read, changed and reported', async (t) => {
  const { csms, station } = await idle(t, '2.0.1');
  const variable = { component: { name: 'TxCtrlr' }, variable: { name: 'EVConnectionTimeOut' } };
  const unknown = { component: { name: 'TxCtrlr' }, variable: { name: 'Nope' } };
  const foreign = { component: { name: 'Nope' }, variable: { name: 'Nope' } };
  assert.deepEqual(
    await station.call('SetVariables', {
      setVariableData: [
        { ...variable, attributeValue: '30' },
        { ...unknown, attributeValue: '30' },
      ],
    }),
    {
      setVariableResult: [
        { attributeStatus: 'Accepted', ...variable },
        { attributeStatus: 'UnknownVariable', ...unknown },
      ],
    },
  );
  assert.deepEqual(await station.call('GetVariables', { getVariableData: [variable, foreign] }), {
    getVariableResult: [
      { attributeStatus: 'Accepted', attributeValue: '30', ...variable },
      { attributeStatus: 'UnknownComponent', ...foreign },
    ],
  });
  const report = { requestId: 8, reportBase: 'FullInventory' };
  assert.deepEqual(await station.call('GetBaseReport', report), ACCEPTED);
  const { requestId, reportData } = await csms.called((action) => action === 'NotifyReport');
  assert.equal(requestId, 8);
  assert.ok(JSON.stringify(reportData).includes('"value":"30"'));
});

test('2.0.1: a requested start charges within the limit, a requested stop ends it', async (t) => {
  const { csms, station } = await idle(t, '2.0.1', BRISK);
  const request = { evseId: 1, remoteStartId: 4711, idToken: { idToken: 'R', type: 'Central' } };
  assert.deepEqual(await station.call('RequestStartTransaction', request), ACCEPTED);
  assert.deepEqual(await station.call('RequestStartTransaction', request), { status: 'Rejected' });
  const chargingProfile = {
    id: 1,
    stackLevel: 0,
    chargingProfilePurpose: 'TxDefaultProfile',
    chargingProfileKind: 'Relative',
    chargingSchedule: [
      { id: 1, chargingRateUnit: 'W', chargingSchedulePeriod: [{ startPeriod: 0, limit: 3_000 }] },
    ],
  };
  assert.deepEqual(await station.call('SetChargingProfile', { evseId: 1, chargingProfile }), ACCEPTED);
  const started = await csms.called((_, { triggerReason }) => triggerReason === 'RemoteStart');
  assert.equal(eventOf(started).remoteStartId, 4711);
  const { transactionId } = eventOf(started);
  await csms.called(
    (_, { triggerReason, meterValue }) =>
      triggerReason === 'MeterValuePeriodic' && JSON.stringify(meterValue).includes(':3000,'),
  );
  assert.deepEqual(await station.call('GetTransactionStatus', { transactionId }), {
    ongoingIndicator: true,
    messagesInQueue: false,
  });
  assert.deepEqual(await station.call('GetTransactionStatus', {}), { messagesInQueue: false });
  assert.deepEqual(await station.call('ClearChargingProfile', {}), ACCEPTED);
  assert.deepEqual(await station.call('RequestStopTransaction', { transactionId }), ACCEPTED);
  assert.deepEqual(await station.call('RequestStopTransaction', { transactionId: 'x' }), {
    status: 'Rejected',
  });
  const ended = await csms.called((_, { eventType }) => eventType === 'Ended');
  assert.equal(eventOf(ended).stoppedReason, 'Remote');
});

test('2.0.1: messages come when they are asked for', async (t) => {
  const { csms, station } = await idle(t, '2.0.1');
  csms.calls.length = 0;
  const trigger = (requestedMessage: string) => station.call('TriggerMessage', { requestedMessage });
  assert.deepEqual(await trigger('Heartbeat'), ACCEPTED);
  assert.deepEqual(await trigger('StatusNotification'), ACCEPTED);
  assert.deepEqual(await trigger('SignV2GCertificate'), { status: 'NotImplemented' });
  await csms.called((action) => action === 'Heartbeat');
  await csms.called((_, { connectorStatus }) => connectorStatus === 'Available');
});

test('2.0.1: availability changes, at a plug that charges when it has ended', async (t) => {
  const { csms, station } = await idle(t, '2.0.1', BRISK);
  const request = { evseId: 1, remoteStartId: 1, idToken: { idToken: 'R', type: 'Central' } };
  assert.deepEqual(await station.call('RequestStartTransaction', request), ACCEPTED);
  const event = await csms.called((_, { triggerReason }) => triggerReason === 'MeterValuePeriodic');
  const inoperative = { operationalStatus: 'Inoperative', evse: { id: 1 } };
  assert.deepEqual(await station.call('ChangeAvailability', inoperative), { status: 'Scheduled' });
  const { transactionId } = eventOf(event);
  assert.deepEqual(await station.call('RequestStopTransaction', { transactionId }), ACCEPTED);
  await csms.called((_, { connectorStatus }) => connectorStatus === 'Unavailable');
  const actions = csms.calls.map(
    ({ action, payload }) => payload.eventType ?? payload.connectorStatus ?? action,
  );
  assert.ok(actions.indexOf('Ended') < actions.indexOf('Unavailable'));
});

test('2.0.1: a reset while charging is at once, or scheduled', async (t) => {
  const { csms, station } = await idle(t, '2.0.1', BRISK);
  const request = { evseId: 1, remoteStartId: 1, idToken: { idToken: 'R', type: 'Central' } };
  assert.deepEqual(await station.call('RequestStartTransaction', request), ACCEPTED);
  await csms.called((_, { triggerReason }) => triggerReason === 'MeterValuePeriodic');
  assert.deepEqual(await station.call('Reset', { type: 'OnIdle' }), { status: 'Scheduled' });
  csms.calls.length = 0;
  assert.deepEqual(await station.call('Reset', { type: 'Immediate' }), ACCEPTED);
  const boot = await csms.called((action) => action === 'BootNotification');
  assert.equal(boot.reason, 'RemoteReset');
  const ended = await csms.called((_, { eventType }) => eventType === 'Ended');
  assert.equal(eventOf(ended).stoppedReason, 'ImmediateReset');
});
