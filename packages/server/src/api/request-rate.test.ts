/** Over real connections, so that addresses are what they are. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';
import { QueryTimeError } from '../store/query-time.ts';
import { ADMIN, DAY, server } from './fixtures.ts';
import { addUser, Browser } from './people-fixtures.ts';
import type { ApiOptions } from './routes.ts';

const bearer = (key: string) => ({ headers: { authorization: `Bearer ${key}` } });

async function listening(t: TestContext, change: Partial<ApiOptions> = {}, logger?: FastifyBaseLogger) {
  const clock = { ms: 1_000 };
  const options = { requestsPerMinute: 10, monotonic: () => clock.ms, ...change };
  const double = server(t, options, logger);
  const url = await double.app.listen({ host: '127.0.0.1', port: 0 });
  const ask = async (path: string, init?: RequestInit) => {
    const answer = await fetch(`${url}${path}`, init);
    return { status: answer.status, headers: answer.headers, body: await answer.text() };
  };
  return { ...double, ask, monotonic: clock };
}

test('a key that asks too often is told when to come back, others go on', async (t) => {
  const { ask, key, monotonic } = await listening(t);
  const [one, other] = [await key(), await key()];
  for (let n = 0; n < 10; n += 1) {
    const { status, headers } = await ask('/sites', bearer(one.bearer));
    assert.equal(status, 200);
    assert.equal(headers.get('ratelimit'), `"requests";r=${9 - n};t=0`);
    assert.equal(headers.get('ratelimit-policy'), '"requests";q=10;w=60');
  }
  const refused = await ask('/rest/v1/sites', bearer(one.bearer));
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get('retry-after'), '6');
  assert.equal(refused.headers.get('content-type'), 'application/problem+json');
  const problem = JSON.parse(refused.body);
  assert.equal(problem.type, 'urn:ocpp-logs:problem:too-many-requests');
  assert.equal(problem.instance, refused.headers.get('x-request-id'));
  assert.equal((await ask('/sites', bearer(other.bearer))).status, 200);
  assert.match((await ask('/metrics', bearer(ADMIN))).body, /^ocpp_logs_http_requests_too_many_total 1$/m);
  monotonic.ms += 6_000;
  assert.equal((await ask('/sites', bearer(one.bearer))).status, 200);
});

test('wrong keys count for their address, and keep no right key of it out', async (t) => {
  const { ask, key } = await listening(t);
  const { bearer: right } = await key();
  const wrong = bearer('olk_wrong');
  for (let n = 0; n < 10; n += 1) assert.equal((await ask('/sites', wrong)).status, 401);
  assert.equal((await ask('/sites', wrong)).status, 429);
  assert.equal((await ask('/sites', { headers: { cookie: 'ocpp_logs_session=x' } })).status, 429);
  assert.equal((await ask('/openapi.json')).status, 429);
  assert.equal((await ask('/nowhere')).status, 429);
  assert.equal((await ask('/sites', bearer(right))).status, 200);
});

test('who only names a key in a signed write uses up nothing of it', async (t) => {
  const { ask, key } = await listening(t);
  const { api_key, bearer: right } = await key({ scopes: ['read', 'ingest', 'admin'] });
  const headers = {
    'x-api-key': api_key,
    'x-req-timestamp': String(Math.floor(Date.UTC(2026, 0, 10, 12, 30) / 1000)),
    'x-signature': 'f'.repeat(64),
  };
  for (const path of ['/ocpp-logs/site/depot', '/keys']) {
    for (let n = 0; n < 6; n += 1) await ask(path, { method: 'POST', headers, body: '{}' });
  }
  assert.equal((await ask('/keys', { method: 'POST', headers, body: '{}' })).status, 429);
  assert.equal((await ask('/sites', bearer(right))).headers.get('ratelimit'), '"requests";r=9;t=0');
});

test('a person is counted by the session, and the probes of an orchestrator not at all', async (t) => {
  const { app, control, ask } = await listening(t, { requestsPerMinute: 20 });
  await addUser(control, 'ada', [{ site: null, role: 'viewer' }]);
  const browser = new Browser(app);
  assert.equal((await browser.signIn('ada')).statusCode, 201);
  const statuses: number[] = [];
  for (let n = 0; n < 21; n += 1) statuses.push((await browser.send('GET', '/sites')).statusCode);
  assert.deepEqual(statuses, [...Array(20).fill(200), 429]);
  for (let n = 0; n < 50; n += 1) assert.equal((await ask('/livez')).status, 200);
});

test('log lines of what is refused are few', async (t) => {
  const warned: string[] = [];
  const logger = pino({ level: 'warn' }, { write: (line: string) => warned.push(line) });
  const { ask } = await listening(t, {}, logger);
  for (let n = 0; n < 40; n += 1) await ask('/sites', bearer('olk_wrong'));
  assert.equal(warned.length, 5);
});

test('a question that took too long is 503, with when to try again', async (t) => {
  const { ask, reader } = await listening(t);
  reader.failure = new QueryTimeError(60_000);
  for (const path of [`/ocpp-logs/site/depot?${DAY}`, `/ocpp-logs/facets?site=depot&${DAY}`]) {
    const { status, headers, body } = await ask(path, bearer(ADMIN));
    assert.equal(status, 503, path);
    assert.equal(headers.get('retry-after'), '30');
    assert.match(JSON.parse(body).detail, /^The question was given up after 60 s: ask for less/);
  }
});
