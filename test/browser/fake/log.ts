/** Entries of a made-up day: any number of them, each made from its place alone. */

import { firstIdAt } from '@ocpp-logs/core';

export interface FakeLog {
  readonly count: number;
  /** ms of the first entry, and between two. */
  readonly start: number;
  readonly step: number;
}

export type FakeEntry = Record<string, unknown> & {
  readonly occurrence_time: string;
  readonly site_id: string;
  readonly charger_id: string;
  readonly exchange: Record<string, unknown>;
};

export const SITES = [
  { id: 'depot', name: 'Depot North', timezone: 'Europe/Berlin' },
  { id: 'harbour', name: 'Harbour', timezone: 'America/New_York' },
] as const;

/** Whole, evenly spread, always the same. */
function chance(place: number, salt: number, of: number): number {
  let hash = Math.imul(place + 1, 0x9e3779b1) ^ Math.imul(salt + 7, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) % of;
}

const ACTIONS = [
  ...Array<string>(34).fill('Heartbeat'),
  ...Array<string>(34).fill('MeterValues'),
  ...Array<string>(14).fill('StatusNotification'),
  ...Array<string>(5).fill('Authorize'),
  ...Array<string>(5).fill('StartTransaction'),
  ...Array<string>(4).fill('StopTransaction'),
  ...Array<string>(2).fill('RemoteStartTransaction'),
  'BootNotification',
  'SetChargingProfile',
];
const STATUSES = ['Available', 'Preparing', 'Charging', 'SuspendedEV', 'Finishing', 'Faulted'];
const ERRORS = ['GroundFailure', 'ConnectorLockFailure', 'OverVoltage', 'EVCommunicationError'];

const EMPTY_FIELDS = Object.fromEntries(
  [
    'connector_id request_timestamp request_info request_status request_reason request_id_tag request_transaction_id',
    'request_vendor_id request_error_code request_vendor_error_code request_meter_stop',
    'response_id_tag_info_status extracted_voltage extracted_current extracted_power extracted_state_of_charge',
  ]
    .join(' ')
    .split(' ')
    .map((name) => [name, null]),
);

export function entryAt({ start, step }: FakeLog, place: number): FakeEntry {
  const at = start + place * step;
  const time = new Date(at).toISOString();
  const site = SITES[chance(place, 1, 5) === 0 ? 1 : 0];
  const station = `CP${String(1 + chance(place, 2, 12)).padStart(3, '0')}`;
  const action = ACTIONS[chance(place, 3, ACTIONS.length)] ?? 'Heartbeat';
  const connector = 1 + chance(place, 4, 2);
  const { payload, response, fields } = message(place, action, connector, time);
  const ending = chance(place, 5, 260);
  const outcome = ending === 0 ? 'error' : ending === 1 ? 'timeout' : ending === 2 ? 'late' : 'answered';
  const answered = outcome === 'answered' || outcome === 'late';
  const latency =
    outcome === 'timeout' ? null : (outcome === 'late' ? 31_000 : 18) + chance(place, 6, 90_000) / 1000;
  const down = action.startsWith('Remote') || action === 'SetChargingProfile';
  const id = `m-${place.toString(36)}`;
  const error = ['InternalError', 'the back office did not answer', {}] as const;
  return {
    occurrence_time: time,
    action,
    payload,
    site_id: site.id,
    site_name: site.name,
    charger_id: station,
    ...EMPTY_FIELDS,
    ...fields,
    exchange: {
      id: String(firstIdAt(at) + BigInt(step === 0 ? place : 0)),
      kind: 'exchange',
      direction: down ? 'csms_to_station' : 'station_to_csms',
      ocpp_version: '1.6',
      connection_id: `c-${station}`,
      message_id: id,
      outcome,
      latency_ms: latency,
      response_time: latency === null ? null : new Date(at + latency).toISOString(),
      response_payload: answered ? response : null,
      error_code: outcome === 'error' ? error[0] : null,
      error_description: outcome === 'error' ? error[1] : null,
      error_details: outcome === 'error' ? error[2] : null,
      transaction_id: 'request_transaction_id' in fields ? String(fields.request_transaction_id) : null,
      evse_connector_id: null,
      seq_no: null,
      offline: null,
    },
    raw: {
      request_text: JSON.stringify([2, id, action, payload]),
      response_text: answered
        ? JSON.stringify([3, id, response])
        : outcome === 'error'
          ? JSON.stringify([4, id, ...error])
          : null,
      redacted: [],
      truncated: false,
    },
  };
}

interface Message {
  readonly payload: object;
  readonly response: object;
  readonly fields: Record<string, unknown>;
}

function message(place: number, action: string, connector: number, time: string): Message {
  const tag = `04${chance(place, 8, 0xffffff).toString(16).toUpperCase().padStart(6, '0')}`;
  const transaction = 41_000 + chance(place, 9, 60);
  if (action === 'StatusNotification') {
    const status = STATUSES[chance(place, 10, 40) === 0 ? 5 : chance(place, 11, 5)] ?? 'Available';
    const errorCode = status === 'Faulted' ? (ERRORS[chance(place, 12, 4)] ?? 'OtherError') : 'NoError';
    return {
      payload: { connectorId: connector, errorCode, status, timestamp: time },
      response: {},
      fields: {
        connector_id: connector,
        request_status: status,
        request_error_code: errorCode,
        request_timestamp: time,
      },
    };
  }
  if (action === 'MeterValues') {
    const power = 3_000 + chance(place, 13, 8_000);
    const soc = 20 + chance(place, 14, 70);
    const sampledValue = [
      { value: String(power), measurand: 'Power.Active.Import', unit: 'W' },
      { value: String(soc), measurand: 'SoC', unit: 'Percent' },
      { value: '231.4', measurand: 'Voltage', phase: 'L1-N', unit: 'V' },
    ];
    return {
      payload: {
        connectorId: connector,
        transactionId: transaction,
        meterValue: [{ timestamp: time, sampledValue }],
      },
      response: {},
      fields: {
        connector_id: connector,
        request_transaction_id: transaction,
        request_timestamp: time,
        extracted_power: power,
        extracted_state_of_charge: soc,
        extracted_voltage: 231.4,
      },
    };
  }
  if (action === 'StartTransaction' || action === 'StopTransaction') {
    const stop = action === 'StopTransaction';
    const meter = 120_000 + chance(place, 15, 90_000);
    const accepted = { idTagInfo: { status: 'Accepted' } };
    return {
      payload: stop
        ? {
            transactionId: transaction,
            idTag: tag,
            meterStop: meter,
            timestamp: time,
            reason: 'EVDisconnected',
          }
        : { connectorId: connector, idTag: tag, meterStart: meter, timestamp: time },
      response: stop ? accepted : { ...accepted, transactionId: transaction },
      fields: {
        connector_id: connector,
        request_id_tag: tag,
        request_transaction_id: transaction,
        request_timestamp: time,
        request_reason: stop ? 'EVDisconnected' : null,
        request_meter_stop: stop ? String(meter) : null,
        response_id_tag_info_status: 'Accepted',
      },
    };
  }
  if (action === 'Authorize' || action === 'RemoteStartTransaction') {
    return {
      payload: { idTag: tag },
      response: action === 'Authorize' ? { idTagInfo: { status: 'Accepted' } } : { status: 'Accepted' },
      fields: {
        request_id_tag: tag,
        response_id_tag_info_status: action === 'Authorize' ? 'Accepted' : null,
      },
    };
  }
  if (action === 'BootNotification') {
    return {
      payload: { chargePointVendor: 'Example', chargePointModel: 'AC-22', firmwareVersion: '2.4.1' },
      response: { status: 'Accepted', currentTime: time, interval: 300 },
      fields: {},
    };
  }
  return { payload: {}, response: { currentTime: time }, fields: {} };
}
