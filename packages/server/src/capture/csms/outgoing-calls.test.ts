import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { type TestContext, test } from 'node:test';
import { type OcppVersion, readMessage } from '@ocpp-logs/core';
import { commandActions } from '../../validate/ocpp-schemas.ts';
import { payloadFaults } from '../commands/payload-faults.ts';
import { ask, type CsmsDouble, connect, startCsms } from './csms-double.ts';
import { sampleRequest } from './official-schemas.ts';
import { CallWithdrawn, StationAway, StationBusy } from './outgoing-calls.ts';

interface StrictStation {
  connect(): Promise<unknown>;
  call(action: string, payload: unknown): Promise<Record<string, unknown>>;
  handle(action: string, answer: (call: { readonly params: unknown }) => unknown): void;
  close(options?: { readonly force?: boolean }): Promise<unknown>;
}

// The package's types ask for every option, those with a default too.
const { RPCClient, createRPCError } = createRequire(import.meta.url)('ocpp-rpc') as {
  readonly RPCClient: new (options: object) => StrictStation;
  readonly createRPCError: (code: string, message: string, details: object) => Error;
};

type Handlers = Readonly<Record<string, (params: unknown) => unknown>>;

async function strict(
  t: TestContext,
  { url }: CsmsDouble,
  protocol: string,
  handlers: Handlers,
): Promise<StrictStation> {
  const station = new RPCClient({
    endpoint: `${url}/ocpp/depot`,
    identity: 'CP1',
    protocols: [protocol],
    strictMode: true,
    reconnect: false,
  });
  for (const [action, answer] of Object.entries(handlers)) {
    station.handle(action, ({ params }) => answer(params));
  }
  await station.connect();
  t.after(() => station.close({ force: true }));
  return station;
}

const stationOf = ({ csms }: CsmsDouble) => csms.connected('depot', 'CP1') ?? assert.fail('not connected');

test('a strict station of 1.6 answers and refuses; both are told, and recorded byte by byte', async (t) => {
  const double = await startCsms(t);
  await strict(t, double, 'ocpp1.6', {
    Reset: () => ({ status: 'Accepted' }),
    UnlockConnector: () => {
      throw createRPCError('InternalError', 'jammed', { slot: 1 });
    },
  });
  const station = stationOf(double);
  assert.equal(station.version, '1.6');
  const reset = await station.call({ action: 'Reset', payloadText: '{ "type":"Soft" }' });
  assert.ok(reset.outcome === 'answered' && reset.latencyMs >= 0);
  assert.deepEqual(JSON.parse(reset.payloadText), { status: 'Accepted' });
  const unlock = await station.call({ action: 'UnlockConnector', payloadText: '{"connectorId":1}' });
  assert.ok(unlock.outcome === 'error');
  assert.deepEqual(
    [unlock.code, unlock.description, JSON.parse(unlock.detailsText ?? 'null')],
    ['InternalError', 'jammed', { slot: 1 }],
  );
  assert.notEqual(reset.messageId, unlock.messageId);
  const talk = double.sink.talk(0);
  assert.equal(talk[0], `< [2,"${reset.messageId}","Reset",{ "type":"Soft" }]`);
  assert.match(talk[1] ?? '', /^> \[3,/);
  assert.equal(talk[2], `< [2,"${unlock.messageId}","UnlockConnector",{"connectorId":1}]`);
  assert.match(talk[3] ?? '', /^> \[4,/);
});

test('a strict station of 2.0.1 takes and answers a call of nested objects', async (t) => {
  const double = await startCsms(t);
  const asked: unknown[] = [];
  const variable = { component: { name: 'TxCtrlr' }, variable: { name: 'EVConnectionTimeOut' } };
  await strict(t, double, 'ocpp2.0.1', {
    GetVariables: (params) => {
      asked.push(params);
      return { getVariableResult: [{ ...variable, attributeStatus: 'Accepted', attributeValue: '30' }] };
    },
  });
  const station = stationOf(double);
  assert.equal(station.version, '2.0.1');
  const payload = { getVariableData: [variable] };
  const got = await station.call({ action: 'GetVariables', payloadText: JSON.stringify(payload) });
  assert.deepEqual(asked, [payload]);
  assert.ok(got.outcome === 'answered' && got.payloadText.includes('"attributeValue":"30"'));
  const unknown = await station.call({ action: 'ClearCache', payloadText: '{}' });
  assert.ok(unknown.outcome === 'error' && unknown.code === 'NotImplemented');
});

test('a call is answered while the station waits for an answer: crossing calls do not mix', async (t) => {
  let give: (number: number) => void = () => assert.fail('asked for no number');
  const double = await startCsms(t, {
    transactionNumber: () =>
      new Promise((resolve) => {
        give = resolve;
      }),
  });
  const station = await strict(t, double, 'ocpp1.6', { ClearCache: () => ({ status: 'Accepted' }) });
  const started = station.call('StartTransaction', {
    connectorId: 1,
    idTag: 'A',
    meterStart: 0,
    timestamp: '2025-03-01T12:00:00Z',
  });
  await double.sink.until(() => double.sink.talk(0).length === 1);
  const cleared = await stationOf(double).call({ action: 'ClearCache', payloadText: '{}' });
  assert.equal(cleared.outcome, 'answered');
  give(7);
  assert.equal((await started).transactionId, 7);
});

test('one call is out at a time: the next goes when the answer has come', async (t) => {
  const double = await startCsms(t);
  const socket = await connect(`${double.url}/ocpp/depot/CP1`);
  const station = stationOf(double);
  const first = station.call({ action: 'ClearCache', payloadText: '{}' });
  const second = station.call({ action: 'GetLocalListVersion', payloadText: '{}' });
  const [id] = await calls(double, 1);
  // The station's own call is answered while ours is out.
  await ask(socket, '[2,"own","Heartbeat",{}]');
  assert.equal(sentCalls(double).length, 1);
  socket.send('[3,"another id",{"status":"Accepted"}]');
  socket.send(`[3,"${id}",{"status":"Accepted"}]`);
  assert.equal((await first).outcome, 'answered');
  const [, next] = await calls(double, 2);
  socket.send(`[3,"${next}",{"listVersion":12345678901234567890}]`);
  const answer = await second;
  assert.ok(answer.outcome === 'answered');
  assert.equal(answer.payloadText, '{"listVersion":12345678901234567890}');
});

test('a silent station times out, and the next call goes', async (t) => {
  const double = await startCsms(t, { callTimeoutMs: 20 });
  const socket = await connect(`${double.url}/ocpp/depot/CP1`);
  const station = stationOf(double);
  const silent = station.call({ action: 'ClearCache', payloadText: '{}' });
  const next = station.call({ action: 'ClearCache', payloadText: '{}' });
  const { outcome, messageId } = await silent;
  assert.equal(outcome, 'timeout');
  // Late: no answer to the call that is out now.
  socket.send(`[3,"${messageId}",{"status":"Accepted"}]`);
  assert.equal((await next).outcome, 'timeout');
  assert.equal(sentCalls(double).length, 2);
});

test('a station that vanishes loses the call that is out; those that wait were never sent', async (t) => {
  const double = await startCsms(t);
  const socket = await connect(`${double.url}/ocpp/depot/CP1`);
  const station = stationOf(double);
  const out = station.call({ action: 'ClearCache', payloadText: '{}' });
  const waiting = station.call({ action: 'ClearCache', payloadText: '{}' });
  const refused = assert.rejects(waiting, StationAway);
  await calls(double, 1);
  socket.terminate();
  assert.equal((await out).outcome, 'connection_lost');
  await refused;
  await assert.rejects(station.call({ action: 'ClearCache', payloadText: '{}' }), StationAway);
  assert.equal(double.csms.connected('depot', 'CP1'), null);
  assert.equal(sentCalls(double).length, 1);
});

test('calls go to the newest connection; what was out on the older one is lost', async (t) => {
  const double = await startCsms(t);
  await connect(`${double.url}/ocpp/depot/CP1`);
  const lost = stationOf(double).call({ action: 'ClearCache', payloadText: '{}' });
  const newer = await connect(`${double.url}/ocpp/depot/CP1`, 'ocpp2.0.1');
  newer.on('message', (text) => {
    const message = readMessage(text.toString());
    if (message.kind === 'call') newer.send(`[3,"${message.id}",{"status":"Accepted"}]`);
  });
  assert.equal((await lost).outcome, 'connection_lost');
  assert.equal(stationOf(double).version, '2.0.1');
  const answer = await stationOf(double).call({ action: 'ClearCache', payloadText: '{}' });
  assert.equal(answer.outcome, 'answered');
});

test('the queue is bounded, and a call that waits can be withdrawn', async (t) => {
  const double = await startCsms(t, { limits: { waitingCalls: 2 } });
  const socket = await connect(`${double.url}/ocpp/depot/CP1`);
  const station = stationOf(double);
  const call = (signal?: AbortSignal) =>
    station.call({ action: 'ClearCache', payloadText: '{}', ...(signal ? { signal } : {}) });
  const withdrawing = new AbortController();
  const out = call(withdrawing.signal);
  const withdrawn = assert.rejects(call(withdrawing.signal), CallWithdrawn);
  const last = call();
  await assert.rejects(call(), StationBusy);
  assert.equal(double.counters.callsRefused, 1);
  withdrawing.abort();
  await withdrawn;
  await assert.rejects(call(withdrawing.signal), CallWithdrawn);
  const [id] = await calls(double, 1);
  socket.send(`[3,"${id}",{"status":"Accepted"}]`);
  assert.equal((await out).outcome, 'answered', 'what was sent is waited for');
  const [, next] = await calls(double, 2);
  socket.send(`[4,"${next}","NotSupported","",{}]`);
  assert.equal((await last).outcome, 'error');
  assert.equal(sentCalls(double).length, 2);
});

const VERSIONS: readonly OcppVersion[] = ['1.6', '2.0.1', '2.1'];

test('every action of every version can be sent with a payload that fits', () => {
  const counts = VERSIONS.map((version) => commandActions(version).length);
  assert.deepEqual(counts, [26, 40, 55]);
  for (const version of VERSIONS) {
    for (const action of commandActions(version)) {
      for (const full of [false, true]) {
        const faults = payloadFaults(version, action, sampleRequest(version, action, full));
        assert.deepEqual(faults, [], `${action} ${version}`);
      }
    }
  }
});

function sentCalls({ sink }: CsmsDouble): readonly string[] {
  return sink.talk(0).flatMap((line) => /^< \[2,"([^"]+)"/.exec(line)?.[1] ?? []);
}

/** Ids of the calls that were sent, as soon as there are so many. */
async function calls(double: CsmsDouble, count: number): Promise<readonly string[]> {
  await double.sink.until(() => sentCalls(double).length >= count);
  return sentCalls(double);
}
