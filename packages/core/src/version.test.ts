import assert from 'node:assert/strict';
import test from 'node:test';
import { bootVersion, parseVersion, type VersionClues, versionOf, versionOfSubprotocol } from './version.ts';

const NOTHING: VersionClues = { subprotocol: null, given: null, boot: null, action: null, payload: {} };
const told = (clues: Partial<VersionClues>): string => {
  const { version, finding } = versionOf({ ...NOTHING, ...clues });
  return finding === null ? version : `${version} ${finding.code}`;
};

test('the subprotocol decides before all else', () => {
  const clues = { given: '1.6', boot: '1.6', action: 'GetConfiguration' } as const;
  assert.equal(told({ ...clues, subprotocol: 'ocpp2.0.1' }), '2.0.1');
  assert.equal(told({ ...clues, subprotocol: 'ocpp2.1' }), '2.1');
  assert.equal(told({ ...clues, subprotocol: 'ocpp2.0' }), '2.0.1');
  assert.equal(told({ subprotocol: 'ocpp1.6', boot: '2.1', action: 'TransactionEvent' }), '1.6');
});

test('then what the source says, then the last BootNotification, then an action of one version', () => {
  assert.equal(told({ subprotocol: 'soap', given: '2.1', boot: '1.6', action: 'StopTransaction' }), '2.1');
  assert.equal(told({ boot: '2.0.1', action: 'StopTransaction' }), '2.0.1');
  assert.equal(told({ action: 'StopTransaction' }), '1.6');
  assert.equal(told({ action: 'BatterySwap' }), '2.1');
});

test('a BootNotification tells of itself, and of the connection', () => {
  const old = { chargePointVendor: 'V', chargePointModel: 'M' };
  const young = { reason: 'PowerUp', chargingStation: { model: 'M', vendorName: 'V' } };
  assert.equal(told({ action: 'BootNotification', payload: old, boot: '2.0.1' }), '1.6');
  assert.equal(told({ action: 'BootNotification', payload: young }), '2.0.1');
  assert.equal(bootVersion('BootNotification', old), '1.6');
  assert.equal(bootVersion('BootNotification', young), '2.0.1');
  assert.equal(bootVersion('BootNotification', {}), null);
  assert.equal(bootVersion('Heartbeat', old), null);
});

test('the shape decides last, with a finding', () => {
  const assumed1 = '1.6 version-assumed';
  const assumed2 = '2.0.1 version-assumed';
  assert.equal(told({ action: 'Heartbeat' }), assumed1);
  assert.equal(told({ action: 'StatusNotification', payload: { connectorId: 1 } }), assumed1);
  assert.equal(told({ action: 'StatusNotification', payload: { evseId: 1 } }), assumed2);
  assert.equal(told({ action: 'DataTransfer', payload: { data: { evse: { id: 1 } } } }), assumed2);
  assert.equal(told({ action: 'Authorize', payload: { idToken: { idToken: 'x' } } }), assumed2);
  assert.equal(told({ action: 'Authorize', payload: { idToken: 'x' } }), assumed1);
  const sample = { value: 1, unitOfMeasure: { unit: 'W' } };
  assert.equal(
    told({ action: 'MeterValues', payload: { meterValue: [{ sampledValue: [sample] }] } }),
    assumed2,
  );
  assert.equal(told({ action: 'TransactionEvent' }), assumed2);
  assert.equal(told({ action: 'ByNoVersion' }), assumed1);
  assert.equal(told({}), assumed1);
});

test('a payload of any size and depth is judged', () => {
  let deep = {};
  for (let level = 0; level < 100_000; level++) deep = { a: deep };
  assert.equal(told({ payload: deep }), '1.6 version-assumed');
  assert.equal(told({ payload: { a: Array.from({ length: 100_000 }, () => 0) } }), '1.6 version-assumed');
});

test('versions are read as sources spell them', () => {
  for (const text of ['1.6', '1.6J', 'OCPP1.6', 'ocpp1.6j', ' 1.6 '])
    assert.equal(parseVersion(text), '1.6', text);
  assert.equal(parseVersion('2.0'), '2.0.1');
  assert.equal(parseVersion('2.1'), '2.1');
  for (const text of ['', '1.5', '3', 'ocpp']) assert.equal(parseVersion(text), null, text);
  assert.equal(versionOfSubprotocol('ocpp2.0.1'), '2.0.1');
  assert.equal(versionOfSubprotocol('1.6'), null);
  assert.equal(versionOfSubprotocol('ocpp1.5'), null);
});
