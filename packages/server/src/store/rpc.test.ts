import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import { CallClient, serveCalls, Transferring } from './rpc.ts';

const methods = {
  add: (a: number, b: number) => a + b,
  later: async (text: string) => text,
  bytes: (length: number) => {
    const bytes = new Uint8Array(length).fill(7);
    return new Transferring(bytes, [bytes.buffer]);
  },
  fail: (): string => {
    throw Object.assign(new Error('broken'), { code: 'E_BROKEN' });
  },
  never: () => new Promise<string>(() => undefined),
};

function connected(t: { after(fn: () => void): void }, bound?: number) {
  const { port1, port2 } = new MessageChannel();
  t.after(() => port1.close());
  const emit = serveCalls(port2, methods);
  return { client: new CallClient<typeof methods>(port1, bound), emit };
}

test('a call brings the result back, also of an asynchronous method', async (t) => {
  const { client } = connected(t);
  assert.deepEqual(await Promise.all([client.call('add', [2, 3]), client.call('later', ['x'])]), [5, 'x']);
  assert.equal(client.waiting, 0);
});

test('buffers are handed over', async (t) => {
  const { client } = connected(t);
  assert.deepEqual(await client.call('bytes', [3]), new Uint8Array([7, 7, 7]));
});

test('an error keeps its message and code', async (t) => {
  const { client } = connected(t);
  await assert.rejects(client.call('fail', []), { message: 'broken', code: 'E_BROKEN' });
});

test('more calls than the bound are refused at once', async (t) => {
  const { client } = connected(t, 1);
  const first = client.call('never', []);
  await assert.rejects(client.call('add', [1, 1]), { code: 'BUSY' });
  client.ended('over');
  await assert.rejects(first, { code: 'ENDED', message: 'over' });
});

test('a worker that ended fails what waits and what comes later', async (t) => {
  const { client } = connected(t);
  const waiting = client.call('never', []);
  client.ended('the worker has stopped');
  await assert.rejects(waiting, { code: 'ENDED' });
  await assert.rejects(client.call('add', [1, 1]), { code: 'ENDED' });
});

test('an argument that cannot be cloned fails its own call only', async (t) => {
  const { client } = connected(t);
  // Safe: the wrong type is the point of the test.
  const unclonable = (() => undefined) as unknown as string;
  await assert.rejects(client.call('later', [unclonable]));
  assert.equal(client.waiting, 0);
});

test('events reach their listener', async (t) => {
  const { client, emit } = connected(t);
  const seen = new Promise((resolve) => client.on('changed', resolve));
  emit('changed', { n: 1 });
  assert.deepEqual(await seen, { n: 1 });
});
