/** What a station and its CSMS say in the tests, and the fields that the API must give back for it. */

import type { Payload } from './ocpp-rpc-peers.ts';

/** Every field that the page has, null: each expectation then names what is not. */
export const NULLS = {
  connector_id: null,
  request_timestamp: null,
  request_info: null,
  request_status: null,
  request_reason: null,
  request_id_tag: null,
  request_transaction_id: null,
  request_vendor_id: null,
  request_error_code: null,
  request_vendor_error_code: null,
  request_meter_stop: null,
  req_cs_profile_sched_charging_rate_unit: null,
  req_cs_profile_sched_duration: null,
  req_cs_profile_sched_start_schedule: null,
  req_cs_profile_sched_min_charging_rate: null,
  req_cs_profile_sched_schedule_period: null,
  response_id_tag_info_status: null,
  extracted_voltage: null,
  extracted_voltage_phase1: null,
  extracted_voltage_phase2: null,
  extracted_voltage_phase3: null,
  extracted_current: null,
  extracted_current_phase1: null,
  extracted_current_phase2: null,
  extracted_current_phase3: null,
  extracted_power: null,
  extracted_power_phase1: null,
  extracted_power_phase2: null,
  extracted_power_phase3: null,
  extracted_state_of_charge: null,
};
export const EXCHANGE_NULLS = {
  error_code: null,
  error_description: null,
  error_details: null,
  transaction_id: null,
  evse_connector_id: null,
  seq_no: null,
  offline: null,
  extracted_energy: null,
  extracted_energy_export: null,
  extracted_power_offered: null,
  extracted_current_offered: null,
  extracted_frequency: null,
  extracted_temperature: null,
};

export interface Said {
  readonly action: string;
  readonly by: 'station' | 'csms';
  readonly params: Payload;
  readonly answer: Payload;
  readonly fields: Payload;
  readonly exchange?: Payload;
}

const NOW = '2026-01-05T14:58:38+10:00';

export const TALK_16: readonly Said[] = [
  {
    action: 'BootNotification',
    by: 'station',
    params: { chargePointVendor: 'Vendor', chargePointModel: 'Model' },
    answer: { status: 'Accepted', currentTime: NOW, interval: 300 },
    fields: {},
  },
  {
    action: 'StatusNotification',
    by: 'station',
    params: {
      connectorId: 2,
      errorCode: 'NoError',
      status: 'Preparing',
      info: '',
      timestamp: NOW,
      vendorErrorCode: '',
    },
    answer: {},
    fields: {
      connector_id: 2,
      request_timestamp: NOW,
      request_info: '',
      request_status: 'Preparing',
      request_error_code: 'NoError',
      request_vendor_error_code: '',
    },
  },
  {
    action: 'StartTransaction',
    by: 'station',
    params: { connectorId: 2, idTag: 'TAG 1', meterStart: 1000, timestamp: NOW },
    answer: { transactionId: 77, idTagInfo: { status: 'Accepted' } },
    fields: {
      connector_id: 2,
      request_timestamp: NOW,
      request_id_tag: 'TAG 1',
      response_id_tag_info_status: 'Accepted',
    },
    exchange: { transaction_id: '77' },
  },
  {
    action: 'MeterValues',
    by: 'station',
    params: {
      connectorId: 2,
      transactionId: 77,
      meterValue: [
        {
          timestamp: NOW,
          sampledValue: [
            { value: '3.43', measurand: 'Power.Active.Import', unit: 'kW', phase: 'L1' },
            { value: '0.00', measurand: 'Power.Active.Import', unit: 'kW', phase: 'L2' },
            { value: '230.1', measurand: 'Voltage', unit: 'V', phase: 'L1-N' },
            { value: '254780', unit: 'Wh' },
            { value: '57', measurand: 'SoC', unit: 'Percent' },
          ],
        },
      ],
    },
    answer: {},
    fields: {
      connector_id: 2,
      request_timestamp: NOW,
      request_transaction_id: 77,
      extracted_power: 3430,
      extracted_power_phase1: 3430,
      extracted_power_phase2: 0,
      extracted_voltage_phase1: 230.1,
      extracted_state_of_charge: 57,
    },
    exchange: { transaction_id: '77', extracted_energy: 254780 },
  },
  {
    action: 'SetChargingProfile',
    by: 'csms',
    params: {
      connectorId: 2,
      csChargingProfiles: {
        chargingProfileId: 1,
        transactionId: 77,
        stackLevel: 0,
        chargingProfilePurpose: 'TxProfile',
        chargingProfileKind: 'Absolute',
        chargingSchedule: {
          duration: 3600,
          startSchedule: NOW,
          chargingRateUnit: 'A',
          minChargingRate: 6,
          chargingSchedulePeriod: [
            { startPeriod: 0, limit: 16, numberPhases: 3 },
            { startPeriod: 1800, limit: 0 },
          ],
        },
      },
    },
    answer: { status: 'Accepted' },
    fields: {
      connector_id: 2,
      request_transaction_id: 77,
      req_cs_profile_sched_charging_rate_unit: 'A',
      req_cs_profile_sched_duration: 3600,
      req_cs_profile_sched_start_schedule: NOW,
      req_cs_profile_sched_min_charging_rate: 6,
      req_cs_profile_sched_schedule_period: [
        { start_period: 0, limit: 16, number_phases: 3 },
        { start_period: 1800, limit: 0, number_phases: null },
      ],
    },
    exchange: { transaction_id: '77' },
  },
  {
    action: 'StopTransaction',
    by: 'station',
    params: {
      transactionId: 77,
      meterStop: 1475943,
      timestamp: NOW,
      reason: 'EVDisconnected',
      idTag: 'TAG 1',
    },
    answer: { idTagInfo: { status: 'Expired' } },
    fields: {
      connector_id: 2,
      request_timestamp: NOW,
      request_reason: 'EVDisconnected',
      request_id_tag: 'TAG 1',
      request_transaction_id: 77,
      request_meter_stop: '1475943',
      response_id_tag_info_status: 'Expired',
    },
    exchange: { transaction_id: '77' },
  },
];

export const TALK_201: readonly Said[] = [
  {
    action: 'BootNotification',
    by: 'station',
    params: {
      reason: 'PowerUp',
      chargingStation: { vendorName: 'Vendor', model: 'Model', firmwareVersion: '1' },
    },
    answer: { status: 'Accepted', currentTime: NOW, interval: 300 },
    fields: { request_reason: 'PowerUp' },
  },
  {
    action: 'TransactionEvent',
    by: 'station',
    params: {
      eventType: 'Started',
      timestamp: NOW,
      triggerReason: 'Authorized',
      seqNo: 0,
      transactionInfo: { transactionId: '12345', chargingState: 'EVConnected' },
      idToken: { idToken: '1234', type: 'KeyCode' },
      evse: { id: 2, connectorId: 1 },
    },
    answer: { idTokenInfo: { status: 'Accepted' } },
    fields: {
      connector_id: 2,
      request_timestamp: NOW,
      request_status: 'EVConnected',
      request_reason: 'Authorized',
      request_id_tag: '***',
      request_transaction_id: 12345,
      response_id_tag_info_status: 'Accepted',
    },
    exchange: { transaction_id: '12345', evse_connector_id: 1, seq_no: 0 },
  },
  {
    action: 'TransactionEvent',
    by: 'station',
    params: {
      eventType: 'Ended',
      timestamp: NOW,
      triggerReason: 'EVDeparted',
      seqNo: 1,
      offline: true,
      transactionInfo: { transactionId: '12345' },
      meterValue: [
        {
          timestamp: NOW,
          sampledValue: [
            { value: 7.2, measurand: 'Power.Active.Import', unitOfMeasure: { unit: 'W', multiplier: 3 } },
          ],
        },
      ],
    },
    answer: {},
    fields: {
      connector_id: 2,
      request_timestamp: NOW,
      request_transaction_id: 12345,
      extracted_power: 7200,
    },
    exchange: { transaction_id: '12345', evse_connector_id: 1, seq_no: 1, offline: true },
  },
  {
    action: 'RequestStopTransaction',
    by: 'csms',
    params: { transactionId: '12345' },
    answer: { status: 'Rejected' },
    fields: { connector_id: 2, request_transaction_id: 12345 },
    exchange: { transaction_id: '12345', evse_connector_id: 1 },
  },
];
