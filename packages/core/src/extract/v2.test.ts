/** Each row of the table of fields, OCPP 2.0.1 and 2.1: the message holds what the row names, and all fields are stated. */

import { it } from 'node:test';
import type { Fields } from '../fields.ts';
import type { JsonObject } from '../message.ts';
import { expectCase, meterValue, sample2, TIME } from './extraction-case.ts';

const ID_TOKEN = { idToken: { idToken: 'TAG', type: 'ISO14443' } };
const ID_TOKEN_INFO = { idTokenInfo: { status: 'Blocked' } };
const PROFILE = {
  transactionId: '12345',
  chargingSchedule: [
    {
      id: 1,
      duration: 3600,
      startSchedule: TIME,
      chargingRateUnit: 'W',
      minChargingRate: 6,
      chargingSchedulePeriod: [{ startPeriod: 0, limit: 11000, numberPhases: 3, phaseToUse: 1 }],
    },
    { id: 2, chargingRateUnit: 'A', chargingSchedulePeriod: [] },
  ],
};
const PROFILE_FIELDS: Fields = {
  request_transaction_id: 12345,
  transaction_id: '12345',
  req_cs_profile_sched_charging_rate_unit: 'W',
  req_cs_profile_sched_duration: 3600,
  req_cs_profile_sched_start_schedule: TIME,
  req_cs_profile_sched_min_charging_rate: 6,
  req_cs_profile_sched_schedule_period: [{ start_period: 0, limit: 11000, number_phases: 3 }],
};
const EVSE = { evse: { id: 2, connectorId: 1 } };
const ON_EVSE: Fields = { connector_id: 2, evse_connector_id: 1 };
const OF_TRANSACTION: Fields = { connector_id: 4, evse_connector_id: 5, transaction_id: 'tx-1' };
const KNOWN = { connector: 4, evseConnector: 5, transaction: null };
const CUSTOM = { customData: { vendorId: 'not this one' } };

function row(action: string, call: JsonObject, fields: Fields, answer: JsonObject = {}): void {
  for (const version of ['2.0.1', '2.1'] as const) {
    it(`${action} of OCPP ${version}`, () => {
      expectCase({ version, action, call: { ...call, ...CUSTOM }, answer, context: KNOWN }, fields);
    });
  }
}

row(
  'TransactionEvent',
  {
    eventType: 'Updated',
    timestamp: TIME,
    triggerReason: 'MeterValuePeriodic',
    seqNo: 3,
    offline: true,
    transactionInfo: { transactionId: 'tx-1', chargingState: 'Charging', stoppedReason: 'Local' },
    ...EVSE,
    ...ID_TOKEN,
    meterValue: [meterValue([sample2('Voltage', 231.5, { unit: 'V' })])],
  },
  {
    ...ON_EVSE,
    request_timestamp: TIME,
    request_status: 'Charging',
    request_reason: 'MeterValuePeriodic',
    request_id_tag: 'TAG',
    transaction_id: 'tx-1',
    response_id_tag_info_status: 'Blocked',
    seq_no: 3,
    offline: true,
    extracted_voltage: 231.5,
  },
  ID_TOKEN_INFO,
);
row('Authorize', ID_TOKEN, { request_id_tag: 'TAG', response_id_tag_info_status: 'Blocked' }, ID_TOKEN_INFO);
row(
  'MeterValues',
  { evseId: 2, meterValue: [meterValue([sample2('SoC', 55, { unit: 'Percent' })])] },
  { connector_id: 2, request_timestamp: TIME, extracted_state_of_charge: 55 },
);
row(
  'StatusNotification',
  { timestamp: TIME, connectorStatus: 'Occupied', evseId: 2, connectorId: 1 },
  { ...ON_EVSE, request_timestamp: TIME, request_status: 'Occupied' },
);
row(
  'NotifyEvent',
  {
    generatedAt: '2026-01-05T00:00:00Z',
    seqNo: 0,
    eventData: [
      { timestamp: 'a', component: { name: 'X' }, variable: { name: 'Problem' }, actualValue: 'true' },
      {
        timestamp: TIME,
        component: { name: 'Connector', ...EVSE },
        variable: { name: 'AvailabilityState' },
        actualValue: 'Faulted',
        techCode: 'T1',
        techInfo: 'hot',
        transactionId: '42',
      },
    ],
  },
  {
    ...ON_EVSE,
    request_timestamp: TIME,
    request_info: 'hot',
    request_status: 'Faulted',
    request_error_code: 'T1',
    request_transaction_id: 42,
    transaction_id: '42',
  },
);
row(
  'BootNotification',
  { reason: 'PowerUp', chargingStation: { vendorName: 'V' } },
  { request_reason: 'PowerUp' },
);
row('DataTransfer', { vendorId: 'ACME' }, { request_vendor_id: 'ACME' });
row(
  'SecurityEventNotification',
  { type: 't', timestamp: TIME, techInfo: 'why' },
  { request_timestamp: TIME, request_info: 'why' },
);
for (const name of ['Firmware', 'Log', 'PublishFirmware']) {
  row(`${name}StatusNotification`, { status: 'Idle', requestId: 1 }, { request_status: 'Idle' });
}
row(
  'ReservationStatusUpdate',
  { reservationId: 1, reservationUpdateStatus: 'Expired' },
  { request_status: 'Expired' },
);
for (const [action, list] of [
  ['NotifyReport', 'reportData'],
  ['NotifyMonitoringReport', 'monitor'],
] as const) {
  row(
    action,
    { generatedAt: TIME, seqNo: 1, [list]: [{ component: EVSE }, { component: EVSE }] },
    { ...ON_EVSE, request_timestamp: TIME },
  );
}
row('NotifyCustomerInformation', { generatedAt: TIME, data: 'd', seqNo: 0 }, { request_timestamp: TIME });
row(
  'NotifyEVChargingSchedule',
  { timeBase: TIME, evseId: 2, chargingSchedule: PROFILE.chargingSchedule[0] ?? {} },
  { connector_id: 2, request_timestamp: TIME },
);
row('NotifyEVChargingNeeds', { evseId: 2 }, { connector_id: 2 });
for (const action of [
  'ClearedChargingLimit',
  'NotifyChargingLimit',
  'GetChargingProfiles',
  'GetCompositeSchedule',
  'Reset',
]) {
  row(action, { evseId: 2, chargingSchedule: PROFILE.chargingSchedule }, { connector_id: 2 });
}
row(
  'ReportChargingProfiles',
  { evseId: 2, chargingProfile: [PROFILE, { transactionId: '9' }] },
  { connector_id: 2, request_transaction_id: 12345, transaction_id: '12345' },
);
row('SetChargingProfile', { evseId: 2, chargingProfile: PROFILE }, { connector_id: 2, ...PROFILE_FIELDS });
row(
  'RequestStartTransaction',
  { evseId: 2, ...ID_TOKEN, groupIdToken: { idToken: 'G' }, chargingProfile: PROFILE },
  { connector_id: 2, request_id_tag: 'TAG', ...PROFILE_FIELDS },
  { status: 'Accepted', transactionId: 'tx-9' },
);
for (const action of ['RequestStopTransaction', 'CostUpdated', 'GetTransactionStatus']) {
  row(action, { transactionId: 'tx-1', totalCost: 1 }, OF_TRANSACTION);
}
row('ReserveNow', { id: 1, evseId: 2, ...ID_TOKEN }, { connector_id: 2, request_id_tag: 'TAG' });
row('CustomerInformation', { requestId: 1, ...ID_TOKEN }, { request_id_tag: 'TAG' });
row('ChangeAvailability', { ...EVSE, operationalStatus: 'Operative' }, ON_EVSE);
row('TriggerMessage', { ...EVSE, requestedMessage: 'Heartbeat' }, ON_EVSE);
row('UnlockConnector', { evseId: 2, connectorId: 1 }, ON_EVSE);
row('ClearChargingProfile', { chargingProfileCriteria: { evseId: 2 } }, { connector_id: 2 });
row(
  'SetDisplayMessage',
  { message: { id: 1, display: EVSE, transactionId: 'tx-1' } },
  { ...ON_EVSE, transaction_id: 'tx-1' },
);
row(
  'NotifyDisplayMessages',
  {
    messageInfo: [
      { display: EVSE, transactionId: 'tx-1' },
      { display: EVSE, transactionId: 'tx-1' },
    ],
  },
  { ...ON_EVSE, transaction_id: 'tx-1' },
);
for (const [action, list] of [
  ['GetVariables', 'getVariableData'],
  ['SetVariables', 'setVariableData'],
  ['SetVariableMonitoring', 'setMonitoringData'],
  ['GetReport', 'componentVariable'],
  ['GetMonitoringReport', 'componentVariable'],
] as const) {
  row(action, { [list]: [{ component: EVSE }, { component: EVSE }] }, ON_EVSE);
}
for (const action of ['Heartbeat', 'SendLocalList', 'PublishFirmware', 'GetBaseReport', 'StartTransaction']) {
  row(action, { evseId: 2, transactionId: '1', status: 's', timestamp: TIME }, {}, ID_TOKEN_INFO);
}
