import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UpstreamRule } from '../auth/upstream-rule.ts';
import { asAdmin, DEPOT, server } from './fixtures.ts';
import { addUser, Browser } from './people-fixtures.ts';

const UPSTREAM = 'wss://csms.example/ocpp/{charger}';

test('a site is added, with what is left open filled in, and found at its address', async (t) => {
  const { app, control } = server(t);
  const added = await new Browser(app).send('POST', '/sites', { id: 'höf/2' }, asAdmin);
  assert.deepEqual([added.statusCode, added.headers.location], [201, '/rest/v1/sites/h%C3%B6f%2F2']);
  assert.deepEqual(control.sites.get('höf/2'), {
    id: 'höf/2',
    name: 'höf/2',
    timezone: 'UTC',
    upstream: null,
    retentionDays: 0,
    retentionDaysInfo: 0,
    retentionDaysDebug: 0,
    level: 'debug',
    pseudonymiseIdTags: false,
    stationAuth: 'none',
    upstreamTrusted: true,
    origin: 'added',
    changedBy: 'admin token',
  });
  const again = await new Browser(app).send('POST', '/sites', { id: 'höf/2' }, asAdmin);
  assert.deepEqual([again.statusCode, again.json().type], [409, 'urn:ocpp-logs:problem:site-exists']);
});

test('what is not given stays, null returns a site to the built-in CSMS, and one that came by itself is added', async (t) => {
  const { app, control } = server(t);
  control.sites = new Map([[DEPOT.id, { ...DEPOT, origin: 'auto' }]]);
  const change = (body: object) => new Browser(app).send('PATCH', '/sites/depot', body, asAdmin);
  const passed = await change({ upstream: UPSTREAM, retention_days: 30 });
  assert.equal(passed.statusCode, 200);
  assert.deepEqual([passed.json().upstream, passed.json().origin], [UPSTREAM, 'added']);
  assert.deepEqual(control.sites.get('depot'), {
    ...DEPOT,
    upstream: UPSTREAM,
    upstreamTrusted: false,
    retentionDays: 30,
    changedBy: 'admin token',
  });
  await change({ name: 'North' });
  assert.equal(control.sites.get('depot')?.upstream, UPSTREAM);
  await change({ upstream: null });
  assert.deepEqual(control.sites.get('depot'), {
    ...DEPOT,
    name: 'North',
    retentionDays: 30,
    changedBy: 'admin token',
  });
  const shorter = (await change({ retention_days_debug: 3 })).json();
  assert.deepEqual(
    [shorter.retention_days, shorter.retention_days_info, shorter.retention_days_debug],
    [30, 0, 3],
  );
  assert.equal((await change({ retention_days: 2 })).json().errors[0].parameter, 'retention_days_debug');
  assert.equal((await change({ level: 'info' })).json().level, 'info');
  assert.equal((await change({ pseudonymise_id_tags: true })).json().pseudonymise_id_tags, true);
  assert.equal((await change({ name: 'North' })).json().pseudonymise_id_tags, true);
  assert.equal(control.sites.get('depot')?.level, 'info');
});

test('what cannot be a site is refused with the parameter, and nothing changes', async (t) => {
  const { app, control } = server(t);
  for (const [body, parameter] of [
    [{ id: '..' }, 'id'],
    [{}, 'id'],
    [{ id: 'a', timezone: 'Mars' }, 'timezone'],
    [{ id: 'a', upstream: 'http://csms.example/{charger}' }, 'upstream'],
    [{ id: 'a', upstream: 'ws://127.0.0.1/{charger}' }, 'upstream'],
    [{ id: 'a', upstream: 'ws://169.254.169.254/{charger}' }, 'upstream'],
    [{ id: 'a', upstream: UPSTREAM, station_auth: 'basic' }, 'station_auth'],
    [{ id: 'a', station_auth: 'maybe' }, 'station_auth'],
    [{ id: 'a', retention_days: 36_501 }, 'retention_days'],
    [{ id: 'a', retention_days: '30' }, 'retention_days'],
    [{ id: 'a', level: 'trace' }, 'level'],
    [{ id: 'a', pseudonymise_id_tags: 'yes' }, 'pseudonymise_id_tags'],
    [{ id: 'a', retention_days: 7, retention_days_info: 8 }, 'retention_days_info'],
    [{ id: 'a', retention_days_debug: 36_501 }, 'retention_days_debug'],
    [{ id: 'a', colour: 'red' }, 'colour'],
  ] as const) {
    const answer = await new Browser(app).send('POST', '/sites', body, asAdmin);
    assert.equal(answer.statusCode, 400, parameter);
    assert.equal(answer.json().errors[0].parameter, parameter);
  }
  const renamed = await new Browser(app).send('PATCH', '/sites/depot', { id: 'other' }, asAdmin);
  assert.equal(renamed.json().errors[0].parameter, 'id');
  assert.deepEqual([...control.sites.values()], [DEPOT]);
});

test('an upstream that was set on this machine stays, and is replaced by what the list allows alone', async (t) => {
  const { app, control } = server(t, { upstreams: new UpstreamRule(['csms.example']) });
  const own = { ...DEPOT, upstream: 'ws://127.0.0.1:8180/{charger}' };
  control.sites = new Map([[DEPOT.id, own]]);
  const change = (body: object) => new Browser(app).send('PATCH', '/sites/depot', body, asAdmin);
  assert.equal((await change({ name: 'North', upstream: own.upstream })).statusCode, 200);
  assert.deepEqual(control.sites.get('depot'), { ...own, name: 'North', changedBy: 'admin token' });
  const refused = await change({ upstream: 'wss://other.example/{charger}' });
  assert.deepEqual(
    [refused.statusCode, refused.json().errors[0].parameter, refused.json().errors[0].message],
    [
      400,
      'upstream',
      'leads to other.example, which is not allowed: add it to the setting upstream.allow, or give the site in the configuration file',
    ],
  );
  assert.equal((await change({ upstream: 'wss://csms.example/{charger}' })).statusCode, 200);
  assert.equal(control.sites.get('depot')?.upstreamTrusted, false);
  assert.equal(
    (await change({ upstream: own.upstream })).statusCode,
    400,
    'it is not set on this machine any more',
  );
});

test('a site of the configuration file is changed there', async (t) => {
  const { app, control } = server(t);
  control.sites = new Map([[DEPOT.id, { ...DEPOT, origin: 'config' }]]);
  const answer = await new Browser(app).send('PATCH', '/sites/depot', { name: 'x' }, asAdmin);
  assert.deepEqual([answer.statusCode, answer.json().type], [409, 'urn:ocpp-logs:problem:configured']);
});

test('where stations are passed on to is told to admins of the site alone', async (t) => {
  const { app, control } = server(t);
  control.sites = new Map([[DEPOT.id, { ...DEPOT, upstream: UPSTREAM }]]);
  await addUser(control, 'ada', [{ site: 'depot', role: 'operator' }]);
  await addUser(control, 'bob', [{ site: 'depot', role: 'admin' }]);
  for (const [name, told] of [
    ['ada', undefined],
    ['bob', UPSTREAM],
  ] as const) {
    const browser = new Browser(app);
    await browser.signIn(name);
    assert.equal((await browser.send('GET', '/sites/depot')).json().upstream, told);
    assert.equal((await browser.send('GET', '/sites')).json()[0].upstream, told);
  }
});
