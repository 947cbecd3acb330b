/** What is sent to stations most often, over HTTP and by the command line, to a station of another make that checks every message by schema. */

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { runFor } from '../../packages/server/src/cli/terminal-double.ts';
import { connectStation, type Handlers, type Payload } from './ocpp-rpc-peers.ts';
import { ADMIN_TOKEN, eventually, startServer } from './running-server.ts';

const require = createRequire(import.meta.url);
const { createValidator } = require('ocpp-rpc') as {
  readonly createValidator: (subprotocol: string, schemas: unknown) => unknown;
};

/** The package looks for the schemas of 2.1 under names that they do not have. */
function validator21(): unknown {
  const text = JSON.stringify(require('ocpp-rpc/lib/schemas/ocpp2_1.json')).replaceAll(
    /("\$id":"urn:\w+?)(Request|Response)"/g,
    (_, id, ending) => `${id}.${ending === 'Request' ? 'req' : 'conf'}"`,
  );
  return createValidator(
    'ocpp2.1',
    JSON.parse(text, (_, value) => {
      // It would warn of each: an enumeration of strings has no properties.
      if (value?.enum !== undefined) delete value.additionalProperties;
      return value;
    }),
  );
}

interface Sent {
  readonly action: string;
  readonly payload: Payload;
  /** The same for the command line. */
  readonly words: readonly string[];
  readonly answer: Payload;
}

const ACCEPTED = { status: 'Accepted' };
const SECRET = '5ec7e700c0ffee00c0ffee00c0ffee00';
const schedule = { chargingSchedulePeriod: [{ startPeriod: 0, limit: 16.1 }] };
const profile = {
  stackLevel: 0,
  chargingProfilePurpose: 'TxDefaultProfile',
  chargingProfileKind: 'Absolute',
};

const SENT_16: readonly Sent[] = [
  {
    action: 'TriggerMessage',
    payload: { requestedMessage: 'StatusNotification', connectorId: 1 },
    words: ['requestedMessage=StatusNotification', 'connectorId=1'],
    answer: ACCEPTED,
  },
  {
    action: 'GetConfiguration',
    payload: { key: ['HeartbeatInterval', 'Unheard'] },
    words: ['key=HeartbeatInterval,Unheard'],
    answer: {
      configurationKey: [{ key: 'HeartbeatInterval', readonly: false, value: '300' }],
      unknownKey: ['Unheard'],
    },
  },
  {
    action: 'ChangeConfiguration',
    payload: { key: 'AuthorizationKey', value: SECRET },
    words: ['key=AuthorizationKey', `value=${SECRET}`],
    answer: { status: 'RebootRequired' },
  },
  { action: 'Reset', payload: { type: 'Hard' }, words: ['type=Hard'], answer: { status: 'Rejected' } },
  {
    action: 'UnlockConnector',
    payload: { connectorId: 2 },
    words: ['connectorId=2'],
    answer: { status: 'UnlockFailed' },
  },
  {
    action: 'RemoteStartTransaction',
    payload: { idTag: '04A2', connectorId: 1 },
    words: ['idTag=04A2', 'connectorId=1'],
    answer: ACCEPTED,
  },
  {
    action: 'RemoteStopTransaction',
    payload: { transactionId: 77 },
    words: ['transactionId=77'],
    answer: { status: 'Rejected' },
  },
  {
    action: 'SetChargingProfile',
    payload: {
      connectorId: 1,
      csChargingProfiles: {
        ...profile,
        chargingProfileId: 3,
        chargingSchedule: { ...schedule, chargingRateUnit: 'A' },
      },
    },
    words: [
      'connectorId=1',
      `csChargingProfiles=${JSON.stringify({
        ...profile,
        chargingProfileId: 3,
        chargingSchedule: { ...schedule, chargingRateUnit: 'A' },
      })}`,
    ],
    answer: { status: 'NotSupported' },
  },
  {
    action: 'GetDiagnostics',
    payload: { location: 'ftp://files.example/up' },
    words: ['location=ftp://files.example/up'],
    answer: { fileName: 'diagnostics.zip' },
  },
  {
    // Improved security for OCPP 1.6-J, 4.
    action: 'GetLog',
    payload: { logType: 'SecurityLog', requestId: 8, log: { remoteLocation: 'https://files.example/up' } },
    words: ['logType=SecurityLog', 'requestId=8', 'log.remoteLocation=https://files.example/up'],
    answer: { status: 'Accepted', filename: 'security.log' },
  },
];

const variable = { component: { name: 'SecurityCtrlr' }, variable: { name: 'BasicAuthPassword' } };
const interval = { component: { name: 'OCPPCommCtrlr' }, variable: { name: 'HeartbeatInterval' } };
const profile2 = {
  ...profile,
  id: 3,
  chargingSchedule: [{ ...schedule, id: 1, chargingRateUnit: 'A' }],
};

const SENT_2X: readonly Sent[] = [
  {
    action: 'TriggerMessage',
    payload: { requestedMessage: 'StatusNotification', evse: { id: 1, connectorId: 1 } },
    words: ['requestedMessage=StatusNotification', 'evse.id=1', 'evse.connectorId=1'],
    answer: ACCEPTED,
  },
  {
    action: 'GetVariables',
    payload: { getVariableData: [interval] },
    words: [`getVariableData=${JSON.stringify([interval])}`],
    answer: { getVariableResult: [{ ...interval, attributeStatus: 'Accepted', attributeValue: '300' }] },
  },
  {
    action: 'SetVariables',
    payload: { setVariableData: [{ ...variable, attributeValue: SECRET }] },
    words: [`setVariableData=${JSON.stringify([{ ...variable, attributeValue: SECRET }])}`],
    answer: { setVariableResult: [{ ...variable, attributeStatus: 'Accepted' }] },
  },
  {
    action: 'GetBaseReport',
    payload: { requestId: 5, reportBase: 'FullInventory' },
    words: ['requestId=5', 'reportBase=FullInventory'],
    answer: ACCEPTED,
  },
  { action: 'Reset', payload: { type: 'OnIdle' }, words: ['type=OnIdle'], answer: { status: 'Scheduled' } },
  {
    action: 'UnlockConnector',
    payload: { evseId: 1, connectorId: 1 },
    words: ['evseId=1', 'connectorId=1'],
    answer: { status: 'Unlocked' },
  },
  {
    action: 'RequestStartTransaction',
    payload: { remoteStartId: 9, idToken: { idToken: '04A2', type: 'ISO14443' }, evseId: 1 },
    words: ['remoteStartId=9', 'idToken.idToken=04A2', 'idToken.type=ISO14443', 'evseId=1'],
    answer: ACCEPTED,
  },
  {
    action: 'RequestStopTransaction',
    payload: { transactionId: 'tx-1' },
    words: ['transactionId=tx-1'],
    answer: { status: 'Rejected' },
  },
  {
    action: 'SetChargingProfile',
    payload: { evseId: 1, chargingProfile: profile2 },
    words: ['evseId=1', `chargingProfile=${JSON.stringify(profile2)}`],
    answer: ACCEPTED,
  },
  {
    action: 'GetLog',
    payload: { logType: 'SecurityLog', requestId: 8, log: { remoteLocation: 'https://files.example/up' } },
    words: ['logType=SecurityLog', 'requestId=8', 'log.remoteLocation=https://files.example/up'],
    answer: { status: 'Accepted', filename: 'security.log' },
  },
];

interface Entry {
  readonly action: string;
  readonly payload: unknown;
  readonly exchange: {
    readonly direction: string;
    readonly outcome: string;
    readonly message_id: string;
    readonly response_payload: unknown;
  };
}

const masked = (payload: Payload): unknown => JSON.parse(JSON.stringify(payload).replaceAll(SECRET, '***'));

for (const { version, sent, validators } of [
  { version: '1.6', sent: SENT_16, validators: [] },
  { version: '2.0.1', sent: SENT_2X, validators: [] },
  { version: '2.1', sent: SENT_2X, validators: [validator21()] },
]) {
  test(`${version}: every call is taken by a strict station, its answer shown, and both stand in the log`, async (t) => {
    const server = await startServer();
    t.after(() => server.stop('SIGKILL'));
    const asked: (readonly [string, Payload])[] = [];
    const handlers: Handlers = Object.fromEntries(
      sent.map(({ action, answer }) => [
        action,
        (params: Payload) => {
          asked.push([action, params]);
          return answer;
        },
      ]),
    );
    const station = await connectStation(
      `${server.url.replace('http', 'ws')}/ocpp/bench`,
      'CP_1',
      `ocpp${version}`,
      handlers,
      // The package's types do not export what a validator is.
      { strictModeValidators: validators as never },
    );
    t.after(() => station.close());
    await eventually(
      async () => (await server.get('/sites/bench')).text(),
      (text) => text.includes('CP_1'),
    );
    const remote = ['--url', server.url, '--key', ADMIN_TOKEN, '--site', 'bench'];
    const messages: string[] = [];
    for (const { action, payload, words, answer } of sent) {
      const response = await fetch(`${server.url}/rest/v1/sites/bench/chargers/CP_1/commands`, {
        method: 'POST',
        headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
        body: JSON.stringify({ action, payload }),
      });
      const told = (await response.json()) as Record<string, unknown>;
      assert.deepEqual(
        [response.status, told.outcome, told.response_payload],
        [200, 'answered', answer],
        action,
      );
      messages.push(String(told.message_id));
      const { status, output, errors } = await runFor(['command', 'CP_1', action, ...words, ...remote]);
      assert.equal(status, 0, errors);
      assert.deepEqual(JSON.parse(output), answer);
      assert.match(errors, new RegExp(`^CP_1 answered ${action} after [\\d.]+ ms\n$`));
    }
    assert.deepEqual(
      asked,
      sent.flatMap(({ action, payload }) => [
        [action, payload],
        [action, payload],
      ]),
    );
    const entries = await eventually(
      async () => {
        const page = await server.get(
          '/ocpp-logs/site/bench?from=2020-01-01&to=2100-01-01&sort_order=asc&take=1000&include=exchange',
        );
        const { ocpp_logs } = (await page.json()) as { readonly ocpp_logs: readonly Entry[] };
        return ocpp_logs.filter(({ exchange }) => exchange.direction === 'csms_to_station');
      },
      (found) => found.filter(({ exchange }) => exchange.outcome !== 'pending').length === 2 * sent.length,
    );
    assert.deepEqual(
      entries.map(({ action, payload, exchange }) => [action, payload, exchange.response_payload]),
      sent.flatMap(({ action, payload, answer }) => {
        const entry = [action, masked(payload), answer];
        return [entry, entry];
      }),
    );
    assert.deepEqual(
      entries.filter((_, place) => place % 2 === 0).map(({ exchange }) => exchange.message_id),
      messages,
    );
    const needs = sent.find(({ action }) => action === 'Reset');
    const asking = await runFor(['command', 'CP_1', needs?.action ?? '', ...remote]);
    assert.equal(asking.status, 2);
    assert.match(asking.errors, /^Reset of OCPP [\d.]+ needs type=/);
    assert.equal(asked.length, 2 * sent.length);
  });
}
