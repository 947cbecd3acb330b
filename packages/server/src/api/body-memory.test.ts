import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { BodyMemory } from './body-memory.ts';
import { asAdmin, type ServerDouble, server } from './fixtures.ts';

const TAKEN = { accepted: 1, duplicates: 0, rejected: [], entries: {} };
const STATUS_FULL = 429;

/** A server of pushes of up to 1,000 bytes, in 4,000 for all and 2,000 for one key. */
async function listening(t: TestContext) {
  const double = server(t, { ingestBytes: 1_000 });
  await double.app.listen({ port: 0, host: '127.0.0.1' });
  // Safe: it listens on TCP.
  const { port } = double.app.server.address() as AddressInfo;
  const pushed = (headers: Readonly<Record<string, string>>): ClientRequest => {
    const path = '/ocpp-logs/site/depot';
    const sent = request({
      port,
      host: '127.0.0.1',
      path,
      method: 'POST',
      headers: { ...asAdmin, ...headers },
    });
    t.after(() => sent.destroy());
    return sent.on('error', () => {});
  };
  return { double, pushed };
}

/** Resolves when the server has the head of `count` more requests. */
function heads({ app }: ServerDouble, count: number): Promise<void> {
  let left = count;
  return new Promise((resolve) => {
    app.server.on('request', () => {
      left -= 1;
      if (left === 0) setImmediate(resolve);
    });
  });
}

async function statusOf(sent: ClientRequest, body: string | Uint8Array): Promise<number> {
  const answered = once(sent, 'response');
  sent.end(body);
  const [answer] = (await answered) as [IncomingMessage];
  answer.resume();
  return answer.statusCode ?? 0;
}

test('bodies that may become large and do not come keep nobody out, neither their own key nor others', async (t) => {
  const { double, pushed } = await listening(t);
  const arrived = heads(double, 12);
  const halves: ClientRequest[] = [];
  for (let n = 0; n < 6; n += 1) {
    for (const headers of [{ 'content-encoding': 'gzip' }, { 'content-length': '1000' }]) {
      const slow = pushed({ 'transfer-encoding': 'chunked', ...headers });
      if ('content-length' in headers) slow.removeHeader('transfer-encoding');
      slow.write('x');
      halves.push(slow);
    }
  }
  await arrived;
  assert.equal(await statusOf(pushed({}), 'x'.repeat(1_000)), 200);
  const { bearer } = await double.key({ scopes: ['ingest'] });
  assert.equal(await statusOf(pushed({ authorization: `Bearer ${bearer}` }), 'x'.repeat(1_000)), 200);
  for (const half of halves) half.destroy();
});

test('what comes beyond the part of a key is refused as it comes, and all of it is given back', async (t) => {
  const { double, pushed } = await listening(t);
  const chunked = { 'transfer-encoding': 'chunked' };
  const halves = [pushed(chunked), pushed(chunked), pushed(chunked)];
  const answers = halves.map((half) => once(half, 'response'));
  for (const half of halves) half.write('x'.repeat(900));
  const [refused] = (await Promise.race(answers)) as [IncomingMessage];
  assert.deepEqual([refused.statusCode, refused.headers['retry-after']], [STATUS_FULL, '1']);
  refused.resume();
  const { bearer } = await double.key({ scopes: ['ingest'] });
  assert.equal(await statusOf(pushed({ authorization: `Bearer ${bearer}` }), 'x'.repeat(1_000)), 200);
  for (const half of halves) half.end();
  const statuses = (await Promise.all(answers)).map(([answer]) => {
    answer.resume();
    return answer.statusCode;
  });
  assert.deepEqual(statuses.sort(), [200, 200, STATUS_FULL]);
  for (let n = 0; n < 10; n += 1) assert.equal(await statusOf(pushed(chunked), 'x'.repeat(1_000)), 200);
});

test('what comes out of a packed body counts as it comes out, instead of what was sent', async (t) => {
  const { double, pushed } = await listening(t);
  const begun: (() => void)[] = [];
  const release = Promise.withResolvers<void>();
  double.recorder.answer = async () => {
    for (const told of begun.splice(0)) told();
    await release.promise;
    return TAKEN;
  };
  const gzip = { 'content-encoding': 'gzip' };
  const first = statusOf(pushed(gzip), gzipSync('x'.repeat(1_000)));
  await new Promise<void>((resolve) => begun.push(resolve));
  const second = statusOf(pushed(gzip), gzipSync('x'.repeat(900)));
  await new Promise<void>((resolve) => begun.push(resolve));
  assert.equal(await statusOf(pushed(gzip), gzipSync('x'.repeat(200))), STATUS_FULL);
  assert.equal(await statusOf(pushed({}), 'x'.repeat(101)), STATUS_FULL);
  const fits = statusOf(pushed({}), 'x'.repeat(100));
  await new Promise<void>((resolve) => begun.push(resolve));
  release.resolve();
  assert.deepEqual(await Promise.all([first, second, fits]), [200, 200, 200]);
});

test('a key whose bodies end one after the other has one part all the while', () => {
  const memory = new BodyMemory(100, 50);
  const [first, second] = [memory.open('a'), memory.open('a')];
  first.take(30);
  first.release();
  second.take(40);
  const third = memory.open('a');
  assert.throws(() => third.take(20), /send it again/);
  third.take(10);
  const other = memory.open('b');
  other.take(50);
  assert.throws(() => memory.open('c').take(1), /send it again/);
  second.release();
  second.release();
  memory.open('c').take(40);
});
