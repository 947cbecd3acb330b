import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ConnectedStation } from '../capture/csms/csms.ts';
import { ask, connect, startCsms } from '../capture/csms/csms-double.ts';
import {
  type CallOutcome,
  StationAway,
  StationBusy,
  type WantedCall,
} from '../capture/csms/outgoing-calls.ts';
import { CommandAnswerSchema, CommandFormsSchema } from './command-schemas.ts';
import { asAdmin, DEPOT, server } from './fixtures.ts';

const PATH = '/rest/v1/sites/depot/chargers/CP%2F1/commands';
const ANSWERED: CallOutcome = {
  outcome: 'answered',
  messageId: 'm',
  latencyMs: 3,
  payloadText: '{"a": 1.0}',
};

interface Bench {
  readonly calls: WantedCall[];
  send(body: string | object, headers?: Readonly<Record<string, string>>): ReturnType<typeof answerOf>;
}

async function answerOf(response: Promise<{ statusCode: number; body: string; headers: object }>) {
  const { statusCode, body, headers } = await response;
  return { status: statusCode, text: body, body: JSON.parse(body), headers };
}

function bench(
  t: TestContext,
  { version = '1.6' as ConnectedStation['version'], outcome = async () => ANSWERED } = {},
) {
  const calls: WantedCall[] = [];
  const csms = {
    connected: (site: string, charger: string): ConnectedStation | null => {
      if (site !== 'depot' || charger !== 'CP/1') return null;
      return {
        version,
        call: (wanted) => {
          calls.push(wanted);
          return outcome();
        },
      };
    },
  };
  const double = server(t, { csms });
  const send: Bench['send'] = (body, headers = asAdmin) => {
    const payload = typeof body === 'string' ? body : JSON.stringify(body);
    return answerOf(double.app.inject({ method: 'POST', url: PATH, headers, payload }));
  };
  return { ...double, calls, send };
}

test('a call goes out as it was written, and its answer comes back as the station wrote it', async (t) => {
  const { calls, send } = bench(t);
  const { status, text, body } = await send('{"payload": {"type" : "Soft"}, "action": "Reset"}');
  assert.equal(status, 200);
  assert.deepEqual(
    calls.map(({ action, payloadText }) => [action, payloadText]),
    [['Reset', '{"type" : "Soft"}']],
  );
  assert.ok(text.includes('"response_payload":{"a": 1.0}'), text);
  const fits: boolean = new Ajv2020().validate(JSON.parse(JSON.stringify(CommandAnswerSchema)), body);
  assert.ok(fits);
  assert.deepEqual(Object.keys(body), CommandAnswerSchema.required);
});

test('errors, silence and lost connections are answers too', async (t) => {
  const outcomes: CallOutcome[] = [
    {
      outcome: 'error',
      messageId: 'm',
      latencyMs: 1,
      code: 'NotSupported',
      description: null,
      detailsText: '"text"',
    },
    { outcome: 'timeout', messageId: 'm' },
    { outcome: 'connection_lost', messageId: 'm' },
  ];
  const { send } = bench(t, { outcome: async () => outcomes.shift() ?? ANSWERED });
  const none = { message_id: 'm', latency_ms: null, response_payload: null };
  const noError = { error_code: null, error_description: null, error_details: null };
  const wish = { action: 'ClearCache' };
  assert.deepEqual((await send(wish)).body, {
    ...none,
    ...noError,
    outcome: 'error',
    latency_ms: 1,
    error_code: 'NotSupported',
    error_details: 'text',
  });
  assert.deepEqual((await send(wish)).body, { ...none, ...noError, outcome: 'timeout' });
  assert.deepEqual((await send(wish)).body, { ...none, ...noError, outcome: 'connection_lost' });
});

test('what the official schema refuses is not sent, and every fault is named by its path', async (t) => {
  const { calls, send } = bench(t);
  const profile = { chargingProfileId: 1, stackLevel: 0, chargingProfilePurpose: 'TxProfil' };
  const { status, body } = await send({
    action: 'SetChargingProfile',
    payload: {
      connectorID: 1,
      csChargingProfiles: {
        ...profile,
        chargingProfileKind: 'Relative',
        chargingSchedule: {
          chargingRateUnit: 'A',
          chargingSchedulePeriod: [{ startPeriod: 0, limit: 6.3 }, { startPeriod: '60' }],
        },
      },
    },
  });
  assert.equal(status, 400);
  const schedule = 'payload.csChargingProfiles.chargingSchedule.chargingSchedulePeriod[1]';
  assert.deepEqual(
    new Map(body.errors.map(({ parameter, message }: Record<string, string>) => [parameter, message])),
    new Map([
      ['payload.connectorId', 'is required'],
      ['payload.connectorID', 'is no field here; did you mean connectorId?'],
      [
        'payload.csChargingProfiles.chargingProfilePurpose',
        'must be one of ChargePointMaxProfile, TxDefaultProfile, TxProfile',
      ],
      [`${schedule}.limit`, 'is required'],
      [`${schedule}.startPeriod`, 'must be integer'],
    ]),
  );
  const faults = [
    [{ action: 'Resett' }, 'action: is none that a station of OCPP 1.6 is called with; did you mean Reset?'],
    [{ action: 'GetVariables' }, /^action: is none that a station of OCPP 1\.6/],
    [{ action: 'Heartbeat' }, /^action: is none/],
    [{ payload: {} }, 'action: is required: the name of an OCPP action'],
    [{ action: 'Reset' }, 'payload.type: is required'],
    [{ action: 'ClearCache', payload: [] }, 'payload: must be object'],
    [{ action: 'ClearCache', payload: 0 }, 'payload: must be object'],
    [{ action: 'ClearCache', payloads: {} }, /^payloads: is no parameter here; did you mean payload\?/],
    ['[]', 'The body must be one JSON object.'],
    ['', 'The body must be one JSON object.'],
  ] as const;
  for (const [wish, detail] of faults) {
    const answer = await send(wish);
    assert.equal(answer.status, 400);
    if (typeof detail === 'string') assert.equal(answer.body.detail, detail);
    else assert.match(answer.body.detail, detail);
  }
  assert.deepEqual(calls, []);
});

test('defaults of the schema are not filled in', async (t) => {
  const { calls, send } = bench(t, { version: '2.0.1' });
  const payload = '{"requestId":1,"componentCriteria":["Problem"]}';
  assert.equal((await send(`{"action":"GetReport","payload":${payload}}`)).status, 200);
  assert.equal(calls[0]?.payloadText, payload);
});

test('no character of a payload changes on its way, whatever a serialiser would make of it', async (t) => {
  const { calls, send } = bench(t);
  const payload = '{ "vendorId":"x", "data":"\\ud800 \\u0000 \\/ é 1e400" , "messageId" : "1.0"}';
  assert.equal((await send(`{"action":"DataTransfer","payload":${payload}}`)).status, 200);
  const digits = '{"transactionId":12345678901234567890}';
  assert.equal((await send(`{"action":"RemoteStopTransaction","payload":${digits}}`)).status, 200);
  assert.deepEqual(
    calls.map(({ payloadText }) => payloadText),
    [payload, digits],
  );
  const endless = '{"transactionId":1e999}';
  assert.equal((await send(`{"action":"RemoteStopTransaction","payload":${endless}}`)).status, 400);
  const large = await send({ action: 'DataTransfer', payload: { vendorId: 'x', data: 'x'.repeat(300_000) } });
  assert.equal(large.status, 413);
  assert.equal(calls.length, 2);
});

test('a station that is not there, is busy, or belongs to another CSMS: 409 and 429', async (t) => {
  const failures = [new StationAway('gone'), new StationBusy('16 calls wait already')];
  const { app, control, send, calls } = bench(t, {
    outcome: () => Promise.reject(failures.shift() ?? new Error('no more')),
  });
  const wish = { action: 'ClearCache' };
  const away = await send(wish);
  assert.deepEqual([away.status, away.body.detail], [409, 'CP/1 is not connected; nothing was sent.']);
  const busy = await send(wish);
  assert.equal(busy.status, 429);
  assert.ok('retry-after' in busy.headers);
  const url = '/sites/depot/chargers/CP9/commands';
  const unknown = await answerOf(app.inject({ method: 'POST', url, headers: asAdmin, payload: wish }));
  assert.deepEqual([unknown.status, unknown.body.detail], [409, 'CP9 is not connected; nothing was sent.']);
  await control.putSite({ ...DEPOT, upstream: 'wss://csms.example/ocpp/{charger}' });
  const relayed = await send(wish);
  assert.deepEqual(
    [relayed.status, relayed.body.detail],
    [409, 'The CSMS of this site commands its stations.'],
  );
  assert.equal(relayed.body.type, 'urn:ocpp-logs:problem:passed-on');
  assert.equal(calls.length, 2);
});

test('only the scope admin sends, and only to sites of the key', async (t) => {
  const { key, send, calls } = bench(t);
  const as = async (wish: Parameters<typeof key>[0]) => ({
    authorization: `Bearer ${(await key(wish)).bearer}`,
  });
  const wish = { action: 'ClearCache' };
  assert.equal((await send(wish, {})).status, 401);
  assert.equal((await send(wish, await as({ scopes: ['read'] }))).status, 403);
  assert.equal((await send(wish, await as({ scopes: ['ingest'] }))).status, 403);
  assert.equal((await send(wish, await as({ scopes: ['admin'], sites: ['other'] }))).status, 404);
  assert.deepEqual(calls, []);
  assert.equal((await send(wish, await as({ scopes: ['admin'], sites: ['depot'] }))).status, 200);
  assert.equal((await send(wish, { ...asAdmin, origin: 'https://evil.example' })).status, 403);
  assert.equal((await send(wish, { ...asAdmin, 'content-type': 'text/plain' })).status, 415);
  assert.equal(calls.length, 1);
});

test('a request that is cancelled withdraws its call', async (t) => {
  const withdrawn = Promise.withResolvers<void>();
  const { app, calls } = bench(t, {
    outcome: () => {
      calls[0]?.signal?.addEventListener('abort', () => withdrawn.resolve());
      gone.abort();
      return new Promise(() => {});
    },
  });
  const gone = new AbortController();
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const asked = fetch(`${url}${PATH}`, {
    method: 'POST',
    headers: { ...asAdmin, 'content-type': 'application/json' },
    body: '{"action":"ClearCache"}',
    signal: gone.signal,
  });
  await assert.rejects(asked);
  await withdrawn.promise;
});

test('the built-in CSMS behind the route: a real station is asked and answers', async (t) => {
  const { csms, url } = await startCsms(t);
  const { app } = server(t, { csms });
  const socket = await connect(`${url}/ocpp/depot/CP1`);
  const asking = app.inject({
    method: 'POST',
    url: '/sites/depot/chargers/CP1/commands',
    headers: asAdmin,
    payload: { action: 'GetLocalListVersion' },
  });
  const call: unknown = JSON.parse(
    await new Promise((resolve) => socket.once('message', (m) => resolve(String(m)))),
  );
  assert.ok(Array.isArray(call));
  assert.deepEqual([call[0], call[2], call[3]], [2, 'GetLocalListVersion', {}]);
  const beat = await ask(socket, '[2,"own","Heartbeat",{}]');
  assert.match(beat, /^\[3,"own"/);
  socket.send(JSON.stringify([3, call[1], { listVersion: 4 }]));
  const { message_id, latency_ms, outcome, response_payload } = (await asking).json();
  assert.deepEqual([message_id, outcome, response_payload], [call[1], 'answered', { listVersion: 4 }]);
  assert.ok(latency_ms >= 0);
});

test('forms of every version: official schemas without references, for whoever may read', async (t) => {
  const { app, key } = server(t);
  const { bearer } = await key();
  const headers = { authorization: `Bearer ${bearer}` };
  const ajv = new Ajv2020({ strict: false });
  for (const version of ['1.6', '2.0.1', '2.1']) {
    const response = await app.inject({ url: `/rest/v1/commands/${version}`, headers });
    assert.equal(response.statusCode, 200);
    const body = response.json();
    const fits: boolean = ajv.validate(JSON.parse(JSON.stringify(CommandFormsSchema)), body);
    assert.ok(fits, ajv.errorsText());
    assert.equal(body.version, version);
    assert.doesNotMatch(response.body, /\$ref|customData|javaType|urn:x-/);
    for (const { action, request } of body.actions) {
      assert.equal(request.title, action);
      assert.equal(request.type, 'object');
      assert.ok(ajv.validateSchema(request) === true, action);
    }
  }
  const { actions } = (await app.inject({ url: '/commands/2.0.1', headers })).json();
  const start = actions.find(
    ({ action }: { action: string }) => action === 'RequestStartTransaction',
  ).request;
  assert.deepEqual(start.required, ['remoteStartId', 'idToken']);
  assert.deepEqual(start.properties.idToken.required, ['idToken', 'type']);
  assert.equal(start.properties.idToken.properties.idToken.maxLength, 36);
  assert.ok(start.properties.idToken.properties.type.enum.includes('ISO14443'));
  assert.equal(start.properties.evseId.title, 'Evse id');
  assert.match(start.properties.evseId.description, /SHALL be > 0/);
  assert.equal((await app.inject({ url: '/commands/1.5', headers })).statusCode, 404);
  assert.equal((await app.inject({ url: '/commands/1.6' })).statusCode, 401);
});

test('the document says what calling a station needs', async (t) => {
  const { app } = server(t);
  const { paths } = (await app.inject({ url: '/openapi.json' })).json();
  const { post } = paths['/sites/{id}/chargers/{charger}/commands'];
  assert.deepEqual([post['x-scope'], post['x-role']], ['admin', 'operator']);
});
