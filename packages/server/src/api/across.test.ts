import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asAdmin, DEPOT, entryAt, server } from './fixtures.ts';

const DAY = 'from=2026-01-05&to=2026-01-06';
const YARD = { ...DEPOT, id: 'yard', name: 'Yard' };
const ENTRIES = [0n, 1n, 2n, 3n].map((n) =>
  entryAt('2026-01-05T10:00:00Z', n, { site: n % 2n === 0n ? 'depot' : 'yard' }),
);

function served(t: Parameters<typeof server>[0]) {
  const double = server(t);
  double.control.sites = new Map([
    ['depot', DEPOT],
    ['yard', YARD],
  ]);
  double.reader.entries = ENTRIES;
  const get = async (path: string, headers: Record<string, string> = asAdmin) => {
    const answer = await double.app.inject({ url: path, headers });
    return { status: answer.statusCode, body: answer.body, headers: answer.headers };
  };
  return { ...double, get };
}

const names = (body: string) =>
  JSON.parse(body).ocpp_logs.map(({ site_name: name }: { site_name: string }) => name);

test('a page across sites holds those that the key may read, or those that are named', async (t) => {
  const { get, key } = served(t);
  assert.deepEqual(names((await get(`/ocpp-logs?${DAY}`)).body), ['Yard', DEPOT.name, 'Yard', DEPOT.name]);
  assert.deepEqual(names((await get(`/ocpp-logs?${DAY}&site=yard`)).body), ['Yard', 'Yard']);
  const { bearer } = await key({ sites: ['depot'] });
  const limited = { authorization: `Bearer ${bearer}` };
  assert.deepEqual(names((await get(`/ocpp-logs?${DAY}`, limited)).body), [DEPOT.name, DEPOT.name]);
  const [unreadable, unknown] = await Promise.all([
    get(`/ocpp-logs?${DAY}&site=depot,yard`, limited),
    get(`/ocpp-logs?${DAY}&site=depot,nowhere`),
  ]);
  assert.deepEqual([unreadable.status, unknown.status], [404, 404]);
  const told = ({ body }: { body: string }) => ({ ...JSON.parse(body), instance: '' });
  assert.deepEqual(told(unreadable), told(unknown));
});

test('every site is asked with what it keeps', async (t) => {
  const { get, reader, control } = served(t);
  control.sites = new Map([
    ['depot', { ...DEPOT, retentionDays: 2 }],
    ['yard', YARD],
  ]);
  await get('/ocpp-logs?from=2026-01-01&to=2026-02-01');
  assert.deepEqual(
    reader.asked[0]?.scopes.map(({ filter }) => [filter.site, filter.from]),
    [
      ['depot', Date.UTC(2026, 0, 8, 12)],
      ['yard', Date.UTC(2026, 0, 1)],
    ],
  );
});

test('a cursor goes on across sites, and belongs to the sites it was made for', async (t) => {
  const { get } = served(t);
  const { next_cursor: cursor } = JSON.parse((await get(`/ocpp-logs?${DAY}&take=3&cursor=`)).body);
  const rest = await get(`/ocpp-logs?${DAY}&take=3&cursor=${cursor}`);
  assert.deepEqual([names(rest.body), JSON.parse(rest.body).next_cursor], [[DEPOT.name], null]);
  assert.equal((await get(`/ocpp-logs?${DAY}&site=depot&cursor=${cursor}`)).status, 400);
});

test('a count that is a lower bound says so; a page cut for want of time tells where to go on', async (t) => {
  const { get, reader } = served(t);
  assert.equal('count_exact' in JSON.parse((await get(`/ocpp-logs?${DAY}&q=x`)).body), false);
  reader.countExact = false;
  const whole = JSON.parse((await get(`/ocpp-logs?${DAY}&q=x`)).body);
  assert.deepEqual([whole.count_exact, 'next_cursor' in whole], [false, false]);
  reader.page = async () => ({
    body: Buffer.alloc(0),
    entries: 0,
    count: 0,
    countExact: false,
    last: { id: 5n, site: 'yard' },
    more: true,
  });
  const cut = JSON.parse((await get(`/ocpp-logs?${DAY}&q=x`)).body);
  assert.equal(typeof cut.next_cursor, 'string');
  assert.equal((await get(`/ocpp-logs?${DAY}&q=x&cursor=${cut.next_cursor}`)).status, 200);
  assert.equal((await get(`/ocpp-logs?${DAY}&q=y&cursor=${cut.next_cursor}`)).status, 400);
  const full = { entries: 3, count: 4, last: { id: 5n, site: 'yard' }, more: true };
  reader.page = async () => ({ body: Buffer.alloc(0), ...full, countExact: false });
  const quick = JSON.parse((await get(`/ocpp-logs?${DAY}&q=x&take=3&count=quick`)).body);
  assert.equal(typeof quick.next_cursor, 'string');
  reader.page = async () => ({ body: Buffer.alloc(0), ...full, countExact: true });
  assert.equal('next_cursor' in JSON.parse((await get(`/ocpp-logs?${DAY}&q=x&take=3`)).body), false);
});

test('a search reaches the store; what is wrong with it is told with its column', async (t) => {
  const { get, reader } = served(t);
  await get(`/ocpp-logs/site/depot?${DAY}&q=status:Faulted&count=quick`);
  const [asked] = reader.asked;
  assert.ok(asked !== undefined && 'quick' in asked);
  assert.equal(asked.quick, true);
  assert.deepEqual(asked.scopes[0]?.filter.query, {
    kind: 'field',
    field: 'status',
    test: { test: 'is', pattern: { pieces: [{ text: 'Faulted' }] } },
  });
  const wrong = await get(`/ocpp-logs?${DAY}&q=status:Faulted%20outcom:x`);
  assert.equal(wrong.status, 400);
  const [fault] = JSON.parse(wrong.body).errors;
  assert.deepEqual([fault.parameter, fault.column], ['q', 16]);
});

test('a search may name sites, by id or name: others are not asked, and one site matches or does not', async (t) => {
  const { get, reader } = served(t);
  const asked = () =>
    reader.asked.splice(0).flatMap(({ scopes }) => scopes.map(({ filter }) => [filter.site, filter.query]));
  const reset = {
    kind: 'field',
    field: 'action',
    test: { test: 'is', pattern: { pieces: [{ text: 'Reset' }] } },
  };
  assert.deepEqual(names((await get(`/ocpp-logs?${DAY}&q=site:YARD`)).body), ['Yard', 'Yard']);
  assert.deepEqual(asked(), [['yard', null]]);
  await get(`/ocpp-logs?${DAY}&q=site:"${encodeURIComponent(DEPOT.name)}"%20OR%20action:Reset`);
  assert.deepEqual(asked(), [
    ['depot', null],
    ['yard', reset],
  ]);
  await get(`/ocpp-logs/site/depot?${DAY}&q=-site:ya*%20action:Reset`);
  assert.deepEqual(asked(), [['depot', reset]]);
  const none = await get(`/ocpp-logs/site/depot?${DAY}&q=site:yard`);
  assert.deepEqual([none.status, JSON.parse(none.body)], [200, { ocpp_logs: [], count: 0 }]);
  for (const path of ['/ocpp-logs/facets?fields=site&', '/ocpp-logs/histogram?']) {
    assert.equal((await get(`${path}${DAY}&q=site:nowhere`)).status, 200, path);
  }
  assert.deepEqual(asked(), []);
});

test('a search that names kinds looks through all of them, unless kinds are named', async (t) => {
  const { get, reader } = served(t);
  await get(`/ocpp-logs?${DAY}&q=x%20-(kind:gap)`);
  await get(`/ocpp-logs?${DAY}&q=kind:gap&kinds=gap`);
  await get(`/ocpp-logs?${DAY}&q=gap`);
  assert.deepEqual(
    reader.asked.map(({ scopes }) => scopes[0]?.filter.kinds.length),
    [6, 1, 1],
  );
});

test('facets: fields and top are taken, each says whether there are more values', async (t) => {
  const { get, reader } = served(t);
  reader.counts = {
    facets: [{ field: 'action', values: [{ value: 'Heartbeat', count: 3 }], distinct: 2 }],
    count: 4,
    exact: true,
  };
  const { status, body } = await get(`/ocpp-logs/facets?${DAY}&fields=action,site&top=1&q=x&site=yard`);
  assert.equal(status, 200);
  assert.deepEqual(JSON.parse(body), {
    facets: [{ field: 'action', values: [{ value: 'Heartbeat', count: 3 }], distinct: 2, more: true }],
    count: 4,
    exact: true,
  });
  const [asked] = reader.counted;
  assert.ok(asked !== undefined && 'top' in asked);
  assert.deepEqual([asked.fields, asked.top], [['action', 'site'], 1]);
  assert.deepEqual(
    asked.filters.map(({ site }) => site),
    ['yard'],
  );
  for (const wrong of ['fields=acton', 'top=0', 'include=raw', 'site=']) {
    assert.equal((await get(`/ocpp-logs/facets?${DAY}&${wrong}`)).status, 400, wrong);
  }
});

test('histogram: every bin of the range, aligned to a step that people read', async (t) => {
  const { get, reader } = served(t);
  const hour = 3_600_000;
  const time = Date.UTC(2026, 0, 5, 6);
  reader.bins = { bins: [{ time, count: 2, outcomes: { answered: 1, error: 1 } }], exact: false };
  const { status, body } = await get(
    '/ocpp-logs/histogram?from=2026-01-05T01:30:00Z&to=2026-01-06T00:00:01Z&bins=5',
  );
  assert.equal(status, 200);
  const answer = JSON.parse(body);
  assert.deepEqual(
    [answer.from, answer.to, answer.step_ms, answer.exact],
    ['2026-01-05T01:30:00.000Z', '2026-01-06T00:00:01.000Z', 6 * hour, false],
  );
  assert.deepEqual(answer.bins, [
    { time: '2026-01-05T00:00:00.000Z', count: 0, outcomes: {} },
    { time: '2026-01-05T06:00:00.000Z', count: 2, outcomes: { answered: 1, error: 1 } },
    { time: '2026-01-05T12:00:00.000Z', count: 0, outcomes: {} },
    { time: '2026-01-05T18:00:00.000Z', count: 0, outcomes: {} },
    { time: '2026-01-06T00:00:00.000Z', count: 0, outcomes: {} },
  ]);
  assert.equal((await get(`/ocpp-logs/histogram?${DAY}&bins=1001`)).status, 400);
});

test('one entry by its id; what is gone, or of another site, is not found', async (t) => {
  const { get, control } = served(t);
  const id = String(ENTRIES[1]?.id);
  const { status, body } = await get(`/ocpp-logs/site/yard/entry/${id}?include=exchange`);
  assert.equal(status, 200);
  assert.equal(JSON.parse(body).exchange.id, id);
  for (const path of [`depot/entry/${id}`, 'yard/entry/5', 'yard/entry/x', `yard/entry/${2n ** 65n}`]) {
    assert.equal((await get(`/ocpp-logs/site/${path}`)).status, 404, path);
  }
  control.sites = new Map([['yard', { ...YARD, retentionDays: 1 }]]);
  assert.equal((await get(`/ocpp-logs/site/yard/entry/${id}`)).status, 404);
});

test('CSV of no site at all is a header', async (t) => {
  const { get, control } = served(t);
  control.sites = new Map();
  const { status, body } = await get(`/ocpp-logs?${DAY}`, { ...asAdmin, accept: 'text/csv' });
  assert.equal(status, 200);
  assert.match(body, /^occurrence_time,action,.*\r\n$/);
});
