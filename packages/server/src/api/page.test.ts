import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asAdmin, DAY, DEPOT, entryAt, NOW, server } from './fixtures.ts';

const PATH = '/rest/v1/ocpp-logs/site/depot';

function times(body: string): readonly string[] {
  return JSON.parse(body).ocpp_logs.map((entry: { occurrence_time: string }) =>
    entry.occurrence_time.slice(11, 19),
  );
}

const HOURS = ['08', '09', '10', '11', '12'].map((hour) => entryAt(`2026-01-05T${hour}:00:00Z`, 0n));

test('the page is the entries and their count, newest first, by either address', async (t) => {
  const { app, reader } = server(t);
  reader.entries = HOURS;
  for (const url of [PATH, '/ocpp-logs/site/depot']) {
    const { statusCode, headers, body } = await app.inject({ url: `${url}?${DAY}`, headers: asAdmin });
    assert.equal(statusCode, 200);
    assert.equal(headers['content-type'], 'application/json; charset=utf-8');
    assert.equal(headers['content-length'], String(Buffer.byteLength(body)));
    assert.deepEqual(times(body), ['12:00:00', '11:00:00', '10:00:00', '09:00:00', '08:00:00']);
    assert.deepEqual(Object.keys(JSON.parse(body)), ['ocpp_logs', 'count']);
    assert.equal(JSON.parse(body).count, 5);
  }
});

test('defaults: 100 entries, none skipped, descending, exchanges only, nothing included', async (t) => {
  const { app, reader } = server(t);
  await app.inject({ url: `${PATH}?${DAY}`, headers: asAdmin });
  assert.deepEqual(reader.asked, [
    {
      scopes: [
        {
          filter: {
            site: 'depot',
            from: Date.UTC(2026, 0, 5),
            to: Date.UTC(2026, 0, 6),
            kinds: ['exchange'],
            actions: null,
            chargers: null,
            connectors: null,
            query: null,
          },
          rendering: { siteName: 'Depot North', exchange: false, raw: false },
        },
      ],
      order: 'desc',
      take: 100,
      skip: 0,
      after: null,
    },
  ]);
});

test('every parameter reaches the store', async (t) => {
  const { app, reader } = server(t);
  const query = `${DAY}&actions=Heartbeat,,StopTransaction&sort_order=asc&take=7&skip=3&charger_id=CP%201,b&connector_id=0,2&kinds=gap,exchange&include=raw,exchange`;
  const { statusCode } = await app.inject({ url: `${PATH}?${query}`, headers: asAdmin });
  assert.equal(statusCode, 200);
  const [asked] = reader.asked;
  assert.ok(asked && 'skip' in asked);
  assert.deepEqual([asked.order, asked.take, asked.skip], ['asc', 7, 3]);
  const [scope] = asked.scopes;
  assert.ok(scope);
  assert.deepEqual(scope.rendering, { siteName: 'Depot North', exchange: true, raw: true });
  const { kinds, actions, chargers, connectors } = scope.filter;
  assert.deepEqual(
    { kinds, actions, chargers, connectors },
    {
      kinds: ['exchange', 'gap'],
      actions: ['Heartbeat', 'StopTransaction'],
      chargers: ['CP 1', 'b', 'CP 1,b'],
      connectors: [0, 2],
    },
  );
});

test('an unencoded plus in an offset is understood', async (t) => {
  const { app, reader } = server(t);
  const query = 'from=2026-01-05T02:00:00+02:00&to=2026-01-06T00:00:00Z';
  assert.equal((await app.inject({ url: `${PATH}?${query}`, headers: asAdmin })).statusCode, 200);
  assert.equal(reader.asked[0]?.scopes[0]?.filter.from, Date.UTC(2026, 0, 5));
});

test('a walk by cursor meets every entry once and ends with null', async (t) => {
  const { app, reader } = server(t);
  reader.entries = [...HOURS, entryAt('2026-01-05T10:00:00Z', 1n), entryAt('2026-01-05T10:00:00Z', 2n)];
  for (const order of ['asc', 'desc']) {
    const met: string[] = [];
    let cursor: string | null = '';
    for (let page = 0; cursor !== null && page < 10; page += 1) {
      const query: string = `${DAY}&sort_order=${order}&take=2&cursor=${cursor}&include=exchange`;
      const { body } = await app.inject({ url: `${PATH}?${query}`, headers: asAdmin });
      const answer = JSON.parse(body);
      assert.equal(answer.count, 7);
      met.push(...answer.ocpp_logs.map((entry: { exchange: { id: string } }) => entry.exchange.id));
      cursor = answer.next_cursor;
    }
    assert.equal(cursor, null);
    const ids = reader.entries.map(({ id }) => id).sort((a, b) => (a < b ? -1 : 1));
    assert.deepEqual(met, (order === 'asc' ? ids : ids.reverse()).map(String));
  }
});

test('a cursor stays valid when retention moves on, and is refused with another filter', async (t) => {
  const { app, reader, control, clock } = server(t);
  control.sites = new Map([['depot', { ...DEPOT, retentionDays: 5 }]]);
  reader.entries = HOURS;
  clock.now = Date.UTC(2026, 0, 10, 9, 30);
  const get = (query: string) => app.inject({ url: `${PATH}?${DAY}&take=1&${query}`, headers: asAdmin });
  const cursor: string = JSON.parse((await get('cursor=')).body).next_cursor;
  clock.now += 3 * 3_600_000;
  const next = await get(`cursor=${cursor}`);
  assert.deepEqual([next.statusCode, JSON.parse(next.body).count], [200, 1]);
  const other = await get(`cursor=${cursor}&charger_id=x`);
  assert.equal(other.statusCode, 400);
  assert.deepEqual(
    JSON.parse(other.body).errors.map((error: { parameter: string }) => error.parameter),
    ['cursor'],
  );
});

test('what the site no longer keeps is not asked for: cut at the whole hour', async (t) => {
  const { app, reader, control } = server(t);
  control.sites = new Map([['depot', { ...DEPOT, retentionDays: 2 }]]);
  const cut = Math.floor(NOW / 3_600_000) * 3_600_000 - 2 * 86_400_000;
  await app.inject({ url: `${PATH}?from=2025-01-01&to=2027-01-01`, headers: asAdmin });
  assert.equal(reader.asked[0]?.scopes[0]?.filter.from, cut);
  const { body } = await app.inject({
    url: `${PATH}?from=2025-01-01&to=2025-02-01&cursor=`,
    headers: asAdmin,
  });
  assert.deepEqual(JSON.parse(body), { ocpp_logs: [], count: 0, next_cursor: null });
  assert.equal(reader.asked.length, 1);
});

test('times beyond what an entry can have are answered, not failed', async (t) => {
  const { app, reader } = server(t);
  const { statusCode } = await app.inject({ url: `${PATH}?from=0001-01-01&to=9999-12-31`, headers: asAdmin });
  assert.equal(statusCode, 200);
  assert.deepEqual(
    [reader.asked[0]?.scopes[0]?.filter.from, reader.asked[0]?.scopes[0]?.filter.to],
    [0, 2 ** 42 - 1],
  );
});

test('an action that was seen on a readable site is accepted, elsewhere it is unknown', async (t) => {
  const { app, reader, key, control } = server(t);
  await control.putSite({ ...DEPOT, id: 'other' });
  reader.seen = ['VendorThing'];
  const narrow = await key({ sites: ['other'] });
  const ask = (site: string, headers: Record<string, string>) =>
    app.inject({ url: `/ocpp-logs/site/${site}?${DAY}&actions=VendorThing`, headers });
  assert.equal((await ask('depot', asAdmin)).statusCode, 200);
  const refused = await ask('other', { authorization: `Bearer ${narrow.bearer}` });
  assert.equal(refused.statusCode, 400);
  assert.match(JSON.parse(refused.body).errors[0].message, /"VendorThing" is no known action/);
});

test('HEAD has the headers of GET and no body', async (t) => {
  const { app, reader } = server(t);
  reader.entries = HOURS;
  const get = await app.inject({ url: `${PATH}?${DAY}`, headers: asAdmin });
  const head = await app.inject({ method: 'HEAD', url: `${PATH}?${DAY}`, headers: asAdmin });
  assert.equal(head.statusCode, 200);
  assert.equal(head.body, '');
  assert.equal(head.headers['content-length'], get.headers['content-length']);
});

test('a site id of any allowed characters is found by its escaped path', async (t) => {
  const { app, control } = server(t);
  for (const id of ['a b', 'a/b', 'ü:1', '%41', '?x=1', 'ä'.repeat(127)]) {
    await control.putSite({ ...DEPOT, id });
    const url = `/rest/v1/ocpp-logs/site/${encodeURIComponent(id)}?${DAY}`;
    assert.equal((await app.inject({ url, headers: asAdmin })).statusCode, 200, id);
  }
});
