/** Calls of an OCPP 1.6 CSMS. */

import type { JsonObject } from '@ocpp-logs/core';
import {
  ACCEPTED,
  applySchedule,
  asArray,
  asObject,
  type Command,
  type Commanded,
  type Commands,
  connectorOf,
  connectorsOf,
  REJECTED,
  remoteStart,
  remoteStop,
  setAvailability,
  type TriggeredMessage,
  textOf,
} from './commands.ts';
import { takeList } from './local-list.ts';
import type { Answer } from './ocpp-client.ts';
import { offeredSchedule } from './offered-schedule.ts';
import type { StationModel } from './station-model.ts';
import { logFile, tellUpload } from './upload.ts';

const VIOLATION = 'FormationViolation';

/** OCPP 1.6 9. */
export function configurationOf({ connectors }: StationModel): readonly (readonly [string, string])[] {
  return [...CONFIGURATION, ['NumberOfConnectors', String(connectors.length)]];
}

const CONFIGURATION: readonly (readonly [string, string])[] = [
  ['AuthorizeRemoteTxRequests', 'false'],
  ['ConnectionTimeOut', '120'],
  ['GetConfigurationMaxKeys', '50'],
  ['HeartbeatInterval', '300'],
  ['LocalAuthListEnabled', 'true'],
  ['MeterValueSampleInterval', '60'],
  ['ResetRetries', '1'],
  ['StopTransactionOnEVSideDisconnect', 'true'],
  ['SupportedFeatureProfiles', 'Core,SmartCharging,RemoteTrigger'],
];

const READ_ONLY = new Set(['GetConfigurationMaxKeys', 'NumberOfConnectors', 'SupportedFeatureProfiles']);

const TRIGGERED: ReadonlyMap<string, TriggeredMessage> = new Map<string, TriggeredMessage>([
  ['BootNotification', 'boot'],
  ['DiagnosticsStatusNotification', 'diagnostics'],
  ['Heartbeat', 'heartbeat'],
  ['MeterValues', 'meter'],
  ['StatusNotification', 'status'],
]);

export const COMMANDS_V16: Commands = new Map<string, Command>([
  ['GetConfiguration', getConfiguration],
  ['ChangeConfiguration', changeConfiguration],
  ['ClearCache', () => ({ payload: ACCEPTED })],
  ['DataTransfer', () => ({ payload: { status: 'UnknownVendorId' } })],
  ['UnlockConnector', unlockConnector],
  [
    'ChangeAvailability',
    (payload, station) => {
      const operative = textOf(payload, 'type', VIOLATION) === 'Operative';
      return { payload: setAvailability(connectorsOf(station, payload.connectorId), operative) };
    },
  ],
  [
    'Reset',
    (payload, station) => {
      const kind = textOf(payload, 'type', VIOLATION) === 'Hard' ? 'hard' : 'soft';
      return { payload: ACCEPTED, afterwards: () => station.reset(kind) };
    },
  ],
  ['TriggerMessage', triggerMessage(TRIGGERED)],
  ['ExtendedTriggerMessage', triggerMessage(new Map([...TRIGGERED, ['LogStatusNotification', 'log']]))],
  [
    'RemoteStartTransaction',
    (payload, station) => {
      const started = remoteStart(station, payload.connectorId, textOf(payload, 'idTag', VIOLATION), null);
      return { payload: started ? ACCEPTED : REJECTED };
    },
  ],
  [
    'RemoteStopTransaction',
    ({ transactionId }, station) => ({
      payload: remoteStop(station, String(transactionId)) ? ACCEPTED : REJECTED,
    }),
  ],
  [
    'SetChargingProfile',
    ({ connectorId, csChargingProfiles }, station) => {
      const schedule = asObject(asObject(csChargingProfiles).chargingSchedule);
      return { payload: applySchedule(connectorsOf(station, connectorId), schedule) ? ACCEPTED : REJECTED };
    },
  ],
  [
    'ClearChargingProfile',
    ({ connectorId }, station) => {
      const limited = connectorsOf(station, connectorId).filter(({ limit }) => limit !== null);
      for (const connector of limited) connector.limit = null;
      return { payload: limited.length > 0 ? ACCEPTED : { status: 'Unknown' } };
    },
  ],
  [
    'GetCompositeSchedule',
    ({ connectorId, duration, chargingRateUnit }, station) => {
      const connector = connectorOf(station, connectorId);
      if (connector === null) return { payload: REJECTED };
      const chargingSchedule = { duration: duration ?? 0, ...offeredSchedule(connector, chargingRateUnit) };
      return {
        payload: {
          ...ACCEPTED,
          connectorId: connector.number,
          scheduleStart: station.now(),
          chargingSchedule,
        },
      };
    },
  ],
  [
    'GetDiagnostics',
    (_, station) => ({
      payload: { fileName: logFile(station) },
      afterwards: () => tellUpload(station, 'DiagnosticsStatusNotification', {}),
    }),
  ],
  [
    'GetLog',
    ({ requestId = 0 }, station) => ({
      payload: { ...ACCEPTED, filename: logFile(station) },
      afterwards: () => tellUpload(station, 'LogStatusNotification', { requestId }),
    }),
  ],
  ['GetLocalListVersion', (_, { listVersion }) => ({ payload: { listVersion } })],
  [
    'SendLocalList',
    ({ listVersion, updateType }, station) => ({ payload: takeList(listVersion, updateType, station) }),
  ],
]);

/** OCPP 1.6 5.18: a transaction that runs there ends first. */
function unlockConnector({ connectorId }: JsonObject, station: Commanded): Answer {
  const connector = connectorOf(station, connectorId);
  if (connector === null) return { payload: { status: 'NotSupported' } };
  if (connector.charging) connector.stop('unlock');
  return { payload: { status: 'Unlocked' } };
}

function getConfiguration({ key }: JsonObject, { settings }: Commanded): Answer {
  const asked = key === undefined ? [...settings.keys()] : asArray(key).map(String);
  const configurationKey = asked.flatMap((name) => {
    const value = settings.get(name);
    return value === undefined ? [] : [{ key: name, readonly: READ_ONLY.has(name), value }];
  });
  const unknownKey = asked.filter((name) => !settings.has(name));
  return { payload: { configurationKey, ...(unknownKey.length > 0 ? { unknownKey } : {}) } };
}

function changeConfiguration(payload: JsonObject, station: Commanded): Answer {
  const key = textOf(payload, 'key', VIOLATION);
  const value = textOf(payload, 'value', VIOLATION);
  if (!station.settings.has(key)) return { payload: { status: 'NotSupported' } };
  return { payload: !READ_ONLY.has(key) && station.change(key, value) ? ACCEPTED : REJECTED };
}

function triggerMessage(known: ReadonlyMap<string, TriggeredMessage>): Command {
  return (payload, station) => {
    const message = known.get(textOf(payload, 'requestedMessage', VIOLATION));
    if (message === undefined) return { payload: { status: 'NotImplemented' } };
    const { connectorId } = payload;
    const connector = typeof connectorId === 'number' ? connectorId : null;
    return { payload: ACCEPTED, afterwards: () => station.trigger(message, connector) };
  };
}
