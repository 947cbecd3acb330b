import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { asAdmin, DAY, entryAt, type ServerDouble, server } from './fixtures.ts';

const PATH = '/rest/v1/ocpp-logs/site/depot';
const ENTRIES = Array.from({ length: 5_000 }, (_, n) => entryAt('2026-01-05T10:00:00Z', BigInt(n)));

test('NDJSON gives the whole range, one entry a line', async (t) => {
  const { app, reader } = server(t);
  reader.entries = ENTRIES;
  const headers = { ...asAdmin, accept: 'application/x-ndjson' };
  const answer = await app.inject({ url: `${PATH}?${DAY}&include=exchange&sort_order=asc`, headers });
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.headers['content-type'], 'application/x-ndjson');
  const ids = answer.body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).exchange.id);
  assert.deepEqual(
    ids,
    ENTRIES.map(({ id }) => String(id)),
  );
});

test('take is honoured, and is no more than a page may have', async (t) => {
  const { app, reader } = server(t);
  reader.entries = ENTRIES;
  const headers = { ...asAdmin, accept: 'text/csv' };
  const answer = await app.inject({ url: `${PATH}?${DAY}&take=3`, headers });
  assert.match(String(answer.headers['content-type']), /^text\/csv/);
  assert.match(String(answer.headers['content-disposition']), /attachment/);
  assert.equal(answer.body.trimEnd().split('\n').length, 4);
  assert.equal((await app.inject({ url: `${PATH}?${DAY}&take=1001`, headers })).statusCode, 400);
});

test('guard=none leaves the texts of CSV as they are, and says nothing else', async (t) => {
  const { app, reader } = server(t);
  const headers = { ...asAdmin, accept: 'text/csv' };
  const ask = async (query: string, over = {}) =>
    (await app.inject({ url: `${PATH}?${DAY}${query}`, headers: { ...headers, ...over } })).statusCode;
  assert.deepEqual([await ask(''), await ask('&guard=none')], [200, 200]);
  assert.deepEqual(
    reader.asked.map(({ scopes }) => scopes[0]?.rendering.guard),
    [true, false],
  );
  assert.equal(await ask('&guard=off'), 400);
  assert.equal(await ask('&guard=none', { accept: 'application/json' }), 400);
});

test('caches are told that the form depends on what is accepted', async (t) => {
  const { app } = server(t);
  const answer = await app.inject({ url: `${PATH}?${DAY}`, headers: { ...asAdmin, accept: 'text/csv' } });
  assert.equal(answer.headers.vary, 'accept, accept-encoding');
});

test('HEAD starts no query', async (t) => {
  const { app, reader } = server(t);
  const headers = { ...asAdmin, accept: 'text/csv' };
  const answer = await app.inject({ method: 'HEAD', url: `${PATH}?${DAY}`, headers });
  assert.equal(answer.statusCode, 200);
  assert.match(String(answer.headers['content-type']), /^text\/csv/);
  assert.deepEqual(reader.asked, []);
});

async function open({ app }: ServerDouble): Promise<IncomingMessage> {
  await app.listen({ port: 0, host: '127.0.0.1' });
  // Safe: it listens on TCP.
  const { port } = app.server.address() as AddressInfo;
  const headers = { ...asAdmin, accept: 'application/x-ndjson' };
  const request = get({ port, path: `${PATH}?${DAY}`, headers });
  const [response]: IncomingMessage[] = await once(request, 'response');
  assert.ok(response);
  return response;
}

test('a reader that does not read stops the query; one that goes away ends it', async (t) => {
  const double = server(t);
  const { reader } = double;
  reader.entries = ENTRIES;
  reader.chunk = Buffer.alloc(64 * 1024, 0x20);
  const response = await open(double);
  await once(response, 'readable');
  const ended = new Promise<void>((resolve) => {
    Object.defineProperty(reader, 'ended', { set: () => resolve(), get: () => false });
  });
  response.destroy();
  await ended;
  assert.ok(
    reader.streamed < ENTRIES.length / 2,
    `${reader.streamed} of ${ENTRIES.length} chunks were taken`,
  );
});

test('a query that fails midway breaks the connection: half an answer never looks whole', async (t) => {
  const double = server(t);
  const { reader } = double;
  reader.entries = ENTRIES;
  const lines = reader.stream.bind(reader);
  reader.stream = async function* (query) {
    let count = 0;
    for await (const chunk of lines(query)) {
      yield chunk;
      count += 1;
      if (count === 100) throw new Error('gone');
    }
  };
  const response = await open(double);
  const outcome = await new Promise((resolve) => {
    response.on('error', (error) => resolve(error.message));
    response.on('end', () => resolve('complete'));
    response.resume();
  });
  assert.equal(outcome, 'aborted');
});
