import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Answer, CallError, ConnectionLost, OcppClient, type OcppClientOptions } from './ocpp-client.ts';

interface Line {
  readonly client: OcppClient;
  /** The other end. */
  readonly csms: WebSocket;
  readonly next: () => Promise<string>;
}

async function line(t: TestContext, options: Partial<OcppClientOptions> = {}): Promise<Line> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  let ids = 0;
  const arrived = once(server, 'connection');
  const connecting = OcppClient.connect({
    url: `ws://127.0.0.1:${port}`,
    subprotocol: 'ocpp1.6',
    onCall: () => ({ payload: {} }),
    newId: () => {
      ids += 1;
      return `id${ids}`;
    },
    onFrame: () => {},
    ...options,
  });
  const [csms]: WebSocket[] = await arrived;
  if (csms === undefined) throw new Error('no connection came');
  const texts: string[] = [];
  const waiting: ((text: string) => void)[] = [];
  csms.on('message', (bytes) => {
    const taker = waiting.shift();
    if (taker === undefined) texts.push(bytes.toString());
    else taker(bytes.toString());
  });
  const next = () => {
    const text = texts.shift();
    return text === undefined
      ? new Promise<string>((resolve) => waiting.push(resolve))
      : Promise.resolve(text);
  };
  t.after(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  return { client: await connecting, csms, next };
}

test('one call is out at a time, the next follows its answer', async (t) => {
  const { client, csms, next } = await line(t);
  const first = client.call('Heartbeat', {});
  const second = client.call('Authorize', { idTag: 'A' });
  assert.equal(await next(), '[2,"id1","Heartbeat",{}]');
  csms.send('[3,"id0",{"of":"nobody"}]');
  csms.send('[3,"id1",{"currentTime":"x"}]');
  assert.deepEqual(await first, { currentTime: 'x' });
  assert.equal(await next(), '[2,"id2","Authorize",{"idTag":"A"}]');
  csms.send('[4,"id2","InternalError","no",{}]');
  await assert.rejects(second, (error) => error instanceof CallError && error.code === 'InternalError');
});

test('a call that nobody answers ends, and the next one goes out', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { client, csms, next } = await line(t);
  const first = client.call('Heartbeat', {});
  assert.equal(await next(), '[2,"id1","Heartbeat",{}]');
  const refused = assert.rejects(first, (error) => error instanceof CallError && error.code === 'Timeout');
  t.mock.timers.tick(30_000);
  await refused;
  const second = client.call('Heartbeat', {});
  assert.equal(await next(), '[2,"id2","Heartbeat",{}]');
  csms.send('[3,"id1",{"late":true}]');
  csms.send('[3,"id2",{}]');
  assert.deepEqual(await second, {});
});

test('a lost connection ends the call that is out and those that wait', async (t) => {
  const { client, csms, next } = await line(t);
  const calls = [client.call('Heartbeat', {}), client.call('Heartbeat', {})];
  await next();
  const rejected = calls.map((call) => assert.rejects(call, ConnectionLost));
  csms.terminate();
  await Promise.all(rejected);
  assert.equal(await client.closed, 1006);
  await assert.rejects(client.call('Heartbeat', {}), ConnectionLost);
});

test('more calls than can wait are turned away', async (t) => {
  const { client } = await line(t);
  const calls = Array.from({ length: 201 }, () => client.call('Heartbeat', {}));
  const rejected = Promise.allSettled(calls);
  await assert.rejects(calls[200] ?? Promise.resolve(), ConnectionLost);
  client.close();
  await rejected;
});

test('a call of the CSMS is answered, with its consequence after the answer', async (t) => {
  const order: string[] = [];
  const onCall = (action: string): Answer => {
    if (action === 'Nope') throw new CallError('NotImplemented', 'no such thing');
    return { payload: { status: 'Accepted' }, afterwards: () => order.push('afterwards') };
  };
  const onFrame = (from: string, text: string) => order.push(`${from} ${text}`);
  const { csms, next } = await line(t, { onCall, onFrame });
  csms.send('[2,"c1","Reset",{"type":"Soft"}]');
  assert.equal(await next(), '[3,"c1",{"status":"Accepted"}]');
  assert.deepEqual(order, [
    'csms [2,"c1","Reset",{"type":"Soft"}]',
    'station [3,"c1",{"status":"Accepted"}]',
    'afterwards',
  ]);
  csms.send('not OCPP');
  csms.send('[2,"c2","Nope",{}]');
  assert.equal(await next(), '[4,"c2","NotImplemented","no such thing",{}]');
});

test('a handshake that fails is told', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const address = server.address();
  const url = `ws://127.0.0.1:${typeof address === 'object' ? address?.port : undefined}`;
  server.close();
  await once(server, 'close');
  const options = { url, subprotocol: 'ocpp1.6', newId: () => '1', onFrame: () => {} } as const;
  await assert.rejects(OcppClient.connect({ ...options, onCall: () => ({ payload: {} }) }), /ECONNREFUSED/);
});
