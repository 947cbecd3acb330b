import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bootIdentity } from './boot-identity.ts';
import { log } from './case.ts';

test('both forms of BootNotification tell the same', () => {
  const told = { vendor: 'V', model: 'M', serial: 'S', firmware: '1.2', iccid: '89' };
  const v16 = {
    chargePointVendor: 'V',
    chargePointModel: 'M',
    chargePointSerialNumber: 'S',
    chargeBoxSerialNumber: 'old',
    firmwareVersion: '1.2',
    iccid: '89',
  };
  const chargingStation = {
    vendorName: 'V',
    model: 'M',
    serialNumber: 'S',
    firmwareVersion: '1.2',
    modem: { iccid: '89' },
  };
  const of = (payload: Record<string, unknown>) => bootIdentity(log({ action: 'BootNotification', payload }));
  assert.deepEqual(of(v16), { ...told, reason: null });
  assert.deepEqual(of({ chargingStation, reason: 'PowerUp' }), { ...told, reason: 'PowerUp' });
});

test('what is not told, or is of another type, is null', () => {
  const boot = bootIdentity(log({ action: 'BootNotification', payload: { chargePointVendor: 7 } }));
  assert.deepEqual([boot?.vendor, boot?.serial], [null, null]);
  assert.equal(bootIdentity(log({ action: 'Heartbeat' })), null);
});
