import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asAdmin, DAY, type ServerDouble, server } from './fixtures.ts';

const PATH = '/ocpp-logs/site/depot';

async function faults({ app }: ServerDouble, query: string): Promise<readonly [string, string][]> {
  const answer = await app.inject({ url: `${PATH}?${query}`, headers: asAdmin });
  assert.equal(answer.statusCode, 400, answer.body);
  assert.equal(answer.headers['content-type'], 'application/problem+json');
  return JSON.parse(answer.body).errors.map((error: { parameter: string; message: string }) => [
    error.parameter,
    error.message,
  ]);
}

const cases = [
  ['', 'from', /required/],
  ['from=2026-01-05', 'to', /required/],
  ['to=2026-01-05', 'from', /required/],
  ['from=2026-01-05&to=2026-01-05', 'to', /after from/],
  ['from=2026-01-05&to=2026-01-04', 'to', /after from/],
  ['from=2026-01-05T00:00:00&to=2026-01-06', 'from', /no time zone/],
  ['from=yesterday&to=2026-01-06', 'from', /ISO 8601/],
  [`${DAY}&actions=Heartbeats`, 'actions', /"Heartbeats".*did you mean Heartbeat\?/],
  [`${DAY}&actions=`, 'actions', /names nothing/],
  [`${DAY}&actions=,`, 'actions', /names nothing/],
  [`${DAY}&actions=heartbeat`, 'actions', /did you mean Heartbeat\?/],
  [`${DAY}&actions=Heartbeat,Xyzzyxyzzy`, 'actions', /"Xyzzyxyzzy" is no known action$/],
  [`${DAY}&sort_order=ASC`, 'sort_order', /asc or desc/],
  [`${DAY}&sort_order=`, 'sort_order', /asc or desc/],
  [`${DAY}&take=0`, 'take', /from 1 to 1000/],
  [`${DAY}&take=1001`, 'take', /from 1 to 1000/],
  [`${DAY}&take=ten`, 'take', /whole number/],
  [`${DAY}&skip=-1`, 'skip', /0 or more/],
  [`${DAY}&skip=1.5`, 'skip', /whole number/],
  [`${DAY}&cursor=&skip=0`, 'cursor', /skip/],
  [`${DAY}&cursor=abc`, 'cursor', /no cursor/],
  [`${DAY}&take=1&take=2`, 'take', /twice/],
  [`${DAY}&from=2026-01-05`, 'from', /twice/],
  [`${DAY}&limit=5`, 'limit', /no parameter/],
  [`${DAY}&action=Heartbeat`, 'action', /did you mean actions\?/],
  [`${DAY}&kinds=exchanges`, 'kinds', /did you mean exchange\?/],
  [`${DAY}&connector_id=one`, 'connector_id', /whole numbers/],
  [`${DAY}&connector_id=-1`, 'connector_id', /whole numbers/],
  [`${DAY}&connector_id=99999999999`, 'connector_id', /whole numbers/],
  [`${DAY}&include=raws`, 'include', /did you mean raw\?/],
  // Capabilities that are not built are unknown.
  [`${DAY}&q=status:%20(`, 'q', /must follow \(column \d+\)/],
  [`${DAY}&query=x`, 'query', /no parameter/],
  [`${DAY}&include=sessions`, 'include', /did you mean session\?/],
  [`${DAY}&include=verdict`, 'include', /"verdict" is unknown/],
] as const;

for (const [query, parameter, message] of cases) {
  test(`?${query} is refused, naming ${parameter}`, async (t) => {
    const found = await faults(server(t), query);
    assert.deepEqual(
      found.map(([name]) => name),
      query === '' ? ['from', 'to'] : [parameter],
    );
    assert.match(found[0]?.[1] ?? '', message);
  });
}

test('all faults of a query come in one answer', async (t) => {
  const found = await faults(
    server(t),
    'from=x&to=y&take=0&skip=z&actions=Nope&kinds=n&include=i&w=1&sort_order=up',
  );
  assert.deepEqual(found.map(([name]) => name).sort(), [
    'actions',
    'from',
    'include',
    'kinds',
    'skip',
    'sort_order',
    'take',
    'to',
    'w',
  ]);
});

test('a wrong query never reaches the store', async (t) => {
  const double = server(t);
  await faults(double, `${DAY}&take=0`);
  assert.deepEqual(double.reader.asked, []);
});

test('skip and cursor are refused for the whole range', async (t) => {
  const { app } = server(t);
  for (const query of ['skip=1', 'cursor=']) {
    const headers = { ...asAdmin, accept: 'text/csv' };
    const answer = await app.inject({ url: `${PATH}?${DAY}&${query}`, headers });
    assert.equal(answer.statusCode, 400);
  }
});

test('a form that the logs do not have is 406', async (t) => {
  const { app } = server(t);
  const answer = await app.inject({
    url: `${PATH}?${DAY}`,
    headers: { ...asAdmin, accept: 'application/xml' },
  });
  assert.equal(answer.statusCode, 406);
  assert.match(JSON.parse(answer.body).detail, /application\/x-ndjson/);
});

test('unknown and unreadable sites have one answer', async (t) => {
  const { app, key } = server(t);
  const { bearer } = await key({ sites: ['elsewhere'] });
  const headers = { authorization: `Bearer ${bearer}` };
  const bodies = [];
  for (const path of ['/ocpp-logs/site/depot', '/ocpp-logs/site/nowhere', '/ocpp-logs/site/elsewhere']) {
    const answer = await app.inject({ url: `${path}?${DAY}`, headers });
    assert.equal(answer.statusCode, 404);
    const { instance, ...rest } = JSON.parse(answer.body);
    assert.equal(typeof instance, 'string');
    bodies.push(rest);
  }
  assert.deepEqual(bodies[1], bodies[0]);
  assert.deepEqual(bodies[2], bodies[0]);
});

test('an unreadable site says nothing about a wrong query either', async (t) => {
  const { app } = server(t);
  assert.equal(
    (await app.inject({ url: '/ocpp-logs/site/nowhere?take=0', headers: asAdmin })).statusCode,
    404,
  );
});

test('a store that is away is 503 with Retry-After', async (t) => {
  const { app, reader } = server(t);
  for (const code of ['STORE_UNAVAILABLE', 'BUSY', 'ENDED']) {
    reader.failure = Object.assign(new Error('disk I/O error in /data/x.db'), { code });
    for (const url of [`${PATH}?${DAY}`, '/sites', '/sites/depot']) {
      const answer = await app.inject({ url, headers: asAdmin });
      assert.equal(answer.statusCode, 503, url);
      assert.match(String(answer.headers['retry-after']), /^\d+$/);
      assert.equal(answer.body.includes('/data'), false);
    }
  }
});

test('a failure of the server tells neither its text, its stack nor its paths', async (t) => {
  const { app, reader } = server(t);
  reader.failure = new Error('SELECT * FROM entries failed in /srv/store.ts');
  for (const accept of ['application/json', 'text/csv', 'application/x-ndjson']) {
    const answer = await app.inject({ url: `${PATH}?${DAY}`, headers: { ...asAdmin, accept } });
    assert.equal(answer.statusCode, 500, accept);
    assert.equal(/SELECT|srv|store\.ts|at /.test(answer.body), false, answer.body);
    assert.equal(answer.headers['content-type'], 'application/problem+json');
  }
});

test('an address that is none says so whatever the size of its body, and one of other methods, too', async (t) => {
  const { app } = server(t);
  const payload = 'x'.repeat(2 * 1024 * 1024);
  const headers = { ...asAdmin, 'content-type': 'application/json' };
  const statuses = ['/nowhere', '/metrics', '/keys'].map(async (url) => {
    const answer = await app.inject({ method: 'POST', url, headers, payload });
    return [url, answer.statusCode, answer.headers.allow];
  });
  assert.deepEqual(await Promise.all(statuses), [
    ['/nowhere', 404, undefined],
    ['/metrics', 405, 'GET, HEAD'],
    ['/keys', 413, undefined],
  ]);
});
