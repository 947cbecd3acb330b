import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { asAdmin, DEPOT, type ServerDouble, server } from './fixtures.ts';

const LINE = '{"charger_id":"CP-1"}\n';

function post(
  { app }: ServerDouble,
  payload: string | Buffer,
  headers: Record<string, string> = {},
  site = 'depot',
) {
  return app.inject({
    method: 'POST',
    url: `/rest/v1/ocpp-logs/site/${site}`,
    payload,
    headers: { ...asAdmin, 'content-type': 'application/x-ndjson', ...headers },
  });
}

test('lines go to the recorder as they are, and its answer comes back', async (t) => {
  const double = server(t);
  double.recorder.answer = async () => ({
    accepted: 2,
    duplicates: 1,
    rejected: [{ line: 4, reason: 'no JSON' }],
    entries: { exchange: 2 },
  });
  const answer = await post(double, `${LINE}\r\nä`);
  assert.equal(answer.statusCode, 200);
  assert.deepEqual(JSON.parse(answer.body), {
    accepted: 2,
    duplicates: 1,
    rejected: [{ line: 4, reason: 'no JSON' }],
  });
  assert.equal(answer.headers['x-ocpp-logs-entries'], 'exchange=2');
  assert.deepEqual(double.recorder.taken, [
    { site: 'depot', source: 'ingest', body: `${LINE}\r\nä`, last: false },
  ]);
});

test('source and end are passed on', async (t) => {
  const double = server(t);
  await post(double, LINE, { 'x-ocpp-logs-source': 'file.v1-A_b', 'x-ocpp-logs-end': '1' });
  assert.deepEqual(double.recorder.taken, [{ site: 'depot', source: 'file.v1-A_b', body: LINE, last: true }]);
  const empty = await post(double, '', { 'x-ocpp-logs-end': '1' });
  assert.equal(empty.statusCode, 200, 'a source may end with nothing more to tell');
  assert.deepEqual(double.recorder.taken[1], { site: 'depot', source: 'ingest', body: '', last: true });
});

test('headers that say something else are named', async (t) => {
  const double = server(t);
  const answer = await post(double, LINE, {
    'x-ocpp-logs-source': 'a b',
    'x-ocpp-logs-end': 'yes',
    'idempotency-key': 'x'.repeat(256),
  });
  assert.equal(answer.statusCode, 400);
  assert.deepEqual(
    JSON.parse(answer.body).errors.map((error: { parameter: string }) => error.parameter),
    ['Idempotency-Key', 'X-Ocpp-Logs-Source', 'X-Ocpp-Logs-End'],
  );
  assert.equal(double.recorder.taken.length, 0);
});

for (const type of [
  'application/x-ndjson',
  'application/json',
  'text/plain; charset=utf-8',
  'Application/X-NDJSON',
]) {
  test(`${type} is read`, async (t) => {
    assert.equal((await post(server(t), LINE, { 'content-type': type })).statusCode, 200);
  });
}

test('a body without a type is read', async (t) => {
  const { app } = server(t);
  const answer = await app.inject({
    method: 'POST',
    url: '/ocpp-logs/site/depot',
    payload: LINE,
    headers: asAdmin,
  });
  assert.equal(answer.statusCode, 200);
});

test('other types and encodings are 415', async (t) => {
  const double = server(t);
  for (const type of ['application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
    assert.equal((await post(double, LINE, { 'content-type': type })).statusCode, 415, type);
  }
  const answer = await post(double, LINE, { 'content-encoding': 'br' });
  assert.deepEqual([answer.statusCode, answer.headers['accept-encoding']], [415, 'gzip']);
});

test('gzip is inflated, within the bound only', async (t) => {
  const double = server(t, { ingestBytes: 10_000 });
  assert.equal((await post(double, gzipSync(LINE), { 'content-encoding': 'gzip' })).statusCode, 200);
  assert.equal(double.recorder.taken[0]?.body, LINE);
  const bomb = gzipSync(Buffer.alloc(5_000_000, 0x20));
  assert.equal((await post(double, bomb, { 'content-encoding': 'gzip' })).statusCode, 413);
  assert.equal((await post(double, 'no gzip', { 'content-encoding': 'gzip' })).statusCode, 400);
  assert.equal(
    (await post(double, gzipSync(LINE).subarray(0, 20), { 'content-encoding': 'gzip' })).statusCode,
    400,
  );
  assert.equal(double.recorder.taken.length, 1);
});

test('a body over the bound is 413, and so are more lines than a request may have', async (t) => {
  const double = server(t, { ingestBytes: 50_000 });
  assert.equal((await post(double, 'x'.repeat(50_001))).statusCode, 413);
  assert.equal((await post(double, '{}\n'.repeat(10_000))).statusCode, 200);
  const answer = await post(double, '{}\n'.repeat(10_001));
  assert.equal(answer.statusCode, 413);
  assert.match(JSON.parse(answer.body).detail, /10000 lines, not 10001/);
});

test('bodies that are in memory at once are bounded; the memory is given back', async (t) => {
  const double = server(t, { ingestBytes: 1_000 });
  const releases: (() => void)[] = [];
  double.recorder.answer = () =>
    new Promise((resolve) => {
      releases.push(() => resolve({ accepted: 1, duplicates: 0, rejected: [], entries: {} }));
    });
  const body = 'x'.repeat(1_000);
  const { bearer } = await double.key({ scopes: ['ingest'] });
  const { bearer: third } = await double.key({ scopes: ['ingest'] });
  const other = { authorization: `Bearer ${bearer}` };
  const running = [post(double, body), post(double, body)];
  while (releases.length < 2) await new Promise(setImmediate);
  const beyondShare = await post(double, body);
  assert.deepEqual([beyondShare.statusCode, beyondShare.headers['retry-after']], [429, '1']);
  running.push(post(double, body, other), post(double, body, other));
  while (releases.length < 4) await new Promise(setImmediate);
  const refused = await post(double, body, { authorization: `Bearer ${third}` });
  assert.deepEqual([refused.statusCode, refused.headers['retry-after']], [429, '1']);
  for (const release of releases.splice(0)) release();
  for (const answer of await Promise.all(running)) assert.equal(answer.statusCode, 200);
  double.recorder.answer = async () => ({ accepted: 1, duplicates: 0, rejected: [], entries: {} });
  for (let n = 0; n < 10; n += 1) assert.equal((await post(double, body)).statusCode, 200);
});

test('refused bodies give their memory back too', async (t) => {
  const double = server(t, { ingestBytes: 1_000 });
  for (let n = 0; n < 10; n += 1) {
    assert.equal((await post(double, 'no gzip', { 'content-encoding': 'gzip' })).statusCode, 400);
    assert.equal((await post(double, 'x'.repeat(1_000), {}, 'nowhere')).statusCode, 404);
  }
  assert.equal((await post(double, 'x'.repeat(1_000))).statusCode, 200);
});

test('the first answer under an Idempotency-Key is given again and nothing is added', async (t) => {
  const double = server(t);
  const first = await post(double, LINE, { 'idempotency-key': 'k 1' });
  double.recorder.answer = async () => ({ accepted: 0, duplicates: 1, rejected: [], entries: {} });
  const second = await post(double, LINE, { 'idempotency-key': 'k 1' });
  assert.equal(second.body, first.body);
  assert.equal(second.headers['x-ocpp-logs-entries'], '', 'nothing came into being now');
  assert.equal(double.recorder.taken.length, 1);
  const other = await post(double, LINE, { 'idempotency-key': 'k 2' });
  assert.equal(JSON.parse(other.body).duplicates, 1);
});

test('an Idempotency-Key counts for one key and one site', async (t) => {
  const double = server(t);
  await double.control.putSite({ ...DEPOT, id: 'other' });
  const { bearer } = await double.key({ scopes: ['ingest'] });
  await post(double, LINE, { 'idempotency-key': 'k' });
  await post(double, LINE, { 'idempotency-key': 'k' }, 'other');
  await post(double, LINE, { 'idempotency-key': 'k', authorization: `Bearer ${bearer}` });
  assert.equal(double.recorder.taken.length, 3);
});

test('two requests under one Idempotency-Key at the same time are one', async (t) => {
  const double = server(t);
  let release: () => void = () => undefined;
  const started = new Promise<void>((begun) => {
    double.recorder.answer = () => {
      begun();
      return new Promise((resolve) => {
        release = () => resolve({ accepted: 1, duplicates: 0, rejected: [], entries: {} });
      });
    };
  });
  const first = post(double, LINE, { 'idempotency-key': 'k' });
  await started;
  const second = double.app.inject({
    method: 'POST',
    url: '/ocpp-logs/site/depot',
    payload: LINE,
    headers: { ...asAdmin, 'idempotency-key': 'k' },
  });
  await new Promise(setImmediate);
  release();
  assert.deepEqual((await first).body, (await second).body);
  assert.equal(double.recorder.taken.length, 1);
});

test('a request that failed leaves no answer behind', async (t) => {
  const double = server(t);
  double.recorder.answer = () =>
    Promise.reject(Object.assign(new Error('away'), { code: 'STORE_UNAVAILABLE' }));
  const answer = await post(double, LINE, { 'idempotency-key': 'k' });
  assert.equal(answer.statusCode, 503);
  double.recorder.answer = async () => ({ accepted: 1, duplicates: 0, rejected: [], entries: {} });
  assert.equal((await post(double, LINE, { 'idempotency-key': 'k' })).statusCode, 200);
});

test('an unknown site, and one that the key may not write to, are 404', async (t) => {
  const double = server(t);
  const { bearer } = await double.key({ scopes: ['ingest'], sites: ['elsewhere'] });
  assert.equal((await post(double, LINE, {}, 'nowhere')).statusCode, 404);
  assert.equal((await post(double, LINE, { authorization: `Bearer ${bearer}` })).statusCode, 404);
  assert.equal(double.recorder.taken.length, 0);
});

test('there are no query parameters', async (t) => {
  const { app } = server(t);
  const answer = await app.inject({
    method: 'POST',
    url: '/ocpp-logs/site/depot?dry=1',
    payload: LINE,
    headers: asAdmin,
  });
  assert.equal(answer.statusCode, 400);
});
