import assert from 'node:assert/strict';
import test from 'node:test';
import { ACTIONS, nearestAction } from './catalogue.ts';
import { OCPP_VERSIONS } from './frame.ts';

const PUBLISHED = `Authorize, BootNotification, CancelReservation, CertificateSigned, ChangeAvailability,
  ChangeConfiguration, ClearCache, ClearChargingProfile, DataTransfer, DeleteCertificate, DiagnosticsStatusNotification,
  ExtendedTriggerMessage, FirmwareStatusNotification, GetCompositeSchedule, GetConfiguration, GetDiagnostics,
  GetInstalledCertificateIds, GetLocalListVersion, GetLog, Heartbeat, InstallCertificate, LogStatusNotification,
  MeterValues, RemoteStartTransaction, RemoteStopTransaction, ReserveNow, Reset, SecurityEventNotification,
  SendLocalList, SetChargingProfile, SignCertificate, SignedFirmwareStatusNotification, SignedUpdateFirmware,
  StartTransaction, StatusNotification, StopTransaction, TriggerMessage, UnlockConnector, UpdateFirmware`.split(
  /,\s+/,
);

const of = (version: (typeof OCPP_VERSIONS)[number]): string[] =>
  [...ACTIONS].filter(([, { versions }]) => versions.includes(version)).map(([name]) => name);

test('every version has as many actions as its schemas', () => {
  assert.deepEqual(
    OCPP_VERSIONS.map((version) => of(version).length),
    [39, 64, 91],
  );
  assert.equal(ACTIONS.size, 102);
});

test('the actions of the published page are those of 1.6', () => {
  assert.deepEqual(of('1.6').sort(), [...PUBLISHED].sort());
});

test('an id without a suffix is an action, and no suffix is left in a name', () => {
  assert.deepEqual(ACTIONS.get('NotifyPeriodicEventStream')?.versions, ['2.1']);
  assert.deepEqual(ACTIONS.get('TransactionEvent')?.versions, ['2.0.1', '2.1']);
  assert.ok([...ACTIONS.keys()].every((name) => !/(Request|Response|\.req|\.conf)$/.test(name)));
});

test('directions are told of every action', () => {
  const count = { station_to_csms: 0, csms_to_station: 0, both: 0 };
  for (const { direction } of ACTIONS.values()) count[direction]++;
  assert.deepEqual(count, { station_to_csms: 40, csms_to_station: 61, both: 1 });
  assert.equal(ACTIONS.get('DataTransfer')?.direction, 'both');
  assert.equal(ACTIONS.get('VatNumberValidation')?.direction, 'station_to_csms');
  // Names do not decide: these look like their opposites.
  assert.equal(ACTIONS.get('NotifyAllowedEnergyTransfer')?.direction, 'csms_to_station');
  assert.equal(ACTIONS.get('GetCertificateStatus')?.direction, 'station_to_csms');
  assert.equal(ACTIONS.get('NotifyWebPaymentStarted')?.direction, 'csms_to_station');
});

test('a misspelled action brings the nearest one to mind', () => {
  assert.equal(nearestAction('MeterValue'), 'MeterValues');
  assert.equal(nearestAction('heartbeat'), 'Heartbeat');
  assert.equal(nearestAction('MeterValue', ['Metervalu', 'X']), 'Metervalu');
  assert.equal(nearestAction('Zzz', ['Heartbeat']), null);
});
