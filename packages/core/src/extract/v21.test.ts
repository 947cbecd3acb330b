/** The rows of the table of fields that only OCPP 2.1 has, and that OCPP 2.0.1 knows nothing of them. */

import { it } from 'node:test';
import type { Fields } from '../fields.ts';
import type { JsonObject } from '../message.ts';
import { expectCase, TIME } from './extraction-case.ts';

const KNOWN = { connector: 4, evseConnector: null, transaction: null };

function row(action: string, call: JsonObject, fields: Fields, in201: Fields = {}): void {
  it(`${action} of OCPP 2.1`, () => {
    expectCase({ version: '2.1', action, call, context: KNOWN }, fields);
    expectCase({ version: '2.0.1', action, call, context: KNOWN }, in201);
  });
}

for (const name of ['Firmware', 'Log', 'PublishFirmware']) {
  const action = `${name}StatusNotification`;
  const both = { reasonCode: 'NoSpace', additionalInfo: 'disk full' };
  row(
    action,
    { status: 'Idle', statusInfo: both },
    { request_status: 'Idle', request_info: 'disk full' },
    { request_status: 'Idle' },
  );
  row(
    action,
    { status: 'Idle', statusInfo: { reasonCode: 'NoSpace' } },
    { request_status: 'Idle', request_info: 'NoSpace' },
    { request_status: 'Idle' },
  );
}
row(
  'NotifyEVChargingNeeds',
  { evseId: 2, timestamp: TIME },
  { connector_id: 2, request_timestamp: TIME },
  { connector_id: 2 },
);
row(
  'NotifySettlement',
  { transactionId: '42', status: 'Settled', statusInfo: 'paid', settlementTime: TIME, pspRef: 'p' },
  {
    request_timestamp: TIME,
    request_info: 'paid',
    request_status: 'Settled',
    request_transaction_id: 42,
    transaction_id: '42',
  },
);
const ID_TOKEN = { idToken: { idToken: 'TAG', type: 'Central' } };
row(
  'BatterySwap',
  { batteryData: [{ evseId: 2 }, { evseId: 2 }], ...ID_TOKEN },
  { connector_id: 2, request_id_tag: 'TAG' },
);
row('BatterySwap', { batteryData: [{ evseId: 2 }, { evseId: 3 }], ...ID_TOKEN }, { request_id_tag: 'TAG' });
row('RequestBatterySwap', { requestId: 1, ...ID_TOKEN }, { request_id_tag: 'TAG' });
for (const action of [
  'ChangeTransactionTariff',
  'NotifyAllowedEnergyTransfer',
  'NotifyPriorityCharging',
  'UsePriorityCharging',
]) {
  row(action, { transactionId: 'tx-1' }, { connector_id: 4, transaction_id: 'tx-1' });
}
for (const action of [
  'ClearTariffs',
  'GetTariffs',
  'SetDefaultTariff',
  'NotifyWebPaymentStarted',
  'VatNumberValidation',
]) {
  row(action, { evseId: 2 }, { connector_id: 2 });
}
for (const action of ['AFRRSignal', 'NotifyDERAlarm', 'NotifyDERStartStop']) {
  row(action, { timestamp: TIME }, { request_timestamp: TIME });
}
row(
  'NotifyPeriodicEventStream',
  { id: 1, pending: 0, basetime: TIME, data: [] },
  { request_timestamp: TIME },
);
