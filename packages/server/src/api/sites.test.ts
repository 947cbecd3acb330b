import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asAdmin, DEPOT, server } from './fixtures.ts';

const CHARGER = {
  id: 'CP-1',
  vendor: 'V',
  model: null,
  firmware: '1.0',
  protocol: 'ocpp1.6',
  connected: true,
  lastSeen: Date.UTC(2026, 0, 5, 10),
  capturedThrough: null,
};

const BODY = {
  id: 'depot',
  name: 'Depot North',
  timezone: 'Europe/Berlin',
  local_controller: null,
  fuse_tree: [],
  retention_days: 30,
  retention_days_info: 0,
  retention_days_debug: 0,
  level: 'debug',
  pseudonymise_id_tags: false,
  chargers: [
    {
      id: 'CP-1',
      vendor: 'V',
      model: null,
      firmware: '1.0',
      protocol: 'ocpp1.6',
      connected: true,
      last_seen: '2026-01-05T10:00:00.000Z',
      captured_through: null,
    },
  ],
};

test('a site is told with its chargers, alone and in the list', async (t) => {
  const { app, reader, control, key } = server(t);
  reader.summaries = [CHARGER];
  control.sites = new Map([
    ['depot', { ...DEPOT, retentionDays: 30, upstream: 'wss://secret.example/{charger}' }],
  ]);
  const headers = { authorization: `Bearer ${(await key()).bearer}` };
  const one = await app.inject({ url: '/rest/v1/sites/depot', headers });
  assert.equal(one.statusCode, 200);
  assert.deepEqual(JSON.parse(one.body), BODY);
  assert.deepEqual(Object.keys(JSON.parse(one.body)), Object.keys(BODY));
  const all = await app.inject({ url: '/sites', headers });
  assert.deepEqual(JSON.parse(all.body), [BODY]);
});

test('the list can go without the chargers, and then tells how many there are', async (t) => {
  const { app, reader } = server(t);
  reader.summaries = [CHARGER, { ...CHARGER, id: 'CP-2' }];
  const asked = (query: string) => app.inject({ url: `/sites?${query}`, headers: asAdmin });
  const [site] = JSON.parse((await asked('chargers=none')).body);
  assert.deepEqual([site.id, site.chargers, site.charger_count], ['depot', [], 2]);
  assert.equal(JSON.parse((await asked('chargers=all')).body)[0].chargers.length, 2);
  const refused = await asked('chargers=few');
  assert.equal(refused.statusCode, 400);
  assert.match(refused.body, /must be all or none/);
});

test('only sites that the key may read are told', async (t) => {
  const { app, control, key } = server(t);
  for (let n = 0; n < 40; n += 1) await control.putSite({ ...DEPOT, id: `s${n}` });
  const { bearer } = await key({ sites: ['s7', 's30', 'gone'] });
  const headers = { authorization: `Bearer ${bearer}` };
  const ids = (body: string) => JSON.parse(body).map((site: { id: string }) => site.id);
  assert.deepEqual(ids((await app.inject({ url: '/sites', headers })).body), ['s7', 's30']);
  assert.equal((await app.inject({ url: '/sites/s7', headers })).statusCode, 200);
  assert.equal((await app.inject({ url: '/sites/s8', headers })).statusCode, 404);
  assert.equal((await app.inject({ url: '/sites/gone', headers })).statusCode, 404);
  assert.equal(ids((await app.inject({ url: '/sites', headers: asAdmin })).body).length, 41);
});

test('there are no query parameters', async (t) => {
  const { app } = server(t);
  for (const url of ['/sites?x=1', '/sites/depot?x=1']) {
    assert.equal((await app.inject({ url, headers: asAdmin })).statusCode, 400);
  }
});

test('captured_through is that of the last commit while a connection is there, of the disk otherwise', async (t) => {
  const { app, reader, recorder } = server(t);
  const told = async () =>
    JSON.parse((await app.inject({ url: '/sites/depot', headers: asAdmin })).body).chargers[0]
      .captured_through;
  reader.summaries = [{ ...CHARGER, capturedThrough: Date.UTC(2026, 0, 5) }];
  assert.equal(await told(), '2026-01-05T00:00:00.000Z');
  recorder.through = [
    ['other', 'CP-1', Date.UTC(2026, 0, 9)],
    ['depot', 'CP-1', Date.UTC(2026, 0, 6)],
  ];
  assert.equal(await told(), '2026-01-06T00:00:00.000Z');
});
