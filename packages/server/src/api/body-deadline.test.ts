import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { test } from 'node:test';
import Fastify from 'fastify';
import { endHalfBodies } from './body-deadline.ts';

test('half a body ends its connection; a whole one, and an answer that takes longer, do not', async (t) => {
  const app = Fastify();
  t.after(() => app.close());
  let ended = 0;
  const told = () => {
    ended += 1;
  };
  endHalfBodies(app, told, 20);
  const slow = Promise.withResolvers<void>();
  app.post('/', async ({ body }) => {
    await slow.promise;
    return body;
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const whole = fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"a":1}',
  });
  for (const length of ['Content-Length: 7', 'Transfer-Encoding: chunked']) {
    const half = connect(port, '127.0.0.1');
    half.on('error', () => {});
    half.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n${length}\r\n\r\n`);
    half.resume();
    await once(half, 'close');
  }
  slow.resolve();
  assert.equal(await (await whole).text(), '{"a":1}');
  assert.equal(ended, 2);
});
