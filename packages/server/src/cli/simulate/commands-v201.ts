/** Calls of an OCPP 2.0.1 CSMS. */

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
import { type Answer, CallError } from './ocpp-client.ts';
import { offeredSchedule } from './offered-schedule.ts';
import { logFile, tellUpload } from './upload.ts';

const VIOLATION = 'FormatViolation';

/** OCPP 2.0.1 Part 2 appendix 3. */
export const VARIABLES: readonly (readonly [string, string])[] = [
  ['AuthCtrlr.Enabled', 'true'],
  ['LocalAuthListCtrlr.Enabled', 'true'],
  ['OCPPCommCtrlr.HeartbeatInterval', '300'],
  ['OCPPCommCtrlr.NetworkProfileConnectionAttempts', '3'],
  ['SampledDataCtrlr.TxUpdatedInterval', '60'],
  ['SmartChargingCtrlr.Enabled', 'true'],
  ['TxCtrlr.EVConnectionTimeOut', '120'],
];

const TRIGGERED = new Map<string, TriggeredMessage>([
  ['BootNotification', 'boot'],
  ['Heartbeat', 'heartbeat'],
  ['LogStatusNotification', 'log'],
  ['MeterValues', 'meter'],
  ['TransactionEvent', 'meter'],
  ['StatusNotification', 'status'],
]);

export const COMMANDS_V201: Commands = new Map<string, Command>([
  ['GetVariables', getVariables],
  ['SetVariables', setVariables],
  ['GetBaseReport', getBaseReport],
  ['ClearCache', () => ({ payload: ACCEPTED })],
  ['DataTransfer', () => ({ payload: { status: 'UnknownVendorId' } })],
  ['UnlockConnector', unlockConnector],
  [
    'ChangeAvailability',
    (payload, station) => {
      const operative = textOf(payload, 'operationalStatus', VIOLATION) === 'Operative';
      return { payload: setAvailability(connectorsOf(station, asObject(payload.evse).id), operative) };
    },
  ],
  ['Reset', reset],
  ['TriggerMessage', triggerMessage],
  [
    'RequestStartTransaction',
    ({ evseId, idToken, remoteStartId }, station) => {
      const id = typeof remoteStartId === 'number' ? remoteStartId : null;
      const tag = textOf(asObject(idToken), 'idToken', VIOLATION);
      return { payload: remoteStart(station, evseId, tag, id) ? ACCEPTED : REJECTED };
    },
  ],
  [
    'RequestStopTransaction',
    (payload, station) => {
      const transaction = textOf(payload, 'transactionId', VIOLATION);
      return { payload: remoteStop(station, transaction) ? ACCEPTED : REJECTED };
    },
  ],
  [
    'SetChargingProfile',
    ({ evseId, chargingProfile }, station) => {
      const [schedule] = asArray(asObject(chargingProfile).chargingSchedule);
      const applied = applySchedule(connectorsOf(station, evseId), asObject(schedule));
      return { payload: applied ? ACCEPTED : REJECTED };
    },
  ],
  [
    'ClearChargingProfile',
    ({ chargingProfileCriteria }, station) => {
      const connectors = connectorsOf(station, asObject(chargingProfileCriteria).evseId);
      const limited = connectors.filter(({ limit }) => limit !== null);
      for (const connector of limited) connector.limit = null;
      return { payload: limited.length > 0 ? ACCEPTED : { status: 'Unknown' } };
    },
  ],
  [
    'GetTransactionStatus',
    ({ transactionId }, { connectors }) => {
      if (transactionId === undefined) return { payload: { messagesInQueue: false } };
      const ongoingIndicator = connectors.some(({ transaction }) => transaction === transactionId);
      return { payload: { ongoingIndicator, messagesInQueue: false } };
    },
  ],
  [
    'GetCompositeSchedule',
    ({ evseId, duration, chargingRateUnit }, station) => {
      const connector = connectorOf(station, evseId);
      if (connector === null) return { payload: REJECTED };
      const schedule = {
        evseId: connector.number,
        duration: duration ?? 0,
        scheduleStart: station.now(),
        ...offeredSchedule(connector, chargingRateUnit),
      };
      return { payload: { ...ACCEPTED, schedule } };
    },
  ],
  [
    'GetLog',
    ({ requestId = 0 }, station) => ({
      payload: { ...ACCEPTED, filename: logFile(station) },
      afterwards: () => tellUpload(station, 'LogStatusNotification', { requestId }),
    }),
  ],
  ['GetLocalListVersion', (_, { listVersion }) => ({ payload: { versionNumber: listVersion } })],
  [
    'SendLocalList',
    ({ versionNumber, updateType }, station) => ({ payload: takeList(versionNumber, updateType, station) }),
  ],
]);

/** OCPP 2.0.1 F05: what charges stays locked. Every EVSE here has one connector. */
function unlockConnector({ evseId, connectorId }: JsonObject, station: Commanded): Answer {
  const connector = connectorId === 1 ? connectorOf(station, evseId) : null;
  if (connector === null) return { payload: { status: 'UnknownConnector' } };
  return { payload: { status: connector.charging ? 'OngoingAuthorizedTransaction' : 'Unlocked' } };
}

interface Asked {
  readonly component: JsonObject;
  readonly variable: JsonObject;
  readonly name: string;
}

function askedIn(
  list: JsonObject[string] | undefined,
): readonly (Asked & { readonly element: JsonObject })[] {
  const elements = asArray(list).map(asObject);
  if (elements.length === 0) throw new CallError(VIOLATION, 'No variable is named');
  return elements.map((element) => {
    const component = asObject(element.component);
    const variable = asObject(element.variable);
    const name = `${textOf(component, 'name', VIOLATION)}.${textOf(variable, 'name', VIOLATION)}`;
    return { element, component, variable, name };
  });
}

function getVariables({ getVariableData }: JsonObject, { settings }: Commanded): Answer {
  const getVariableResult = askedIn(getVariableData).map(({ component, variable, name }) => {
    const attributeValue = settings.get(name);
    const found = attributeValue === undefined ? unknown(name, settings) : { attributeValue };
    return { attributeStatus: 'Accepted', ...found, component, variable };
  });
  return { payload: { getVariableResult } };
}

function setVariables({ setVariableData }: JsonObject, station: Commanded): Answer {
  const { settings } = station;
  const setVariableResult = askedIn(setVariableData).map(({ element, component, variable, name }) => {
    if (!settings.has(name)) return { ...unknown(name, settings), component, variable };
    const changed = station.change(name, textOf(element, 'attributeValue', VIOLATION));
    return { attributeStatus: changed ? 'Accepted' : 'Rejected', component, variable };
  });
  return { payload: { setVariableResult } };
}

function unknown(name: string, settings: ReadonlyMap<string, string>): { readonly attributeStatus: string } {
  const component = `${name.split('.')[0]}.`;
  const known = [...settings.keys()].some((setting) => setting.startsWith(component));
  return { attributeStatus: known ? 'UnknownVariable' : 'UnknownComponent' };
}

/** OCPP 2.0.1 B07: accepted first, reported afterwards. */
function getBaseReport({ requestId }: JsonObject, station: Commanded): Answer {
  if (typeof requestId !== 'number') throw new CallError(VIOLATION, 'requestId is missing or no number');
  const reportData = [...station.settings].map(([name, value]) => {
    const [component = '', variable = ''] = name.split('.');
    return {
      component: { name: component },
      variable: { name: variable },
      variableAttribute: [{ type: 'Actual', value, mutability: 'ReadWrite' }],
    };
  });
  const report = { requestId, generatedAt: station.now(), seqNo: 0, tbc: false, reportData };
  return { payload: ACCEPTED, afterwards: () => station.say('NotifyReport', report) };
}

function reset(payload: JsonObject, station: Commanded): Answer {
  const immediate = textOf(payload, 'type', VIOLATION) === 'Immediate';
  const busy = station.connectors.some((connector) => connector.occupied);
  return {
    payload: busy && !immediate ? { status: 'Scheduled' } : ACCEPTED,
    afterwards: () => station.reset(immediate ? 'hard' : 'soft'),
  };
}

function triggerMessage(payload: JsonObject, station: Commanded): Answer {
  const message = TRIGGERED.get(textOf(payload, 'requestedMessage', VIOLATION));
  if (message === undefined) return { payload: { status: 'NotImplemented' } };
  const { id } = asObject(payload.evse);
  const connector = typeof id === 'number' ? id : null;
  return { payload: ACCEPTED, afterwards: () => station.trigger(message, connector) };
}
