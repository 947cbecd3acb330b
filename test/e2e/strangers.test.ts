/** What somebody of one site finds out of another by the program itself, with stations and ids that are alike at both. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ADMIN_TOKEN, eventually, type RunningServer, startServer } from './running-server.ts';

const SECRET = 'said-at-the-depot-alone';
const ADMIN = { authorization: `Bearer ${ADMIN_TOKEN}` };
const RANGE = 'from=2026-01-05&to=2026-01-06';
const TIME = '2026-01-05T10:00:00.000Z';

let server: RunningServer;
/** Of the other site: one that reads, and one that may all. */
let keys: readonly Readonly<Record<string, string>>[] = [];

async function post(path: string, body: object, headers: Readonly<Record<string, string>> = ADMIN) {
  const answer = await fetch(server.url + path, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, text: await answer.text() };
}

async function get(path: string, headers: Readonly<Record<string, string>>, accept = '*/*') {
  const answer = await fetch(server.url + path, { headers: { ...headers, accept } });
  return { status: answer.status, text: await answer.text() };
}

const frame = (info: string) => ({
  charger_id: 'CP-1',
  occurrence_time: TIME,
  direction: 'station_to_csms',
  frame: [2, '1', 'StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Faulted', info }],
});

before(async () => {
  server = await startServer({ config: 'sites: [{id: depot}, {id: other}]\n' });
  for (const [site, info] of [
    ['depot', SECRET],
    ['other', 'said at the other'],
  ] as const) {
    const { status, text } = await post(`/ocpp-logs/site/${site}`, frame(info));
    assert.equal(status, 200, text);
  }
  const made = ['read', 'admin'].map((scope) =>
    post('/keys', { name: scope, scopes: [scope], sites: ['other'] }),
  );
  keys = (await Promise.all(made)).map(({ text }) => ({
    authorization: `Bearer ${JSON.parse(text).bearer}`,
  }));
});
after(async () => {
  await server.stop();
});

test('no search finds what is of another site, by whatever it names', async () => {
  for (const headers of keys) {
    for (const q of [
      'site:depot',
      '-site:other',
      'site:*',
      'site:depot OR site:other',
      `"${SECRET}"`,
      'station:CP-1',
    ]) {
      const asked = `${RANGE}&kinds=exchange,orphan&q=${encodeURIComponent(q)}`;
      for (const accept of ['application/json', 'application/x-ndjson', 'text/csv']) {
        const { status, text } = await get(`/ocpp-logs?${asked}`, headers, accept);
        assert.equal(status, 200, text);
        assert.ok(!text.includes(SECRET) && !text.includes('depot'), `${q}: ${text}`);
      }
      for (const path of ['/ocpp-logs/facets', '/ocpp-logs/histogram']) {
        const { status, text } = await get(`${path}?${asked}`, headers);
        assert.equal(status, 200, text);
        assert.ok(!text.includes('depot') && !text.includes('"count":2'), `${path} ${q}: ${text}`);
      }
      const tried = { rule: q, from: '2026-01-05', to: '2026-01-06' };
      const { status, text } = await post('/alarms/try', tried, headers);
      assert.equal(status, 200, text);
      assert.ok(!text.includes('depot') && !text.includes('"fired":2'), `${q}: ${text}`);
    }
    const { text } = await get(`/fleet?${RANGE}`, headers);
    assert.match(text, /"stations":1/);
    assert.ok(!text.includes('depot'), text);
  }
  const { text } = await get(`/ocpp-logs?${RANGE}&kinds=exchange,orphan`, ADMIN);
  assert.ok(text.includes(SECRET) && JSON.parse(text).count === 2, text);
});

test("neither the cursor nor the id of what is another site's leads there", async () => {
  const all = `${RANGE}&kinds=exchange,orphan&include=exchange&take=1`;
  const own = JSON.parse((await get(`/ocpp-logs/site/depot?${all}&cursor=`, ADMIN)).text);
  const { id } = own.ocpp_logs[0].exchange;
  for (const headers of keys) {
    // In one of both orders the depot's comes next.
    for (const order of ['asc', 'desc']) {
      const asked = `/ocpp-logs?${all}&sort_order=${order}`;
      const { next_cursor: next } = JSON.parse((await get(`${asked}&cursor=`, ADMIN)).text);
      const across = await get(`${asked}&cursor=${next}`, headers);
      assert.equal(across.status, 200, across.text);
      assert.ok(!across.text.includes(SECRET) && !across.text.includes('depot'), across.text);
    }
    for (const [path, status] of [
      [`/ocpp-logs/site/depot/entry/${id}?include=raw`, 404],
      [`/ocpp-logs/site/depot%2f..%2fother/entry/${id}`, 404],
      [`/sessions/${id}.depot`, 404],
      [`/sessions?${RANGE}&site=depot`, 404],
      [`/sites/%64epot`, 404],
      [`/ocpp-logs/site/depot/stream`, 404],
    ] as const) {
      const answer = await get(path, headers);
      assert.equal(answer.status, status, `${path}: ${answer.text}`);
      assert.ok(!answer.text.includes(SECRET), path);
    }
    // Ids may be alike at two sites: what is given is the own.
    const { text } = await get(`/ocpp-logs/site/other/entry/${id}?include=raw`, headers);
    assert.ok(!text.includes(SECRET), text);
  }
});

test('an export of another site is no export, in any format, also by naming its entries beside own ones', async () => {
  const range = { from: '2026-01-05', to: '2026-01-06' };
  const entries = [
    { site_id: 'other', id: '1' },
    { site_id: 'depot', id: '1' },
  ];
  const made = await post('/exports', { site: 'depot', format: 'ndjson', ...range });
  assert.ok(made.status === 201 || made.status === 202, made.text);
  const { id } = JSON.parse(made.text);
  for (const headers of keys) {
    for (const format of ['csv', 'ndjson', 'xlsx', 'parquet', 'trace', 'bundle']) {
      for (const wish of [
        { site: 'depot', ...range },
        { sites: ['other', 'depot'], ...range },
        { site: 'other,depot', ...range },
        { entries },
      ]) {
        const { status, text } = await post('/exports', { ...wish, format }, headers);
        assert.equal(status, 404, `${format} ${JSON.stringify(wish)}: ${text}`);
      }
    }
    const searched = { site: 'other', q: 'site:depot', kinds: ['exchange', 'orphan'], ...range };
    const file = await post('/exports', searched, { ...headers, accept: 'text/csv' });
    assert.equal(file.status, 200, file.text);
    assert.ok(!file.text.includes(SECRET) && file.text.trim().split('\n').length === 1, file.text);
    for (const path of ['', '/file', '/events']) {
      assert.equal((await get(`/exports/${id}${path}`, headers)).status, 404, path);
    }
  }
  const own = await eventually(
    async () => get(`/exports/${id}/file`, ADMIN),
    ({ status }) => status === 200,
  );
  assert.ok(own.text.includes(SECRET));
});

test('a tail ends with the key that follows it, and says nothing that came after', async () => {
  const made = JSON.parse((await post('/keys', { name: 'tail', scopes: ['read'], sites: ['other'] })).text);
  const headers = { authorization: `Bearer ${made.bearer}`, accept: 'text/event-stream' };
  const paths = ['/ocpp-logs/stream', '/ocpp-logs/site/other/stream', '/alarms/events'];
  const tails = await Promise.all(paths.map((path) => fetch(server.url + path, { headers })));
  assert.deepEqual(
    tails.map(({ status }) => status),
    [200, 200, 200],
  );
  const revoked = await fetch(`${server.url}/keys/${made.id}`, { method: 'DELETE', headers: ADMIN });
  assert.equal(revoked.status, 204);
  const { status } = await post('/ocpp-logs/site/other', { ...frame('after it'), charger_id: 'CP-2' });
  assert.equal(status, 200);
  for (const [at, tail] of tails.entries())
    assert.doesNotMatch(await tail.text(), /after it|CP-2/, paths[at]);
});
