import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { pino } from 'pino';
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
    ['GET /livez HTTP/1.1\r\nHost: localhost\r\nhost: other.example\r\nConnection: close\r\n\r\n', 400],
    [`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    [`GET /?${'x'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 431],
  ] as const;
  for (const [text, status] of cases) {
    const answer = await raw(port, text);
    assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `), text.slice(0, 40));
    assert.match(answer, /content-type: application\/problem\+json\r\n/i);
    assert.equal(JSON.parse(answer.split('\r\n\r\n')[1] ?? '').status, status);
  }
  const counted = await app.inject({ url: '/metrics', headers: asAdmin });
  assert.match(counted.body, /^ocpp_logs_http_requests_malformed_total 3$/m);
  assert.match(counted.body, /^ocpp_logs_http_requests_head_too_long_total 2$/m);
});

test('a request whose head does not come is ended, also where its client keeps the connection open', async (t) => {
  const { app } = server(t);
  await app.listen({ port: 0, host: '127.0.0.1' });
  assert.equal(app.server.headersTimeout, 30_000);
  app.server.headersTimeout = 1;
  // Safe: it listens on TCP.
  const { port } = app.server.address() as AddressInfo;
  const ended = new Promise((resolve) => {
    app.server.once('connection', (socket) => socket.once('close', resolve));
  });
  const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  t.after(() => client.destroy());
  client.on('error', () => {});
  client.write('GET / HTTP/1.1\r\nHost: ');
  const [answer] = await once(client, 'data');
  assert.match(String(answer), /^HTTP\/1\.1 408 /);
  await ended;
  const counted = await app.inject({ url: '/metrics', headers: asAdmin });
  assert.match(counted.body, /^ocpp_logs_http_requests_late_total 1$/m);
});

test('connections of those who have shown who they are, and no others, are told of', async (t) => {
  let known = 0;
  const { app, key } = server(t, {
    known: () => {
      known += 1;
    },
  });
  const { bearer } = await key();
  await app.inject({ url: '/livez' });
  await app.inject({ url: '/sites' });
  await app.inject({ url: '/sites', headers: { authorization: 'Bearer wrong' } });
  assert.equal(known, 0);
  await app.inject({ url: '/sites', headers: { authorization: `Bearer ${bearer}` } });
  assert.ok(known > 0);
});

test('an id that is longer than any is none, and no failure of the server', async (t) => {
  const { app } = server(t);
  for (const url of [`/sites/${'x'.repeat(4000)}`, `/sites/depot/chargers/${'%2C'.repeat(766)}`]) {
    const { statusCode, body } = await app.inject({ url, headers: asAdmin });
    assert.equal(statusCode, 404, body);
    assert.match(body, /urn:ocpp-logs:problem:not-found/);
  }
});

test('a body that is nested without end is refused, by whomever it is sent', async (t) => {
  const { app } = server(t);
  const post = (url: string, payload: string) =>
    app.inject({ method: 'POST', url, payload, headers: { 'content-type': 'application/json', ...asAdmin } });
  const nested = (depth: number) => `${'{"\\"[":['.repeat(depth)}${']}'.repeat(depth)}`;
  for (const url of ['/session', '/users', '/keys', '/sites', '/exports', '/saved-searches']) {
    const { statusCode, body } = await post(url, `{"name":"[[{","user":${nested(3_000)}}`);
    assert.equal(statusCode, 400, body);
    assert.match(body, /nested deeper than 100 times/);
  }
  assert.doesNotMatch((await post('/users', `{"name":${nested(40)}}`)).body, /nested/);
  assert.doesNotMatch((await post('/users', `{"name":"${'['.repeat(200)}"}`)).body, /nested/);
});

test('a client that hangs up within its body is no failure of the server', async (t) => {
  const lines: string[] = [];
  const { app } = server(t, {}, pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) }));
  const received = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  app.server.on('request', (request, response) => {
    request.once('data', () => received.resolve());
    response.once('close', () => setImmediate(ended.resolve));
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  // Safe: it listens on TCP.
  const { port } = app.server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    `POST /saved-searches HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${asAdmin.authorization}\r\nContent-Length: 99\r\n\r\n{`,
  );
  await received.promise;
  socket.destroy();
  await ended.promise;
  assert.deepEqual(lines, []);
});

test('what is no HTTP behind an answer under way never gets into that answer', async (t) => {
  const { app } = server(t);
  const begun = Promise.withResolvers<void>();
  app.get('/slow', (_request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { 'content-length': 1_000 });
    reply.raw.write('x'.repeat(10), () => begun.resolve());
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  // Safe: it listens on TCP.
  const { port } = app.server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  socket.setEncoding('latin1');
  let answer = '';
  socket.on('data', (chunk: string) => {
    answer += chunk;
  });
  // However it is told that the answer broke off.
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write('GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await begun.promise;
  const closed = once(socket, 'close');
  socket.write('\u0016\u0003 no request\r\n\r\n');
  await closed;
  assert.match(answer, /\r\n\r\nx{0,10}$/);
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

test('a body that is too long for its route is refused, by whomever it is sent', async (t) => {
  const { app } = server(t);
  const headers = { ...asAdmin, 'content-type': 'application/json' };
  const longest: readonly (readonly [string, number])[] = [
    ['/keys', 64 * 1024],
    ['/saved-searches', 64 * 1024],
    ['/exports', 256 * 1024],
    ['/sites/depot/chargers/CP1/commands', 256 * 1024],
  ];
  for (const [url, most] of longest) {
    const send = (length: number) =>
      app.inject({ method: 'POST', url, headers, payload: `{"x":"${'x'.repeat(length - 8)}"}` });
    assert.equal((await send(most + 1)).statusCode, 413, url);
    assert.notEqual((await send(most)).statusCode, 413, url);
  }
});
