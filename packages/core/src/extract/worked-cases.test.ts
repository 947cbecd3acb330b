/** The worked cases of extraction rules 6 that concern fields: shapes that real stations sent. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Fields } from '../fields.ts';
import type { OcppVersion } from '../frame.ts';
import type { JsonObject } from '../message.ts';
import { expectCase, meterValue, sample2, sample16, TIME } from './extraction-case.ts';

const U = 'Voltage';
const A = 'Current.Import';
const P = 'Power.Active.Import';
const PE = 'Power.Active.Export';
const E = 'Energy.Active.Import.Register';

/** A MeterValues with one instant; the fields beside connector and timestamp. */
function metered(
  version: OcppVersion,
  sampledValue: readonly JsonObject[],
  fields: Fields,
  findings: readonly string[] = [],
  timestamp = TIME,
): void {
  const call = {
    ...(version === '1.6' ? { connectorId: 1 } : { evseId: 1 }),
    meterValue: [meterValue(sampledValue, timestamp)],
  };
  expectCase(
    { version, action: 'MeterValues', call },
    { connector_id: 1, request_timestamp: timestamp, ...fields },
    findings.map((finding) => finding.replace('[', 'request.meterValue[0].sampledValue[')),
  );
}

describe('meter values of real stations', () => {
  it('power in kW on three phases adds up to a total', () => {
    metered(
      '1.6',
      [
        sample16(P, '3.43', 'kW', 'L1-N'),
        sample16(P, '0.00', 'kW', 'L2-N'),
        sample16(P, '0.00', 'kW', 'L3-N'),
      ],
      {
        extracted_power: 3430,
        extracted_power_phase1: 3430,
        extracted_power_phase2: 0,
        extracted_power_phase3: 0,
      },
    );
  });

  it('voltages and a current of one phase have no total', () => {
    metered(
      '1.6',
      [
        sample16(U, '222.30', 'V', 'L1-N'),
        sample16(U, '231.60', 'V', 'L2-N'),
        sample16(U, '230.60', 'V', 'L3-N'),
        sample16(A, '15.52', 'A', 'L1-N'),
      ],
      {
        extracted_voltage_phase1: 222.3,
        extracted_voltage_phase2: 231.6,
        extracted_voltage_phase3: 230.6,
        extracted_current_phase1: 15.52,
      },
    );
  });

  it('a current on N only is the total', () => {
    metered('1.6', [sample16(A, '15.6', 'A', 'N')], { extracted_current: 15.6 }, ['phase-n-only [0].value']);
  });

  it('power in kW beside energy in Wh', () => {
    metered('1.6', [sample16(P, '3.5', 'kW'), sample16(E, '254780', 'Wh')], {
      extracted_power: 3500,
      extracted_energy: 254780,
    });
  });

  it('zero on every phase and an unphased zero are zero, none is null', () => {
    metered(
      '1.6',
      [
        sample16(P, '0', 'W', 'L1'),
        sample16(P, '0', 'W', 'L2'),
        sample16(P, '0', 'W', 'L3'),
        sample16(P, '0', 'kW'),
      ],
      { extracted_power: 0, extracted_power_phase1: 0, extracted_power_phase2: 0, extracted_power_phase3: 0 },
    );
  });

  it('a measurand in another case', () => {
    metered('1.6', [sample16('Current.import', '124', 'A')], { extracted_current: 124 });
  });

  it('no measurand is energy, and no field of the page', () => {
    metered('1.6', [{ value: '1244', unit: 'Wh' }], { extracted_energy: 1244 });
  });

  it('a value with a blank, and a value that is a number', () => {
    metered('1.6', [sample16(A, ' 9.6', 'A')], { extracted_current: 9.6 }, ['number-form [0].value']);
    metered('1.6', [sample16(A, 16, 'A')], { extracted_current: 16 });
  });

  it('multipliers of 2.x', () => {
    metered('2.0.1', [sample2(P, 7.2, { unit: 'W', multiplier: 3 })], { extracted_power: 7200 });
    metered('2.1', [sample2(P, 0.0072, { unit: 'kW', multiplier: 3 })], { extracted_power: 7200 });
  });

  it('an empty unitOfMeasure assumes the unit and is left as it was', () => {
    const sample = Object.freeze(sample2(P, 7200, Object.freeze({})));
    metered('2.0.1', [sample], { extracted_power: 7200 }, ['unit-assumed [0].unitOfMeasure.unit']);
    assert.deepEqual(sample, { measurand: P, value: 7200, unitOfMeasure: {} });
  });

  it('power in a unit of energy is no power', () => {
    metered('1.6', [sample16(PE, '0.0', 'Wh')], {}, ['unit-mismatch [0].unit']);
  });

  it('a periodic sample beside the one of the start, at one instant written with an offset', () => {
    const samples = [
      sample16(E, '163630', 'Wh', undefined, { context: 'Sample.Periodic' }),
      sample16(E, '157440', 'Wh', undefined, { context: 'Transaction.Begin' }),
    ];
    for (const sent of [samples, samples.toReversed()]) {
      metered('1.6', sent, { extracted_energy: 163630 }, [], '2026-01-05T14:58:38+10:00');
    }
  });

  it('measurands of different contexts are all taken', () => {
    const triggered = { context: 'Trigger' };
    metered(
      '1.6',
      [
        sample16(U, '230', 'V', undefined, triggered),
        sample16(P, '3600', 'W', undefined, triggered),
        sample16(A, '16', 'A'),
      ],
      { extracted_voltage: 230, extracted_power: 3600, extracted_current: 16 },
    );
  });

  it('2.1 discharging: setpoint, export, an upstream meter and what is displayed', () => {
    const call = {
      eventType: 'Updated',
      timestamp: TIME,
      triggerReason: 'MeterValuePeriodic',
      seqNo: 4,
      transactionInfo: { transactionId: 'v2g-1', chargingState: 'Charging' },
      evse: { id: 1, connectorId: 1 },
      meterValue: [
        meterValue([
          sample2('Power.Active.Setpoint', -3500, { unit: 'W' }),
          sample2(PE, 3480, { unit: 'W' }),
          sample2(P, 0, { unit: 'W' }),
          sample2(P, 900, { unit: 'W' }, { location: 'Upstream' }),
          sample2('SoC', 60, { unit: 'Percent' }),
          sample2('Display.PresentSOC', 61, { unit: 'Percent' }),
          sample2('Voltage.Maximum', 500, { unit: 'V' }),
        ]),
      ],
    };
    expectCase(
      { version: '2.1', action: 'TransactionEvent', call, answer: {} },
      {
        connector_id: 1,
        evse_connector_id: 1,
        request_timestamp: TIME,
        request_status: 'Charging',
        request_reason: 'MeterValuePeriodic',
        transaction_id: 'v2g-1',
        seq_no: 4,
        extracted_power: -3480,
        extracted_state_of_charge: 60,
      },
    );
  });

  it('a StopTransaction with signed and plain data', () => {
    const signed = { value: 'OCMF|{"FV":"1.0"}', format: 'SignedData', measurand: E, unit: 'kWh' };
    const call = {
      transactionId: -1,
      meterStop: 1475943,
      timestamp: TIME,
      transactionData: [meterValue([signed, sample16(E, '1475.943', 'kWh')])],
    };
    expectCase(
      { version: '1.6', action: 'StopTransaction', call },
      {
        request_timestamp: TIME,
        request_transaction_id: -1,
        transaction_id: '-1',
        request_meter_stop: '1475943',
        extracted_energy: 1475943,
      },
    );
  });
});

describe('other messages of real stations', () => {
  it('a StatusNotification keeps empty texts', () => {
    const call = { connectorId: 1, errorCode: 'NoError', status: 'Available', info: '', vendorErrorCode: '' };
    expectCase(
      { version: '1.6', action: 'StatusNotification', call },
      {
        connector_id: 1,
        request_error_code: 'NoError',
        request_status: 'Available',
        request_info: '',
        request_vendor_error_code: '',
      },
    );
  });

  it('connector 0 with an error code of nobody', () => {
    expectCase(
      {
        version: '1.6',
        action: 'StatusNotification',
        call: { connectorId: 0, errorCode: 'Error', status: 'Faulted' },
      },
      { connector_id: 0, request_error_code: 'Error', request_status: 'Faulted' },
      ['error-code-unknown request.errorCode', 'connector-zero-faulted request.status'],
    );
  });

  it('a TransactionEvent that ends without evse stays on its EVSE, and omits the reason Local', () => {
    const started = {
      eventType: 'Started',
      timestamp: TIME,
      triggerReason: 'Authorized',
      seqNo: 0,
      transactionInfo: { transactionId: 'tx-1' },
      evse: { id: 2, connectorId: 1 },
      idToken: { idToken: '***', type: 'KeyCode' },
    };
    expectCase(
      { version: '2.0.1', action: 'TransactionEvent', call: started },
      {
        connector_id: 2,
        evse_connector_id: 1,
        request_timestamp: TIME,
        request_reason: 'Authorized',
        request_id_tag: '***',
        transaction_id: 'tx-1',
        seq_no: 0,
      },
    );
    const ended = {
      eventType: 'Ended',
      timestamp: TIME,
      triggerReason: 'EVDeparted',
      seqNo: 1,
      transactionInfo: { transactionId: 'tx-1' },
    };
    expectCase(
      {
        version: '2.0.1',
        action: 'TransactionEvent',
        call: ended,
        context: { connector: 2, evseConnector: 1, transaction: 'tx-1' },
      },
      { connector_id: 2, evse_connector_id: 1, request_timestamp: TIME, transaction_id: 'tx-1', seq_no: 1 },
    );
  });

  it('a charging profile of 2.0.1, and a period of 2.1 without a limit', () => {
    const schedule = {
      id: 1,
      chargingRateUnit: 'A',
      duration: 3600,
      minChargingRate: 6,
      chargingSchedulePeriod: [
        { startPeriod: 0, limit: 16, numberPhases: 3 },
        { startPeriod: 1800, limit: 0 },
      ],
    };
    const fields: Fields = {
      connector_id: 1,
      request_transaction_id: 12345,
      transaction_id: '12345',
      req_cs_profile_sched_charging_rate_unit: 'A',
      req_cs_profile_sched_duration: 3600,
      req_cs_profile_sched_min_charging_rate: 6,
      req_cs_profile_sched_schedule_period: [
        { start_period: 0, limit: 16, number_phases: 3 },
        { start_period: 1800, limit: 0, number_phases: null },
      ],
    };
    const chargingProfile = { transactionId: '12345', chargingSchedule: [schedule] };
    expectCase(
      { version: '2.0.1', action: 'SetChargingProfile', call: { evseId: 1, chargingProfile } },
      fields,
    );
    const setpoint = { ...schedule, chargingSchedulePeriod: [{ startPeriod: 0, setpoint: -3500 }] };
    expectCase(
      {
        version: '2.1',
        action: 'SetChargingProfile',
        call: { evseId: 1, chargingProfile: { ...chargingProfile, chargingSchedule: [setpoint] } },
      },
      {
        ...fields,
        req_cs_profile_sched_schedule_period: [{ start_period: 0, limit: null, number_phases: null }],
      },
    );
  });

  it('a transactionId at the end of int64 keeps its digits', () => {
    expectCase(
      { version: '1.6', action: 'RemoteStopTransaction', call: { transactionId: 9223372036854775807n } },
      { request_transaction_id: 9223372036854775807n, transaction_id: '9223372036854775807' },
    );
  });
});
