import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ADMIN, asAdmin, DAY, entryAt, NOW, server } from './fixtures.ts';
import { addUser, Browser, PASSWORD } from './people-fixtures.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

async function desk(t: TestContext) {
  const double = server(t);
  const { app, control } = double;
  const boss = await addUser(control, 'boss', [{ site: null, role: 'admin' }]);
  const browser = new Browser(app);
  const told = () =>
    control.audited.map(({ name, action, site, target, count }) => [name, action, site, target, count]);
  return { ...double, boss, browser, told };
}

test('signing in, failing to and signing out are told, the name only of who is known', async (t) => {
  const { browser, told, boss, control } = await desk(t);
  await browser.signIn('boss', 'not the password');
  await browser.signIn(PASSWORD, 'typed into the wrong field');
  await browser.signIn('boss');
  assert.equal((await browser.send('DELETE', '/session')).statusCode, 204);
  assert.equal((await browser.send('DELETE', '/session')).statusCode, 204);
  assert.deepEqual(told(), [
    ['nobody', 'sign-in-failed', null, 'boss', 1],
    ['nobody', 'sign-in-failed', null, null, 1],
    ['boss', 'sign-in', null, null, 1],
    ['boss', 'sign-out', null, null, 1],
  ]);
  const [, , into] = control.audited;
  assert.deepEqual([into?.actor, into?.address, into?.at], [boss.id, '127.0.0.1', NOW]);
  assert.deepEqual(into?.details, { by: 'password' });
  assert.ok(!JSON.stringify(control.audited).includes(PASSWORD));
});

test('keys, people and sites: what was made, changed and taken away, never their secrets', async (t) => {
  const { browser, told, control } = await desk(t);
  await browser.signIn('boss');
  const key = (
    await browser.send('POST', '/keys', { name: 'csms', scopes: ['ingest'], sites: ['depot'] })
  ).json();
  await browser.send('DELETE', `/keys/${key.id}`);
  const made = (
    await browser.send('POST', '/users', { name: 'ada', roles: [{ site: 'depot', role: 'viewer' }] })
  ).json();
  const { id } = made.user;
  await browser.send('PATCH', `/users/${id}`, { disabled: true, password: 'a password of twelve' });
  await browser.send('PATCH', `/users/${id}`, { disabled: false });
  const link = (await browser.send('POST', `/users/${id}/link`)).json();
  await browser.send('DELETE', `/users/${id}`);
  await browser.send('POST', '/sites', { id: 'harbour', name: 'Harbour' });
  const upstream = 'wss://csms.example/{charger}?token=secret-word';
  await browser.send('PATCH', '/sites/harbour', { retention_days: 30 });
  assert.equal((await browser.send('PATCH', '/sites/harbour', { upstream })).statusCode, 200);
  const password = (await browser.send('PUT', '/sites/depot/chargers/CP-1/password', {})).json();
  await browser.send('DELETE', '/sites/depot/chargers/CP-1/password');
  assert.deepEqual(told().slice(1), [
    ['boss', 'key-made', null, key.id, 1],
    ['boss', 'key-revoked', null, key.id, 1],
    ['boss', 'user-made', null, id, 1],
    ['boss', 'user-changed', null, id, 1],
    ['boss', 'user-changed', null, id, 1],
    ['boss', 'user-link-made', null, id, 1],
    ['boss', 'user-removed', null, id, 1],
    ['boss', 'site-made', 'harbour', null, 1],
    ['boss', 'site-changed', 'harbour', null, 1],
    ['boss', 'site-changed', 'harbour', null, 1],
    ['boss', 'station-password-set', 'depot', 'CP-1', 1],
    ['boss', 'station-password-removed', 'depot', 'CP-1', 1],
  ]);
  const kept = JSON.stringify(control.audited);
  for (const secret of [
    key.secret,
    key.bearer,
    made.link.token,
    link.token,
    password.password,
    'secret-word',
  ]) {
    assert.ok(!kept.includes(secret), secret);
  }
});

test('what was refused is not told as done', async (t) => {
  const { app, told, key } = await desk(t);
  const { bearer } = await key();
  const headers = { authorization: `Bearer ${bearer}`, ...JSON_TYPE };
  assert.equal((await app.inject({ method: 'POST', url: '/keys', headers, payload: '{}' })).statusCode, 403);
  const wrong = { ...asAdmin, ...JSON_TYPE };
  assert.equal(
    (await app.inject({ method: 'POST', url: '/keys', headers: wrong, payload: '{}' })).statusCode,
    400,
  );
  assert.equal((await app.inject({ method: 'DELETE', url: '/keys/none', headers: wrong })).statusCode, 404);
  assert.deepEqual(told(), []);
});

test('a write is in the log before it is answered', async (t) => {
  const { app, control } = await desk(t);
  let written = false;
  const { audit } = control;
  control.audit = async (events) => {
    await new Promise(setImmediate);
    written = true;
    await audit.call(control, events);
  };
  const payload = JSON.stringify({ name: 'x' });
  await app.inject({ method: 'POST', url: '/keys', headers: { ...asAdmin, ...JSON_TYPE }, payload });
  assert.ok(written);
});

test('a log that cannot be written is counted, and what was done is answered as done', async (t) => {
  const { app, control } = await desk(t);
  control.audit = () => Promise.reject(new Error('disk full'));
  const payload = JSON.stringify({ name: 'x' });
  const headers = { ...asAdmin, ...JSON_TYPE };
  assert.equal((await app.inject({ method: 'POST', url: '/keys', headers, payload })).statusCode, 201);
  const metrics = await app.inject({ url: '/metrics', headers: asAdmin });
  assert.match(metrics.body, /^ocpp_logs_audit_records_lost_total 1$/m);
});

test('reads of raw messages are one record at once and one for the rest of the minute', async (t) => {
  const { app, control, told, reader, key } = await desk(t);
  const entry = entryAt('2026-01-05T10:00:00Z', 1n);
  reader.entries = [entry];
  const { id, bearer } = await key({ name: 'reporting' });
  const headers = { authorization: `Bearer ${bearer}` };
  for (let n = 0; n < 50; n += 1) {
    await app.inject({ url: `/ocpp-logs/site/depot?${DAY}&include=raw`, headers });
    await app.inject({ url: `/ocpp-logs/site/depot/entry/${entry.id}`, headers });
  }
  await app.inject({ url: `/ocpp-logs/site/depot?${DAY}`, headers });
  await app.inject({ url: `/ocpp-logs?${DAY}&include=raw&site=depot`, headers: asAdmin });
  assert.deepEqual(told(), [
    ['reporting', 'raw-read', 'depot', null, 1],
    ['OCPP_LOGS_ADMIN_TOKEN', 'raw-read', 'depot', null, 1],
  ]);
  await app.close();
  assert.deepEqual(told().slice(2), [['reporting', 'raw-read', 'depot', null, 99]]);
  assert.equal(control.audited[0]?.actor, id);
});

test('whoever takes a site away as a stream has read its messages, whatever is included', async (t) => {
  const { app, told } = await desk(t);
  for (const accept of ['text/csv', 'application/x-ndjson']) {
    await app.inject({ url: `/ocpp-logs/site/depot?${DAY}`, headers: { ...asAdmin, accept } });
  }
  assert.deepEqual(told(), [['OCPP_LOGS_ADMIN_TOKEN', 'raw-read', 'depot', null, 1]]);
  const head = { method: 'HEAD', url: `/ocpp-logs/site/depot?${DAY}` } as const;
  await app.inject({ ...head, headers: { ...asAdmin, accept: 'text/csv', 'user-agent': 'x' } });
  await app.close();
  assert.deepEqual(told().slice(1), [['OCPP_LOGS_ADMIN_TOKEN', 'raw-read', 'depot', null, 1]]);
});

test('strangers cannot fill the log', async (t) => {
  const { app, control } = await desk(t);
  for (let n = 0; n < 40; n += 1) {
    const payload = JSON.stringify({ user: 'boss', password: `wrong ${n}` });
    await app.inject({ method: 'POST', url: '/session', headers: JSON_TYPE, payload });
  }
  assert.equal(control.audited.length, 1);
});

test('the log is read by pages and filters, by admins of all sites alone', async (t) => {
  const { app, control, clock, key } = await desk(t);
  for (let n = 0; n < 5; n += 1) {
    clock.now = NOW + n * 1000;
    const payload = JSON.stringify({ name: `key ${n}` });
    await app.inject({ method: 'POST', url: '/keys', headers: { ...asAdmin, ...JSON_TYPE }, payload });
  }
  const get = async (query: string) => {
    const answer = await app.inject({ url: `/audit?${query}`, headers: asAdmin });
    assert.equal(answer.statusCode, 200, answer.body);
    return answer.json();
  };
  const first = await get('take=3');
  assert.deepEqual(
    first.records.map(({ n }: { n: number }) => n),
    [5, 4, 3],
  );
  assert.equal(first.records[0].request_id, control.audited[4]?.request);
  assert.equal(first.records[0].details.name, 'key 4');
  const second = await get(`take=3&cursor=${first.next_cursor}`);
  assert.deepEqual([second.records.length, second.next_cursor], [2, null]);
  assert.equal((await get('action=key-revoked,sign-in')).records.length, 0);
  assert.equal((await get('actor=admin-token&action=key-made')).records.length, 5);
  assert.equal((await get('site=depot')).records.length, 0);
  assert.equal((await get('from=2026-01-10T12:30:02Z&to=2026-01-10T12:30:04Z')).records.length, 2);
  for (const query of ['take=0', 'cursor=x', 'action=nothing', 'from=yesterday', 'who=me']) {
    assert.equal((await app.inject({ url: `/audit?${query}`, headers: asAdmin })).statusCode, 400, query);
  }
  const { bearer } = await key({ scopes: ['admin'], sites: ['depot'] });
  const ofSite = await app.inject({ url: '/audit', headers: { authorization: `Bearer ${bearer}` } });
  assert.equal(ofSite.statusCode, 403);
  assert.ok(!JSON.stringify(first).includes(ADMIN));
});
