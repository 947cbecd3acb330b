import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { pino } from 'pino';
import { asAdmin, DAY, server } from './fixtures.ts';

const OWN = /^[0-9a-f-]{36}$/;
const GIVEN = 'edge-4711.abc';

async function idOf(t: TestContext, trustProxy: boolean | readonly string[], given: string) {
  const { app } = server(t, { trustProxy });
  const answer = await app.inject({ url: '/sites', headers: { 'x-request-id': given } });
  assert.equal(answer.json().instance, answer.headers['x-request-id']);
  return String(answer.headers['x-request-id']);
}

test('the id that a trusted proxy gave is kept, nobody else can choose one', async (t) => {
  assert.equal(await idOf(t, true, GIVEN), GIVEN);
  assert.equal(await idOf(t, ['127.0.0.0/8'], GIVEN), GIVEN);
  assert.match(await idOf(t, false, GIVEN), OWN);
  assert.match(await idOf(t, ['10.0.0.0/8'], GIVEN), OWN);
});

test('an id that is not well-formed is replaced', async (t) => {
  for (const given of ['short', 'two words here', 'x'.repeat(129), '"quoted-text"', 'comma,separated']) {
    assert.match(await idOf(t, true, given), OWN, given);
  }
});

test('every answer has one: of pages, of malformed paths, and of what is no HTTP at all', async (t) => {
  const { app } = server(t);
  for (const url of ['/livez', '/nowhere', '/ocpp-logs/site/%zz', '/reference', '/openapi.json']) {
    assert.match(String((await app.inject(url)).headers['x-request-id']), OWN, url);
  }
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
  const socket = connect(Number(port), '127.0.0.1');
  socket.end('NONSENSE\r\n\r\n');
  const answer = await text(socket);
  const id = /^x-request-id: (\S+)\r$/m.exec(answer)?.[1] ?? '';
  assert.match(id, OWN);
  assert.ok(answer.includes(`"instance":"${id}"`));
});

test('log lines of a request carry its id', async (t) => {
  const lines: string[] = [];
  const logger = pino({ level: 'info' }, { write: (line: string) => lines.push(line) });
  const { app, reader } = server(t, {}, logger);
  reader.failure = new Error('broken');
  const answer = await app.inject({ url: `/ocpp-logs/site/depot?${DAY}`, headers: asAdmin });
  assert.equal(answer.statusCode, 500);
  const [line = ''] = lines.filter((each) => each.includes('request failed'));
  assert.equal(JSON.parse(line).request_id, answer.headers['x-request-id']);
});
