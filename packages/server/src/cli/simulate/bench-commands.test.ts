import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACCEPTED, BRISK, idle } from './idle-station.ts';

const REJECTED = { status: 'Rejected' };

test('1.6: a plug is unlocked, and what charges there ends first', async (t) => {
  const { csms, station } = await idle(t, '1.6', BRISK);
  const unlock = (connectorId: number) => station.call('UnlockConnector', { connectorId });
  assert.deepEqual(await unlock(1), { status: 'Unlocked' });
  assert.deepEqual(await unlock(9), { status: 'NotSupported' });
  assert.deepEqual(await station.call('RemoteStartTransaction', { connectorId: 1, idTag: 'A' }), ACCEPTED);
  await csms.called((action) => action === 'MeterValues');
  assert.deepEqual(await unlock(1), { status: 'Unlocked' });
  const { reason } = await csms.called((action) => action === 'StopTransaction');
  assert.equal(reason, 'UnlockCommand');
});

test('2.0.1: a plug that charges stays locked', async (t) => {
  const { csms, station } = await idle(t, '2.0.1', BRISK);
  const unlock = (evseId: number, connectorId = 1) =>
    station.call('UnlockConnector', { evseId, connectorId });
  assert.deepEqual(await unlock(1), { status: 'Unlocked' });
  assert.deepEqual(await unlock(9), { status: 'UnknownConnector' });
  assert.deepEqual(await unlock(1, 2), { status: 'UnknownConnector' });
  const request = { evseId: 1, remoteStartId: 1, idToken: { idToken: 'R', type: 'Central' } };
  assert.deepEqual(await station.call('RequestStartTransaction', request), ACCEPTED);
  await csms.called((_, { triggerReason }) => triggerReason === 'MeterValuePeriodic');
  assert.deepEqual(await unlock(1), { status: 'OngoingAuthorizedTransaction' });
});

test('1.6: an upload of logs is told of from its beginning to its end', async (t) => {
  const { csms, station } = await idle(t, '1.6', BRISK);
  const { fileName } = await station.call('GetDiagnostics', { location: 'ftp://example.org/logs' });
  assert.match(String(fileName), /^log-\d{8}T\d{6}Z\.txt$/);
  const told = (action: string, status: string) =>
    csms.called((of, made) => of === action && made.status === status);
  await told('DiagnosticsStatusNotification', 'Uploading');
  await told('DiagnosticsStatusNotification', 'Uploaded');
  assert.deepEqual(
    await station.call('TriggerMessage', { requestedMessage: 'DiagnosticsStatusNotification' }),
    ACCEPTED,
  );
  await told('DiagnosticsStatusNotification', 'Idle');
});

test('2.0.1: an upload of logs is told of under the id of its request', async (t) => {
  const { csms, station } = await idle(t, '2.0.1', BRISK);
  const answer = await station.call('GetLog', {
    logType: 'DiagnosticsLog',
    requestId: 12,
    log: { remoteLocation: 'ftp://example.org/logs' },
  });
  assert.equal(answer.status, 'Accepted');
  const told = (status: string) =>
    csms.called((action, made) => action === 'LogStatusNotification' && made.status === status);
  assert.equal((await told('Uploading')).requestId, 12);
  assert.equal((await told('Uploaded')).requestId, 12);
  assert.deepEqual(
    await station.call('TriggerMessage', { requestedMessage: 'LogStatusNotification' }),
    ACCEPTED,
  );
  await told('Idle');
});

test('a list is taken where it is newer', async (t) => {
  const { station: of16 } = await idle(t, '1.6');
  const { station: of201 } = await idle(t, '2.0.1');
  assert.deepEqual(await of16.call('GetLocalListVersion', {}), { listVersion: 0 });
  const send = (listVersion: number, updateType: string) =>
    of16.call('SendLocalList', { listVersion, updateType });
  assert.deepEqual(await send(5, 'Full'), ACCEPTED);
  assert.deepEqual(await send(5, 'Differential'), { status: 'VersionMismatch' });
  assert.deepEqual(await of16.call('GetLocalListVersion', {}), { listVersion: 5 });
  assert.deepEqual(await of201.call('SendLocalList', { versionNumber: 3, updateType: 'Full' }), ACCEPTED);
  assert.deepEqual(await of201.call('GetLocalListVersion', {}), { versionNumber: 3 });
});

test('a schedule shows what a plug offers: all it can, or what a profile leaves', async (t) => {
  const { station: of16 } = await idle(t, '1.6');
  const profile = {
    chargingProfileId: 1,
    stackLevel: 0,
    chargingProfilePurpose: 'TxDefaultProfile',
    chargingProfileKind: 'Relative',
    chargingSchedule: { chargingRateUnit: 'W', chargingSchedulePeriod: [{ startPeriod: 0, limit: 4140 }] },
  };
  const ask = { connectorId: 1, duration: 600, chargingRateUnit: 'A' };
  assert.deepEqual(
    await of16.call('SetChargingProfile', { connectorId: 1, csChargingProfiles: profile }),
    ACCEPTED,
  );
  const { chargingSchedule } = await of16.call('GetCompositeSchedule', ask);
  assert.deepEqual(chargingSchedule, {
    duration: 600,
    chargingRateUnit: 'A',
    chargingSchedulePeriod: [{ startPeriod: 0, limit: 6 }],
  });
  assert.deepEqual(await of16.call('GetCompositeSchedule', { ...ask, connectorId: 9 }), REJECTED);
  const { station: of201 } = await idle(t, '2.0.1');
  const { schedule } = await of201.call('GetCompositeSchedule', { evseId: 1, duration: 60 });
  assert.ok(JSON.stringify(schedule).includes('"chargingRateUnit":"W"'));
});

test('settings are lived by: heartbeats and meter values come as often as they say', async (t) => {
  const { csms, station } = await idle(t, '1.6', BRISK);
  const change = (key: string, value: string) => station.call('ChangeConfiguration', { key, value });
  assert.deepEqual(await change('HeartbeatInterval', 'often'), REJECTED);
  assert.deepEqual(await change('HeartbeatInterval', '5'), ACCEPTED);
  csms.calls.length = 0;
  const beats = () => csms.calls.filter(({ action }) => action === 'Heartbeat').length;
  await csms.called(() => beats() >= 3);
  assert.deepEqual(await change('MeterValueSampleInterval', '0'), ACCEPTED);
  assert.deepEqual(await station.call('RemoteStartTransaction', { connectorId: 1, idTag: 'A' }), ACCEPTED);
  await csms.called((_, { status }) => status === 'Charging');
  assert.deepEqual(await change('MeterValueSampleInterval', '10'), ACCEPTED);
  await csms.called((action) => action === 'MeterValues');
});

test('2.0.1: a variable that counts takes no text', async (t) => {
  const { station } = await idle(t, '2.0.1');
  const variable = { component: { name: 'OCPPCommCtrlr' }, variable: { name: 'HeartbeatInterval' } };
  assert.deepEqual(
    await station.call('SetVariables', { setVariableData: [{ ...variable, attributeValue: 'often' }] }),
    { setVariableResult: [{ attributeStatus: 'Rejected', ...variable }] },
  );
});
