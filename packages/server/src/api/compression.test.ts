import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { asAdmin, DAY, entryAt, server } from './fixtures.ts';

const PATH = '/rest/v1/ocpp-logs/site/depot';
const MANY = Array.from({ length: 100 }, (_, index) => entryAt('2026-01-05T10:00:00Z', BigInt(index)));
const gzipped = { ...asAdmin, 'accept-encoding': 'gzip, deflate' };

test('a page is compressed as the client likes it, and is the same page', async (t) => {
  const { app, reader } = server(t);
  reader.entries = MANY;
  const url = `${PATH}?${DAY}`;
  const plain = await app.inject({ url, headers: asAdmin });
  assert.equal(plain.headers['content-encoding'], undefined);
  const asked = [
    ['gzip, deflate, br', 'br', brotliDecompressSync],
    ['gzip, br;q=0', 'gzip', gunzipSync],
  ] as const;
  for (const [header, name, open] of asked) {
    const packed = await app.inject({ url, headers: { ...asAdmin, 'accept-encoding': header } });
    assert.equal(packed.headers['content-encoding'], name);
    assert.equal(open(packed.rawPayload).toString(), plain.body);
    assert.equal(packed.headers['content-length'], String(packed.rawPayload.length));
    assert.ok(packed.rawPayload.length * 4 < plain.rawPayload.length);
    assert.equal(packed.headers.vary, 'accept, accept-encoding');
  }
  assert.equal(plain.headers.vary, 'accept, accept-encoding');
});

test('what is small, what is asked for by HEAD, and what asks for nothing goes as it is', async (t) => {
  const { app, reader } = server(t);
  reader.entries = MANY.slice(0, 1);
  const url = `${PATH}?${DAY}`;
  const small = await app.inject({ url, headers: gzipped });
  assert.equal(small.headers['content-encoding'], undefined);
  assert.equal(JSON.parse(small.body).count, 1);
  reader.entries = MANY;
  const head = await app.inject({ method: 'HEAD', url, headers: gzipped });
  assert.equal(head.headers['content-encoding'], undefined);
  const identity = await app.inject({ url, headers: { ...asAdmin, 'accept-encoding': 'identity' } });
  assert.equal(identity.headers['content-encoding'], undefined);
});

for (const type of ['application/x-ndjson', 'text/csv']) {
  test(`${type} is compressed piece by piece, whole to the last byte`, async (t) => {
    const { app, reader } = server(t);
    reader.entries = MANY;
    const url = `${PATH}?${DAY}`;
    const plain = await app.inject({ url, headers: { ...asAdmin, accept: type } });
    const packed = await app.inject({ url, headers: { ...gzipped, accept: type } });
    assert.equal(packed.headers['content-encoding'], 'gzip');
    assert.equal(packed.headers['content-type'], plain.headers['content-type']);
    assert.equal(gunzipSync(packed.rawPayload).toString(), plain.body);
    assert.ok(plain.body.length > 0);
  });
}

test('a stream that fails before its first byte is a problem that can be read', async (t) => {
  const { app, reader } = server(t);
  reader.failure = Object.assign(new Error('away'), { code: 'STORE_UNAVAILABLE' });
  const headers = { ...gzipped, accept: 'application/x-ndjson' };
  const answer = await app.inject({ url: `${PATH}?${DAY}`, headers });
  assert.equal(answer.statusCode, 503);
  assert.equal(answer.headers['content-encoding'], undefined);
  assert.equal(JSON.parse(answer.body).status, 503);
});

test('no answer that may hold a secret of this server is compressed', async (t) => {
  const { app, key, reader } = server(t);
  for (let made = 0; made < 40; made += 1) await key();
  const keys = await app.inject({ url: '/keys', headers: gzipped });
  assert.equal(keys.statusCode, 200);
  assert.ok(keys.rawPayload.length > 1_400);
  assert.equal(keys.headers['content-encoding'], undefined);
  assert.equal(keys.headers.vary, undefined);
  reader.entries = [];
  const session = await app.inject({ url: '/session', headers: gzipped });
  assert.equal(session.headers['content-encoding'], undefined);
  const open = await app.inject({ url: '/openapi.json', headers: gzipped });
  assert.equal(open.headers['content-encoding'], 'gzip');
});
