/** Logs of stations as tests write them: seconds, action, call, answer. */

import type { ConnectionEvent, Outcome } from '../entry.ts';
import { extract } from '../extract/index.ts';
import { NO_CONTEXT } from '../fields.ts';
import type { Direction, OcppVersion } from '../frame.ts';
import type { JsonObject } from '../message.ts';
import type { SeenEntry } from './seen.ts';

/** 2026-01-05T10:00:00Z. */
export const T0 = Date.UTC(2026, 0, 5, 10);

const FROM_CSMS = new Set([
  'RemoteStartTransaction',
  'RemoteStopTransaction',
  'RequestStartTransaction',
  'RequestStopTransaction',
  'SetChargingProfile',
  'ClearChargingProfile',
  'UnlockConnector',
  'CostUpdated',
  'Reset',
  'UpdateFirmware',
  'SignedUpdateFirmware',
  'ReserveNow',
  'CancelReservation',
  'SetVariableMonitoring',
  'CertificateSigned',
  'TriggerMessage',
  'ExtendedTriggerMessage',
  'ChangeConfiguration',
]);

export interface Told {
  readonly charger?: string;
  readonly version?: OcppVersion;
  readonly outcome?: Outcome;
  readonly latencyMs?: number | null;
  readonly errorCode?: string;
  readonly direction?: Direction;
  readonly id?: string;
  readonly messageId?: string;
}

let last = 0;

/** `answer` null: none came. */
export function exchange(
  seconds: number,
  action: string,
  call: JsonObject,
  answer: JsonObject | null = {},
  told: Told = {},
): SeenEntry {
  last += 1;
  const version = told.version ?? '1.6';
  const at = T0 + Math.round(seconds * 1000);
  const { fields, findings } = extract({ version, action, call, answer, context: NO_CONTEXT });
  const direction = told.direction ?? (FROM_CSMS.has(action) ? 'csms_to_station' : 'station_to_csms');
  const outcome =
    told.outcome ?? (told.errorCode !== undefined ? 'error' : answer === null ? 'timeout' : 'answered');
  return {
    id: told.id ?? String(1_000_000 + last),
    at,
    charger: told.charger ?? 'CP-1',
    kind: 'exchange',
    connection: 'c1',
    direction,
    version,
    messageId: told.messageId ?? `m${last}`,
    action,
    outcome,
    call,
    answer,
    errorCode: told.errorCode ?? null,
    errorDescription: null,
    latencyMs: told.latencyMs ?? (answer === null ? null : 100),
    answeredAt: answer === null ? null : at + 100,
    event: null,
    fields,
    findings,
  };
}

export function connection(seconds: number, event: ConnectionEvent, charger = 'CP-1'): SeenEntry {
  return {
    ...exchange(seconds, 'Heartbeat', {}, null, { charger }),
    kind: 'connection',
    action: null,
    outcome: null,
    direction: null,
    event,
  };
}

export const time = (seconds: number): string => new Date(T0 + seconds * 1000).toISOString();

export function status(
  seconds: number,
  connectorId: number,
  state: string,
  errorCode = 'NoError',
): SeenEntry {
  return exchange(seconds, 'StatusNotification', {
    connectorId,
    status: state,
    errorCode,
    timestamp: time(seconds),
  });
}

export function authorize(seconds: number, idTag: string, answered = 'Accepted'): SeenEntry {
  return exchange(seconds, 'Authorize', { idTag }, { idTagInfo: { status: answered } });
}

export interface StartTold {
  readonly connectorId?: number;
  readonly idTag?: string;
  readonly meterStart?: number;
  readonly transactionId?: number;
  readonly timestamp?: string;
}

export function start(seconds: number, told: StartTold = {}): SeenEntry {
  const { connectorId = 1, idTag = 'A', meterStart = 1000, transactionId = 7 } = told;
  return exchange(
    seconds,
    'StartTransaction',
    { connectorId, idTag, meterStart, timestamp: told.timestamp ?? time(seconds) },
    { transactionId, idTagInfo: { status: 'Accepted' } },
  );
}

export function stop(
  seconds: number,
  meterStop = 6000,
  reason: string | null = 'EVDisconnected',
  transactionId = 7,
): SeenEntry {
  return exchange(
    seconds,
    'StopTransaction',
    { transactionId, meterStop, timestamp: time(seconds), ...(reason === null ? {} : { reason }) },
    { idTagInfo: { status: 'Accepted' } },
  );
}

export interface MeterTold {
  readonly wh?: number;
  readonly watts?: number;
  readonly amperes?: number;
  readonly soc?: number;
  readonly connectorId?: number;
  readonly transactionId?: number;
}

export function meter(seconds: number, told: MeterTold): SeenEntry {
  const { wh, watts, amperes, soc, connectorId = 1, transactionId = 7 } = told;
  const sample = (measurand: string, value: number | undefined, unit: string) =>
    value === undefined ? [] : [{ measurand, value: String(value), unit }];
  const sampledValue = [
    ...sample('Energy.Active.Import.Register', wh, 'Wh'),
    ...sample('Power.Active.Import', watts, 'W'),
    ...sample('Current.Import', amperes, 'A'),
    ...sample('SoC', soc, 'Percent'),
  ];
  return exchange(seconds, 'MeterValues', {
    connectorId,
    transactionId,
    meterValue: [{ timestamp: time(seconds), sampledValue }],
  });
}

/** TransactionEvent of OCPP 2.0.1. */
export function event(
  seconds: number,
  eventType: string,
  transactionId: string,
  told: JsonObject = {},
  answer: JsonObject = {},
): SeenEntry {
  const { transactionInfo, ...rest } = told;
  const info = typeof transactionInfo === 'object' && transactionInfo !== null ? { ...transactionInfo } : {};
  return exchange(
    seconds,
    'TransactionEvent',
    { eventType, timestamp: time(seconds), transactionInfo: { transactionId, ...info }, ...rest },
    answer,
    { version: '2.0.1' },
  );
}
