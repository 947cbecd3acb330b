import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { asAdmin, server } from './fixtures.ts';

async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.setEncoding('latin1');
  let answer = '';
  socket.on('data', (chunk: string) => {
    answer += chunk;
  });
  await once(socket, 'connect');
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

test('what is no HTTP, and headers without end, get a problem and no more of the connection', async (t) => {
  const { app } = server(t);
  await app.listen({ port: 0, host: '127.0.0.1' });
  // Safe: it listens on TCP.
  const { port } = app.server.address() as AddressInfo;
  const cases = [
    ['GET / HTTP/9.9\r\n\r\n', 400],
    ['\u0016\u0003\u0001\u0002\r\n\r\n', 400],
    ['POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n', 400],
    [`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    [`GET /?${'x'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 431],
  ] as const;
  for (const [text, status] of cases) {
    const answer = await raw(port, text);
    assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `), text.slice(0, 40));
    assert.match(answer, /content-type: application\/problem\+json\r\n/i);
    assert.equal(JSON.parse(answer.split('\r\n\r\n')[1] ?? '').status, status);
  }
});

const piece = fc.oneof(
  fc.string({ unit: 'binary' }).map(encodeURIComponent),
  fc.webQueryParameters(),
  fc.constantFrom(
    'from=2026-01-05',
    'to=2026-01-06',
    'take=5',
    'cursor=',
    'kinds=gap',
    'include=raw',
    'actions=,',
    '%',
  ),
);

test('no query makes the server fail: it is answered or refused with a problem', async (t) => {
  const { app } = server(t);
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
      const url = `/rest/v1/ocpp-logs/site/depot?${pieces.join('&').replaceAll('#', '%23')}`;
      const { statusCode, body } = await app.inject({ url, headers: asAdmin });
      assert.ok(statusCode === 200 || statusCode === 400, `${statusCode} ${url}`);
      if (statusCode === 400) assert.ok(JSON.parse(body).errors.length > 0);
    }),
    { numRuns: 300 },
  );
});

test('no headers make the door fail: it refuses', async (t) => {
  const { app } = server(t);
  const text = fc.string({ unit: 'grapheme-ascii', maxLength: 80 }).map((value) => value.trim());
  const names = fc.constantFrom(
    'authorization',
    'x-api-key',
    'x-req-timestamp',
    'x-signature',
    'accept',
    'origin',
  );
  await fc.assert(
    fc.asyncProperty(fc.dictionary(names, text), async (headers) => {
      const { statusCode } = await app.inject({ url: '/sites', headers });
      assert.equal(statusCode, 401);
    }),
    { numRuns: 300 },
  );
});
