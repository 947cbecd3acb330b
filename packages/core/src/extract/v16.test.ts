/** Each row of the table of fields, OCPP 1.6: everything that the row names is in the message, and all fields are stated. */

import { it } from 'node:test';
import type { Fields } from '../fields.ts';
import type { JsonObject } from '../message.ts';
import { expectCase, meterValue, sample16, TIME } from './extraction-case.ts';

const ID_TAG_INFO = { idTagInfo: { status: 'Accepted', parentIdTag: 'P' } };
const SCHEDULE = {
  duration: 3600,
  startSchedule: '2026-01-05T15:00:00+01:00',
  chargingRateUnit: 'A',
  minChargingRate: 6.5,
  chargingSchedulePeriod: [
    { startPeriod: 0, limit: 16, numberPhases: 3 },
    { startPeriod: 1800, limit: 0.1 },
  ],
};
const SCHEDULE_FIELDS: Fields = {
  req_cs_profile_sched_charging_rate_unit: 'A',
  req_cs_profile_sched_duration: 3600,
  req_cs_profile_sched_start_schedule: '2026-01-05T15:00:00+01:00',
  req_cs_profile_sched_min_charging_rate: 6.5,
  req_cs_profile_sched_schedule_period: [
    { start_period: 0, limit: 16, number_phases: 3 },
    { start_period: 1800, limit: 0.1, number_phases: null },
  ],
};
const KNOWN = { connector: 4, evseConnector: null, transaction: null };

function row(
  action: string,
  call: JsonObject,
  fields: Fields,
  answer: JsonObject = {},
  context = KNOWN,
): void {
  it(`${action} of OCPP 1.6`, () => expectCase({ version: '1.6', action, call, answer, context }, fields));
}

row(
  'Authorize',
  { idTag: 'TAG' },
  { request_id_tag: 'TAG', response_id_tag_info_status: 'Accepted' },
  ID_TAG_INFO,
);
row(
  'StartTransaction',
  { connectorId: 2, idTag: 'TAG', meterStart: 17, timestamp: TIME, reservationId: 3 },
  {
    connector_id: 2,
    request_timestamp: TIME,
    request_id_tag: 'TAG',
    response_id_tag_info_status: 'Accepted',
    transaction_id: '77',
  },
  { ...ID_TAG_INFO, transactionId: 77 },
);
row(
  'StopTransaction',
  {
    transactionId: 77,
    timestamp: TIME,
    reason: 'EVDisconnected',
    idTag: 'TAG',
    meterStop: 1234,
    transactionData: [meterValue([sample16('Energy.Active.Import.Register', '1.234', 'kWh')])],
  },
  {
    connector_id: 4,
    request_timestamp: TIME,
    request_reason: 'EVDisconnected',
    request_id_tag: 'TAG',
    request_transaction_id: 77,
    transaction_id: '77',
    request_meter_stop: '1234',
    response_id_tag_info_status: 'Accepted',
    extracted_energy: 1234,
  },
  ID_TAG_INFO,
);
row(
  'MeterValues',
  {
    connectorId: 2,
    transactionId: 77,
    meterValue: [
      meterValue([sample16('Voltage', '231', 'V')], '2026-01-05T12:00:00Z'),
      meterValue([sample16('Voltage', '232', 'V')], '2026-01-05T14:00:00+01:00'),
    ],
  },
  {
    connector_id: 2,
    request_timestamp: '2026-01-05T14:00:00+01:00',
    request_transaction_id: 77,
    transaction_id: '77',
    extracted_voltage: 232,
  },
);
row(
  'StatusNotification',
  {
    connectorId: 2,
    timestamp: TIME,
    info: 'door open',
    status: 'Faulted',
    vendorId: 'ACME',
    errorCode: 'OtherError',
    vendorErrorCode: 'E12',
  },
  {
    connector_id: 2,
    request_timestamp: TIME,
    request_info: 'door open',
    request_status: 'Faulted',
    request_vendor_id: 'ACME',
    request_error_code: 'OtherError',
    request_vendor_error_code: 'E12',
  },
);
row('DataTransfer', { vendorId: 'ACME', messageId: 'm', data: 'd' }, { request_vendor_id: 'ACME' });
for (const name of ['Diagnostics', 'Firmware', 'Log', 'SignedFirmware']) {
  row(`${name}StatusNotification`, { status: 'Uploading', requestId: 1 }, { request_status: 'Uploading' });
}
row(
  'SecurityEventNotification',
  { type: 'InvalidTLSVersion', timestamp: TIME, techInfo: 'TLS 1.0' },
  { request_timestamp: TIME, request_info: 'TLS 1.0' },
);
row(
  'RemoteStartTransaction',
  { connectorId: 2, idTag: 'TAG', chargingProfile: { transactionId: 77, chargingSchedule: SCHEDULE } },
  {
    connector_id: 2,
    request_id_tag: 'TAG',
    request_transaction_id: 77,
    transaction_id: '77',
    ...SCHEDULE_FIELDS,
  },
);
row(
  'RemoteStopTransaction',
  { transactionId: 77 },
  { connector_id: 4, request_transaction_id: 77, transaction_id: '77' },
);
row(
  'SetChargingProfile',
  { connectorId: 2, csChargingProfiles: { transactionId: 77, chargingSchedule: SCHEDULE } },
  { connector_id: 2, request_transaction_id: 77, transaction_id: '77', ...SCHEDULE_FIELDS },
);
row(
  'ReserveNow',
  { connectorId: 0, expiryDate: TIME, idTag: 'TAG', reservationId: 3 },
  { connector_id: 0, request_id_tag: 'TAG' },
);
for (const action of [
  'ChangeAvailability',
  'ClearChargingProfile',
  'GetCompositeSchedule',
  'TriggerMessage',
  'ExtendedTriggerMessage',
  'UnlockConnector',
]) {
  row(action, { connectorId: 2, type: 'Operative', id: 9 }, { connector_id: 2 });
}
for (const action of [
  'BootNotification',
  'Heartbeat',
  'Reset',
  'ChangeConfiguration',
  'UpdateFirmware',
  'Nobody',
]) {
  row(action, { connectorId: 2, status: 's', reason: 'r', timestamp: TIME, vendorId: 'v' }, {}, ID_TAG_INFO);
}
