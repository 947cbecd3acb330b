import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { test } from 'node:test';
import { asAdmin, DAY, NOW, server } from './fixtures.ts';

const OPEN = new Set([
  'get /livez',
  'get /readyz',
  'get /openapi.json',
  'get /reference',
  'get /',
  'get /session/methods',
  'delete /session',
]);
/** Open, and refuse what is no name and password, or as no provider is configured. */
const REFUSING: Readonly<Record<string, number>> = {
  'post /session': 415,
  'get /session/oidc/start': 404,
  'get /session/oidc/callback': 404,
};

test('every route refuses without a key, by both addresses, save those that are meant to be open', async (t) => {
  const { app } = server(t);
  const document = JSON.parse((await app.inject('/openapi.json')).body);
  let closed = 0;
  for (const [path, methods] of Object.entries<Record<string, unknown>>(document.paths)) {
    for (const method of Object.keys(methods)) {
      for (const prefix of ['', '/rest/v1']) {
        const url = prefix + path.replace('{id}', 'depot');
        // Safe: OpenAPI names methods as HTTP does, in lower case.
        const answer = await app.inject({ method: method.toUpperCase() as 'GET', url });
        const refusing = REFUSING[`${method} ${path}`];
        if (refusing !== undefined) {
          assert.equal(answer.statusCode, refusing);
        } else if (OPEN.has(`${method} ${path}`)) {
          assert.ok(answer.statusCode < 400, `${method} ${url}`);
        } else {
          closed += 1;
          assert.equal(answer.statusCode, 401, `${method} ${url}`);
          assert.match(String(answer.headers['www-authenticate']), /^Bearer/);
          assert.equal(answer.headers['content-type'], 'application/problem+json');
        }
      }
    }
  }
  const all = Object.values<object>(document.paths).flatMap((methods) => Object.keys(methods));
  assert.equal(closed, 2 * (all.length - OPEN.size - Object.keys(REFUSING).length));
});

test('a key without the scope gets 403, after 401 and before anything about the site', async (t) => {
  const { app, key } = server(t);
  const ingest = { authorization: `Bearer ${(await key({ scopes: ['ingest'] })).bearer}` };
  const read = { authorization: `Bearer ${(await key({ scopes: ['read'] })).bearer}` };
  for (const url of [
    `/ocpp-logs/site/depot?${DAY}`,
    '/ocpp-logs/site/none/stream',
    '/sites',
    '/sites/x',
    '/metrics',
  ]) {
    const answer = await app.inject({ url, headers: ingest });
    assert.equal(answer.statusCode, 403, url);
    assert.match(JSON.parse(answer.body).detail, /scope read/);
  }
  const post = await app.inject({
    method: 'POST',
    url: '/ocpp-logs/site/depot',
    headers: read,
    payload: '{}',
  });
  assert.equal(post.statusCode, 403);
});

function signed(key: { api_key: string; secret: string }, method: string, path: string, body = '') {
  const seconds = String(Math.floor(NOW / 1000));
  const hashed = createHash('sha256').update(key.secret).digest('hex');
  const signature = createHmac('sha256', hashed).update(`${method}:${path}:${seconds}:${body}`).digest('hex');
  return { 'x-api-key': key.api_key, 'x-req-timestamp': seconds, 'x-signature': signature };
}

test('a client of the published sample reads, whichever path it signs and asks', async (t) => {
  const { app, key } = server(t);
  const client = await key();
  const bare = `/ocpp-logs/site/depot?from=2026-01-05T00%3A00%3A00Z&to=2026-01-06&actions=Heartbeat,Authorize`;
  for (const url of [bare, `/rest/v1${bare}`]) {
    for (const path of [bare, `/rest/v1${bare}`]) {
      for (let poll = 0; poll < 2; poll += 1) {
        const answer = await app.inject({ url, headers: signed(client, 'GET', path) });
        assert.equal(answer.statusCode, 200, `${url} signed as ${path}`);
      }
    }
  }
  const wrong = await app.inject({ url: `${bare}&take=1`, headers: signed(client, 'GET', bare) });
  assert.equal(wrong.statusCode, 401);
});

test('a signed write is taken once, with the very bytes that were signed', async (t) => {
  const { app, key, recorder } = server(t);
  const client = await key({ scopes: ['ingest'] });
  const url = '/rest/v1/ocpp-logs/site/depot';
  const send = (payload: string, signedBody = payload) =>
    app.inject({
      method: 'POST',
      url,
      payload,
      headers: signed(client, 'POST', '/ocpp-logs/site/depot', signedBody),
    });
  assert.equal((await send('{"a":1}\n')).statusCode, 200);
  assert.equal((await send('{"a":1}\n')).statusCode, 401);
  assert.equal((await send('{"a":2}\n', '{"a":1}\n')).statusCode, 401);
  assert.equal(recorder.taken.length, 1);
});

test('a proxy that cuts a prefix off: the client signs what it asked for', async (t) => {
  const auth = {
    secretKey: new Uint8Array(32).fill(9),
    adminToken: null,
    runToken: null,
    clockSkewSeconds: 300,
  };
  const { app, key } = server(t, { auth: { ...auth, publicPath: '/logs' } });
  const client = await key();
  const answer = await app.inject({
    url: '/rest/v1/sites',
    headers: signed(client, 'GET', '/logs/rest/v1/sites'),
  });
  assert.equal(answer.statusCode, 200);
});

test('the use of a key is noted', async (t) => {
  const { app, key, control } = server(t);
  const { id, bearer } = await key();
  await app.inject({ url: '/sites', headers: { authorization: `Bearer ${bearer}` } });
  assert.deepEqual(control.used, [id]);
});

test('a key that was revoked is refused with the next request', async (t) => {
  const { app, key, control } = server(t);
  const { id, bearer } = await key();
  const get = () => app.inject({ url: '/sites', headers: { authorization: `Bearer ${bearer}` } });
  assert.equal((await get()).statusCode, 200);
  await control.revokeKey(id);
  assert.equal((await get()).statusCode, 401);
});

test('another host name is refused, on open addresses too', async (t) => {
  const { app } = server(t, { own: { bound: '127.0.0.1', names: ['logs.example'] } });
  for (const url of ['/livez', '/sites', '/reference', '/nowhere']) {
    const answer = await app.inject({ url, headers: { ...asAdmin, host: 'rebound.example:9016' } });
    assert.equal(answer.statusCode, 403, url);
  }
  assert.equal((await app.inject({ url: '/livez', headers: { host: 'logs.example' } })).statusCode, 200);
});

test('a write from a page of another origin is refused, a read is not', async (t) => {
  const { app, recorder } = server(t);
  const request = { url: '/ocpp-logs/site/depot', payload: '{}\n' };
  const post = (origin: string) =>
    app.inject({ ...request, method: 'POST', headers: { ...asAdmin, host: 'localhost:9016', origin } });
  for (const origin of ['https://evil.example', 'null', 'http://localhost:1']) {
    assert.equal((await post(origin)).statusCode, 403, origin);
  }
  assert.equal(recorder.taken.length, 0);
  assert.equal((await post('http://localhost:9016')).statusCode, 200);
  const headers = { ...asAdmin, origin: 'https://evil.example' };
  assert.equal((await app.inject({ url: '/sites', headers })).statusCode, 200);
});

test('an unknown address is 404, a wrong method 405 with what is allowed', async (t) => {
  const { app } = server(t);
  for (const url of ['/nowhere', '/rest/v2/sites', '/ocpp-logs/site', '/sites/a/b', '/favicon.ico']) {
    const answer = await app.inject({ url });
    assert.equal(answer.statusCode, 404, url);
    assert.equal(answer.headers['content-type'], 'application/problem+json');
  }
  const answer = await app.inject({
    method: 'DELETE',
    url: '/rest/v1/ocpp-logs/site/a%2Fb?x=1',
    headers: asAdmin,
  });
  assert.equal(answer.statusCode, 405);
  assert.deepEqual(String(answer.headers.allow).split(', ').sort(), ['GET', 'HEAD', 'POST']);
  const post = await app.inject({ method: 'POST', url: '/livez' });
  assert.deepEqual([post.statusCode, post.headers.allow], [405, 'GET, HEAD']);
});

test('a malformed path is 400', async (t) => {
  const { app } = server(t);
  const answer = await app.inject({ url: '/ocpp-logs/site/%zz', headers: asAdmin });
  assert.equal(answer.statusCode, 400);
  assert.equal(answer.headers['content-type'], 'application/problem+json');
});

test('every answer has the guarding headers and its request id, every problem names that id', async (t) => {
  const { app } = server(t);
  const ids = new Set<unknown>();
  for (const url of ['/livez', '/sites', '/nowhere', `/ocpp-logs/site/depot?${DAY}`]) {
    const { headers, body } = await app.inject({ url });
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['cache-control'], 'no-store');
    ids.add(headers['x-request-id']);
    const parsed = JSON.parse(body);
    if ('instance' in parsed) assert.equal(parsed.instance, headers['x-request-id']);
  }
  assert.equal(ids.size, 4);
});

test('a problem has the members of RFC 9457 and no others', async (t) => {
  const { app } = server(t);
  const { body } = await app.inject({ url: '/sites' });
  assert.deepEqual(Object.keys(JSON.parse(body)), ['type', 'title', 'status', 'detail', 'instance']);
  const bad = await app.inject({ url: '/sites?x=1', headers: asAdmin });
  assert.deepEqual(Object.keys(JSON.parse(bad.body)), [
    'type',
    'title',
    'status',
    'detail',
    'instance',
    'errors',
  ]);
});
