import assert from 'node:assert/strict';
import { Agent, createServer, type RequestListener } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { BodyTooLarge, HTTP_LIMITS, type HttpLimits, httpGet } from './http-get.ts';
import { listening } from './listening.ts';

async function get(t: TestContext, listener: RequestListener, limits: Partial<HttpLimits> = {}, path = '/') {
  return getFrom(t, await listening(t, createServer(listener)), limits, path);
}

function getFrom(t: TestContext, server: URL, limits: Partial<HttpLimits> = {}, path = '/') {
  const agent = server.protocol === 'https:' ? new TlsAgent() : new Agent({ keepAlive: true });
  t.after(() => agent.destroy());
  const call = { server, path, headers: { 'x-api-key': 'k' }, agent };
  return httpGet(call, { ...HTTP_LIMITS, ...limits }, new AbortController().signal);
}

test('the path goes out as it is given', async (t) => {
  const path = '/rest/v1/a%2Fb?from=2026-01-05T00:00:00.000Z&include=exchange,raw';
  const { body, status } = await get(t, (request, response) => response.end(request.url), {}, path);
  assert.deepEqual([status, body.toString()], [200, path]);
});

test('a packed body is unpacked', async (t) => {
  const { body } = await get(t, (request, response) => {
    assert.equal(request.headers['accept-encoding'], 'gzip');
    response.setHeader('content-encoding', 'gzip').end(gzipSync('a page'));
  });
  assert.equal(body.toString(), 'a page');
});

test('a body over the bound is not taken, packed or not', async (t) => {
  const plain = get(t, (_, response) => response.end('x'.repeat(1_001)), { bodyBytes: 1_000 });
  await assert.rejects(plain, BodyTooLarge);
  const bomb = get(
    t,
    (_, response) => response.setHeader('content-encoding', 'gzip').end(gzipSync('x'.repeat(1_000_000))),
    { bodyBytes: 10_000 },
  );
  await assert.rejects(bomb, BodyTooLarge);
});

test('a body that breaks off is an error, packed or not, with a length or without', async (t) => {
  const packed = gzipSync(Buffer.from(Array.from({ length: 5_000 }, (_, at) => String(at * 7919)).join()));
  const cases: readonly RequestListener[] = [
    (_, response) => response.setHeader('content-length', 100).write('half', () => response.destroy()),
    (_, response) => response.write('half', () => response.destroy()),
    (_, response) =>
      response
        .setHeader('content-encoding', 'gzip')
        .write(packed.subarray(0, 5_000), () => response.destroy()),
    (_, response) => response.setHeader('content-encoding', 'gzip').end(packed.subarray(0, 5_000)),
  ];
  for (const listener of cases) await assert.rejects(get(t, listener));
});

test('each phase has a limit of its own', async (t) => {
  const answer = get(t, () => undefined, { answerMs: 20 });
  await assert.rejects(answer, /^Error: no answer within 0.02 s$/);
  const piece = get(t, (_, response) => void response.write('half'), { pieceMs: 20 });
  await assert.rejects(piece, /^Error: the answer stood still for 0.02 s$/);
  // A TLS server that never says hello: connected, and not.
  const silent = await listening(t, createTcpServer());
  const connect = getFrom(t, new URL(silent.href.replace('http:', 'https:')), { connectMs: 20 });
  await assert.rejects(connect, /^Error: no connection within 0.02 s$/);
});

test('what is aborted ends', async (t) => {
  const stop = new AbortController();
  const server = await listening(
    t,
    createServer((_, response) => response.write('half', () => stop.abort())),
  );
  const agent = new Agent();
  const call = { server, path: '/', headers: {}, agent };
  await assert.rejects(httpGet(call, HTTP_LIMITS, stop.signal));
});
