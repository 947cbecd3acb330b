import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type Dashboard, readDashboard } from './dashboard-files.ts';
import { ADMIN, server } from './fixtures.ts';

const SCRIPT = 'export const x = 1;';
const PAGE = '<meta name="base-path" content="" /><script type="module" src="./assets/index-a1.js"></script>';

function built(t: TestContext): Dashboard {
  const folder = mkdtempSync(join(tmpdir(), 'ocpp-logs-dashboard-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), PAGE);
  writeFileSync(join(folder, 'assets', 'index-a1.js'), SCRIPT);
  writeFileSync(join(folder, 'assets', 'index-a1.js.gz'), gzipSync(SCRIPT));
  const dashboard = readDashboard(folder);
  assert.ok(dashboard);
  return dashboard;
}

test('its own routes are the page, open to everyone, never stored, under a strict policy', async (t) => {
  const { app } = server(t, { dashboard: built(t) });
  for (const url of [
    '/explore?q=x',
    '/stations',
    '/station/depot/CP-1',
    '/charging-sessions',
    '/fleet-overview',
    '/alarm-overview',
    '/session/7.depot',
    '/settings',
    '/settings/keys',
    '/sign-in',
  ]) {
    const answer = await app.inject(url);
    assert.equal(answer.statusCode, 200, url);
    assert.equal(answer.headers['content-type'], 'text/html; charset=utf-8');
    assert.equal(answer.headers['cache-control'], 'no-store');
    const policy = String(answer.headers['content-security-policy']);
    assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self';/);
    assert.doesNotMatch(policy, /unsafe/);
    assert.match(answer.body, /src="\/assets\/index-a1\.js"/);
  }
  assert.equal((await app.inject('/')).headers.location, '/explore');
});

test('who is signed in is asked with the page itself, by browsers that are', async (t) => {
  const { app } = server(t, { dashboard: built(t) });
  const link = async (url: string, headers = {}) => (await app.inject({ url, headers })).headers.link;
  const signedIn = { cookie: 'ocpp_logs_session=abc' };
  assert.equal(await link('/explore', signedIn), '</rest/v1/session>; rel=preload; as=fetch; crossorigin');
  assert.equal(await link('/explore'), undefined);
  assert.equal(await link('/sign-in', signedIn), undefined);
});

test('other addresses are not taken for pages', async (t) => {
  const { app } = server(t, { dashboard: built(t) });
  for (const url of [
    '/explorer',
    '/station',
    '/assets/index-b2.js',
    '/assets/..%2findex.html',
    '/index.html',
  ]) {
    const answer = await app.inject(url);
    assert.equal(answer.statusCode, 404, url);
    assert.equal(answer.headers['content-type'], 'application/problem+json');
    assert.equal(answer.headers['cache-control'], 'no-store', url);
  }
  const page = await app.inject({
    url: '/ocpp-logs/site/depot',
    headers: { authorization: `Bearer ${ADMIN}` },
  });
  assert.equal(page.statusCode, 400);
});

const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

test('a person who mistyped an address gets the page that says so, a program is told as before', async (t) => {
  const { app } = server(t, { dashboard: built(t) });
  for (const [url, status] of [
    ['/explore/xyz', 404],
    ['/explorer', 404],
    ['/station/demo/%E0%A4', 400],
  ] as const) {
    const page = await app.inject({ url, headers: BROWSER });
    assert.equal(page.statusCode, status, url);
    assert.equal(page.headers['content-type'], 'text/html; charset=utf-8');
    assert.match(String(page.headers['content-security-policy']), /^default-src 'none'/);
    assert.equal(page.headers['cache-control'], 'no-store');
    assert.match(page.body, /src="\/assets\/index-a1\.js"/);
    const told = await app.inject({ url, headers: { accept: '*/*' } });
    assert.equal(told.headers['content-type'], 'application/problem+json', url);
    assert.equal(told.statusCode, status);
  }
  for (const url of ['/rest/v1/nothing', '/assets/index-b2.js', '/ocpp/depot/%E0%A4', '/sites/nowhere']) {
    const told = await app.inject({ url, headers: BROWSER });
    assert.equal(told.headers['content-type'], 'application/problem+json', url);
  }
  const written = await app.inject({ method: 'POST', url: '/explorer', headers: BROWSER });
  assert.equal(written.headers['content-type'], 'application/problem+json');
});

test('a file is sent as it was compressed, for ever, and not again to one who has it', async (t) => {
  const { app } = server(t, { dashboard: built(t) });
  const url = '/assets/index-a1.js';
  const plain = await app.inject({ url, headers: { 'accept-encoding': 'gzip;q=0, br' } });
  assert.deepEqual([plain.body, plain.headers['content-encoding']], [SCRIPT, undefined]);
  assert.equal(plain.headers['cache-control'], 'public, max-age=31536000, immutable');
  assert.equal(plain.headers.vary, 'accept-encoding');
  const packed = await app.inject({ url, headers: { 'accept-encoding': 'deflate, GZIP;q=0.8' } });
  assert.equal(packed.headers['content-encoding'], 'gzip');
  assert.equal(gunzipSync(packed.rawPayload).toString(), SCRIPT);
  const etag = String(plain.headers.etag);
  const again = await app.inject({ url, headers: { 'if-none-match': `"other", W/${etag}` } });
  assert.deepEqual([again.statusCode, again.body], [304, '']);
});

test('behind a path of a proxy every address bears it', async (t) => {
  const auth = {
    secretKey: new Uint8Array(32),
    adminToken: ADMIN,
    runToken: null,
    clockSkewSeconds: 300,
    publicPath: '/logs',
  };
  const { app } = server(t, { dashboard: built(t), auth });
  const { body } = await app.inject('/explore');
  assert.match(body, /src="\/logs\/assets\/index-a1\.js"/);
  assert.match(body, /name="base-path" content="\/logs"/);
  assert.equal((await app.inject('/')).headers.location, '/logs/explore');
});

test('a server without a built dashboard has its API alone', async (t) => {
  assert.equal(readDashboard(join(tmpdir(), 'no-such-folder')), null);
  const { app } = server(t);
  assert.equal((await app.inject('/explore')).statusCode, 404);
  assert.equal((await app.inject('/')).headers.location, '/reference');
});
