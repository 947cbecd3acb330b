/** Somebody else's station talks to somebody else's CSMS through the relay; the API then gives the whole talk back. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Payload } from './ocpp-rpc-peers.ts';
import { connectStation, startCsms } from './ocpp-rpc-peers.ts';
import { eventually, startServer } from './running-server.ts';

interface Answer {
  readonly ocpp_logs: readonly Record<string, unknown>[];
  readonly count: number;
}

const EVERYTHING = 'from=2020-01-01&to=2100-01-01&sort_order=asc&take=1000';
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Every field that the page has, null: each expectation then names what is not. */
const NULLS = {
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
const EXCHANGE_NULLS = {
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

interface Said {
  readonly action: string;
  readonly by: 'station' | 'csms';
  readonly params: Payload;
  readonly answer: Payload;
  readonly fields: Payload;
  readonly exchange?: Payload;
}

const NOW = '2026-01-05T14:58:38+10:00';

const TALK_16: readonly Said[] = [
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

const TALK_201: readonly Said[] = [
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

const MASKED = { idToken: { idToken: '***', type: 'KeyCode' } };

for (const [version, talk] of [
  ['1.6', TALK_16],
  ['2.0.1', TALK_201],
] as const) {
  test(`a ${version} talk through the relay is recorded field for field`, async () => {
    const protocol = `ocpp${version}`;
    const answers = (by: Said['by']) =>
      Object.fromEntries(
        talk.map((said) => [
          said.action,
          // The same action may come twice: each call gets the answer of its own params.
          (params: Payload) =>
            talk.find((other) => other.by === by && JSON.stringify(other.params) === JSON.stringify(params))
              ?.answer ?? {},
        ]),
      );
    const csms = await startCsms(protocol, answers('station'));
    const server = await startServer({
      config: `sites:\n  - id: depot\n    name: Depot North\n    upstream: ${csms.url}/{charger}\n`,
    });
    const endpoint = `${server.url.replace('http', 'ws')}/ocpp/depot`;
    const station = await connectStation(endpoint, 'CP 1:a', protocol, answers('csms'), {
      password: 'secret-pass',
    });
    const seenByCsms = await csms.station;
    assert.equal(seenByCsms.identity, 'CP 1:a');
    assert.equal(seenByCsms.password, 'secret-pass', 'the credentials pass through');
    for (const said of talk) {
      const peer = said.by === 'station' ? station : seenByCsms;
      assert.deepEqual(
        await peer.call(said.action, said.params),
        said.answer,
        'nothing is altered on the way',
      );
    }
    await station.close();

    const page = await eventually(
      async () =>
        (await (
          await server.get(`/rest/v1/ocpp-logs/site/depot?${EVERYTHING}&include=exchange`)
        ).json()) as Answer,
      (answer) =>
        answer.count === talk.length && answer.ocpp_logs.every((log) => outcomeOf(log) !== 'pending'),
    );
    for (const [place, said] of talk.entries()) {
      const log = page.ocpp_logs[place] ?? {};
      const exchange = log.exchange as Payload;
      assert.match(String(log.occurrence_time), TIME);
      assert.match(String(exchange.response_time), TIME);
      assert.match(String(exchange.id), /^\d{19}$/);
      assert.equal(typeof exchange.latency_ms, 'number');
      const payload = JSON.stringify(said.params).includes('KeyCode')
        ? { ...said.params, ...MASKED }
        : said.params;
      assert.deepEqual(log, {
        occurrence_time: log.occurrence_time,
        action: said.action,
        payload,
        site_id: 'depot',
        site_name: 'Depot North',
        charger_id: 'CP 1:a',
        ...NULLS,
        ...said.fields,
        exchange: {
          id: exchange.id,
          kind: 'exchange',
          direction: said.by === 'station' ? 'station_to_csms' : 'csms_to_station',
          ocpp_version: version,
          connection_id: exchange.connection_id,
          message_id: exchange.message_id,
          outcome: 'answered',
          latency_ms: exchange.latency_ms,
          response_time: exchange.response_time,
          response_payload: said.answer,
          ...EXCHANGE_NULLS,
          ...said.exchange,
        },
      });
    }

    const connections = (await (
      await server.get(`/ocpp-logs/site/depot?${EVERYTHING}&kinds=connection&include=exchange`)
    ).json()) as Answer;
    const events = connections.ocpp_logs.map((log) => (log.exchange as Payload).event as Payload);
    assert.deepEqual(
      events.map(({ event, subprotocol, status, close_code, ended_by, how }) => ({
        event,
        subprotocol,
        status,
        close_code,
        ended_by,
        how,
      })),
      [
        {
          event: 'accepted',
          subprotocol: protocol,
          status: 101,
          close_code: undefined,
          ended_by: undefined,
          how: undefined,
        },
        {
          event: 'closed',
          subprotocol: undefined,
          status: undefined,
          close_code: 1000,
          ended_by: 'station',
          how: 'close_frame',
        },
      ],
    );
    await csms.close();
    assert.equal(await server.stop(), 0);
  });
}

function outcomeOf(log: Record<string, unknown>): unknown {
  return (log.exchange as Payload).outcome;
}
