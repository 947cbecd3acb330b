import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Client } from '../api/client.ts';
import { entry } from './fixtures.ts';
import { follow } from './follow.ts';

const event = (id: string) => `id: ${id}\nevent: entry\ndata: ${JSON.stringify(entry(id))}\n\n`;

/** A tail whose server answers and writes when it is told to. */
function tail() {
  const stop = new AbortController();
  const told: string[] = [];
  const { promise, resolve: answer } = Promise.withResolvers<Response>();
  const asked: string[] = [];
  const client = new Client({
    base: '',
    fetch: async (address) => {
      asked.push(String(address));
      return promise;
    },
  });
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const write = (text: string) => writer.write(new TextEncoder().encode(text));
  const following = {
    path: '/ocpp-logs/stream',
    params: {},
    state: (state: string) => told.push(state),
    take: (changes: readonly object[]) => told.push(`${changes.length} taken`),
    failed: () => told.push('failed'),
  };
  const ended = follow(client, following, stop.signal);
  return { stop, told, asked, ended, write, writer, answer: () => answer(new Response(readable)) };
}

test('a tail tells that it is open, and what comes in', async () => {
  const { stop, told, ended, write, answer } = tail();
  answer();
  await write(event('1'));
  while (!told.includes('1 taken')) await turn();
  assert.deepEqual(told, ['connecting', 'open', '1 taken']);
  stop.abort();
  void write(event('2')).catch(() => undefined);
  await ended;
  assert.deepEqual(told, ['connecting', 'open', '1 taken']);
});

test('a tail that was switched off before its server answered never says that it is open', async () => {
  const { stop, told, ended, answer } = tail();
  stop.abort();
  answer();
  await ended;
  assert.deepEqual(told, ['connecting']);
});

test('a tail that was switched off as its server ended it does not say that it comes back', async () => {
  const { stop, told, asked, ended, writer, answer } = tail();
  answer();
  while (!told.includes('open')) await turn();
  const closed = writer.close();
  stop.abort();
  await Promise.all([closed, ended]);
  assert.deepEqual([told, asked.length], [['connecting', 'open'], 1]);
});
