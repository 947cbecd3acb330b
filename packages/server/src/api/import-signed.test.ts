/** Signed uploads: whose they are is known only when all of the body has passed. */

import assert from 'node:assert/strict';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type ClientRequest, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { ShownKey } from '../auth/keys.ts';
import { asAdmin, NOW } from './fixtures.ts';
import { type Double, FORM, form, importing, LOG, raw, spooled, URL_PATH } from './imports-rig.ts';

const TIMESTAMP = String(Math.floor(NOW / 1000));

function signed({ api_key, secret }: ShownKey, body: string | Buffer, url = URL_PATH) {
  const hmacKey = createHash('sha256').update(secret).digest('hex');
  return {
    'x-api-key': api_key,
    'x-req-timestamp': TIMESTAMP,
    'x-signature': createHmac('sha256', hmacKey)
      .update(`POST:${url}:${TIMESTAMP}:`)
      .update(body)
      .digest('hex'),
  };
}

/** The headers of somebody who knows the name of a key and nothing more. */
const named = ({ api_key }: ShownKey) => ({
  'x-api-key': api_key,
  'x-req-timestamp': TIMESTAMP,
  'x-signature': 'ab'.repeat(32),
});

function post({ app }: Double, payload: string | Buffer, headers: Record<string, string>, url = URL_PATH) {
  return app.inject({ method: 'POST', url, payload, headers });
}

test('a signed upload is checked while it passes; a wrong signature leaves nothing', async (t) => {
  const double = await importing(t);
  const key = await double.key({ scopes: ['ingest'] });
  assert.equal((await post(double, LOG, signed(key, LOG))).statusCode, 201);
  const body = form([{ name: 'file', filename: 'a.log', content: LOG }]);
  assert.equal((await post(double, body, { ...signed(key, body), ...FORM })).statusCode, 201);
  const before = spooled(double);
  assert.equal((await post(double, `${LOG}x`, signed(key, LOG))).statusCode, 401);
  const longer = Buffer.concat([body, Buffer.from('behind')]);
  assert.equal((await post(double, longer, { ...signed(key, body), ...FORM })).statusCode, 401);
  assert.equal((await post(double, LOG, signed(key, LOG))).statusCode, 401, 'a signed write is taken once');
  assert.equal(spooled(double), before);
  const { bearer } = await double.key({ scopes: ['ingest'] });
  assert.equal((await post(double, LOG, { authorization: `Bearer ${bearer}` })).statusCode, 201);
  assert.equal(double.jobs.counters().imports_unproven, 0);
});

/** Everything that can be wrong besides the signature: as it is sent, and what its signer is told. */
const FAULTS: readonly (readonly [
  told: number,
  change: {
    url?: string;
    headers?: Record<string, string>;
    body?: string | Buffer;
    key?: 'reads' | 'elsewhere';
  },
])[] = [
  [400, { url: '/rest/v1/imports?site=depot&format=steev' }],
  [400, { url: '/rest/v1/imports' }],
  [403, { key: 'reads' }],
  [404, { key: 'elsewhere' }],
  [404, { url: '/rest/v1/imports?site=nowhere&charger_id=CP_1' }],
  [415, { headers: { 'content-encoding': 'br' } }],
  [400, { headers: { 'content-type': 'multipart/form-data' } }],
  [400, { headers: FORM, body: form([{ name: 'site', content: 'depot' }]) }],
  [400, { headers: FORM, body: form([{ name: 'a', filename: 'a', content: LOG }]).subarray(0, 150) }],
];

test('what is wrong with an upload is told to who has signed it, and not to who only names a key', async (t) => {
  const double = await importing(t);
  const keys = {
    own: await double.key({ scopes: ['ingest'] }),
    reads: await double.key({ scopes: ['read'] }),
    elsewhere: await double.key({ scopes: ['ingest'], sites: ['elsewhere'] }),
  };
  for (const [place, [told, change]] of FAULTS.entries()) {
    // A signed write is taken once.
    const { url = URL_PATH, headers = {}, body = `${LOG}${place}`, key = 'own' } = change;
    const what = `${url} ${JSON.stringify(headers)} ${key}`;
    const stranger = await post(double, body, { ...named(keys[key]), ...headers }, url);
    assert.equal(stranger.statusCode, 401, `${what}: ${stranger.body}`);
    const signer = await post(double, body, { ...signed(keys[key], body, url), ...headers }, url);
    assert.equal(signer.statusCode, told, `${what}: ${signer.body}`);
  }
  assert.equal(spooled(double), 0);
  assert.deepEqual(double.jobs.list(), []);
});

test('of a key that has no place left only its owner hears', async (t) => {
  const double = await importing(t);
  const key = await double.key({ scopes: ['ingest'] });
  const places = [double.jobs.admit(key.id), double.jobs.admit(key.id)];
  assert.equal((await post(double, LOG, named(key))).statusCode, 401);
  assert.equal((await post(double, LOG, signed(key, LOG))).statusCode, 429);
  for (const release of places) release();
  const other = `${LOG}\n`;
  assert.equal((await post(double, other, signed(key, other))).statusCode, 201);
});

test('a disk without room is told to who has signed the upload', async (t) => {
  const double = await importing(t);
  const key = await double.key({ scopes: ['ingest'] });
  const tooMuch = { 'content-length': String(2 ** 60) };
  double.spoolRoom.bytes = 0;
  assert.equal((await post(double, LOG, named(key))).statusCode, 401);
  assert.equal((await post(double, LOG, signed(key, LOG))).statusCode, 507);
  assert.equal((await post(double, LOG, { ...named(key), ...tooMuch })).statusCode, 413);
});

test('a body that passes by has the bound of one that is taken', async (t) => {
  const double = await importing(t, { importBytes: 100_000 });
  const key = await double.key({ scopes: ['read'] });
  const longest = randomBytes(100_000);
  assert.equal((await post(double, longest, signed(key, longest))).statusCode, 403);
  const chunked = { 'content-length': '10', 'transfer-encoding': 'chunked' };
  const longer = randomBytes(100_001);
  assert.equal((await post(double, longer, { ...signed(key, longer), ...chunked })).statusCode, 413);
});

test('who only names a key takes none of its places, and few of those for such uploads', async (t) => {
  const double = await importing(t);
  const key = await double.key({ scopes: ['ingest'] });
  await double.app.listen({ host: '127.0.0.1', port: 0 });
  // Safe: a server that listens on TCP has such an address.
  const { port } = double.app.server.address() as AddressInfo;
  const open: ClientRequest[] = [];
  t.after(() => {
    for (const each of open) each.destroy();
  });
  const begin = (): ClientRequest => {
    const begun = request({ port, path: URL_PATH, method: 'POST', headers: named(key) });
    open.push(begun);
    begun.write('a beginning');
    return begun;
  };
  for (const count of [1, 2]) {
    begin().on('error', () => undefined);
    while (double.jobs.counters().imports_unproven !== count) await new Promise(setImmediate);
  }
  assert.equal(double.jobs.counters().imports_uploading, 0);
  const [refused] = await once(begin(), 'response');
  assert.deepEqual([refused.statusCode, refused.headers['retry-after']], [429, '30']);
  const own = { authorization: `Bearer ${key.bearer}` };
  for (const place of [1, 2]) assert.equal((await post(double, LOG, own)).statusCode, 201, `place ${place}`);
  for (const each of open) each.destroy();
  while (double.jobs.counters().imports_unproven !== 0) await new Promise(setImmediate);
  assert.equal((await raw(double, LOG, { headers: asAdmin })).statusCode, 201);
});
