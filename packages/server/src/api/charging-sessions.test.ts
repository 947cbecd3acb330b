import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RULES } from '@ocpp-logs/core';
import { QueryTimeError } from '../store/query-time.ts';
import { DEPOT } from './control-double.ts';
import { asAdmin, NOW, server } from './fixtures.ts';

const HOUR = 3_600_000;

test('the store is asked what the query says; the range ends now and begins a day before', async (t) => {
  const { app, reader, control } = server(t);
  control.sites = new Map([['depot', { ...DEPOT, retentionDays: 2 }]]);
  reader.sessionBodies = ['{"id":"2.depot"}', '{"id":"1.depot"}'];
  const query = 'charger_id=CP1&connector_id=1,2&verdict=charged&severity=note&state=ended,running&limit=7';
  const answer = await app.inject({ url: `/rest/v1/sessions?${query}`, headers: asAdmin });
  assert.equal(answer.statusCode, 200, answer.body);
  assert.deepEqual(answer.json(), {
    sessions: [{ id: '2.depot' }, { id: '1.depot' }],
    next_cursor: null,
  });
  const kept = Math.floor((NOW - 48 * HOUR) / HOUR) * HOUR;
  assert.deepEqual(reader.sessionsAsked, [
    {
      from: NOW - 24 * HOUR,
      to: NOW,
      chargers: ['CP1'],
      connectors: [1, 2],
      verdicts: ['charged'],
      severities: ['note'],
      states: ['running', 'ended'],
      named: null,
      sites: [{ id: 'depot', name: DEPOT.name, kept }],
      now: NOW,
      take: 7,
      after: null,
    },
  ]);
});

test('a cursor goes on where the page before ended, with the same question alone', async (t) => {
  const { app, reader, clock } = server(t);
  reader.moreSessions = { id: 77n, site: 'depot' };
  const get = (query: string) => app.inject({ url: `/sessions?${query}`, headers: asAdmin });
  const { next_cursor: cursor } = (await get('state=ended')).json();
  assert.equal(typeof cursor, 'string');
  // Without times the range moves on with the clock.
  clock.now += 1000;
  assert.equal((await get(`state=ended&limit=3&cursor=${cursor}`)).statusCode, 200);
  const last = reader.sessionsAsked.at(-1);
  assert.deepEqual(last && 'after' in last && last.after, { id: 77n, site: 'depot' });
  for (const [other, fault] of [
    [`state=running&cursor=${cursor}`, /other parameters/],
    [`cursor=${cursor}`, /other parameters/],
    [`state=ended&site=depot&cursor=${cursor}`, /other parameters/],
    ['cursor=x', /no cursor of this server/],
  ] as const) {
    const answer = await get(other);
    assert.equal(answer.statusCode, 400, other);
    assert.match(answer.body, fault);
  }
});

test('a cursor goes on where the time ends later than now, as on a day that is not over', async (t) => {
  const { app, reader, clock } = server(t);
  reader.moreSessions = { id: 77n, site: 'depot' };
  const day = 'from=2026-01-01&to=2100-01-01';
  const first = await app.inject({ url: `/sessions?${day}`, headers: asAdmin });
  const { next_cursor: cursor } = first.json();
  clock.now += 1000;
  const next = await app.inject({ url: `/sessions?${day}&cursor=${cursor}`, headers: asAdmin });
  assert.equal(next.statusCode, 200, next.body);
});

test('what is wrong with a question is named', async (t) => {
  const { app, reader } = server(t);
  for (const [query, parameter] of [
    ['verdict=chargd', 'verdict'],
    ['verdict=boot-loop', 'verdict'],
    ['severity=bad', 'severity'],
    ['state=over', 'state'],
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['from=2026-01-06&to=2026-01-05', 'to'],
    ['connector_id=x', 'connector_id'],
    ['take=5', 'take'],
  ]) {
    const answer = await app.inject({ url: `/sessions?${query}`, headers: asAdmin });
    assert.equal(answer.statusCode, 400, query);
    assert.equal(answer.json().errors[0].parameter, parameter, query);
  }
  assert.deepEqual(reader.sessionsAsked, []);
});

test('a session is found by its id, where its site may be read', async (t) => {
  const double = server(t);
  const { app, reader, control } = double;
  control.sites = new Map([
    ['depot', DEPOT],
    ['a.b c', { ...DEPOT, id: 'a.b c' }],
  ]);
  const get = (id: string, headers: Readonly<Record<string, string>> = asAdmin) =>
    app.inject({ url: `/sessions/${encodeURIComponent(id)}`, headers });
  assert.equal((await get('7.depot')).statusCode, 404);
  reader.sessionBodies = ['{"id":"7.depot"}'];
  assert.deepEqual((await get('7.a.b c')).json(), { id: '7.depot' });
  const last = reader.sessionsAsked.at(-1);
  assert.deepEqual(last && 'entry' in last && [last.site.id, last.entry], ['a.b c', 7n]);
  const asked = reader.sessionsAsked.length;
  for (const id of ['7', '.depot', 'x.depot', '12345678901234567890.depot', '7.nowhere']) {
    assert.equal((await get(id)).statusCode, 404, id);
  }
  const { bearer } = await double.key({ scopes: ['read'], sites: ['a.b c'] });
  assert.equal((await get('7.depot', { authorization: `Bearer ${bearer}` })).statusCode, 404);
  assert.equal(reader.sessionsAsked.length, asked);
});

test('signed values of a session are asked for at the same store, with the same rights', async (t) => {
  const { app, reader } = server(t);
  reader.sessionBodies = ['{"values":[]}'];
  const get = (id: string) =>
    app.inject({ url: `/rest/v1/sessions/${id}/signed-meter-values`, headers: asAdmin });
  assert.deepEqual((await get('7.depot')).json(), { values: [] });
  const last = reader.sessionsAsked.at(-1);
  assert.deepEqual(last && 'entry' in last && [last.site.id, last.entry, last.signed], ['depot', 7n, true]);
  for (const id of ['7', '7.nowhere']) assert.equal((await get(id)).statusCode, 404, id);
});

test('sessions of entries are asked for by pages of JSON and single entries alone', async (t) => {
  const { app, reader, control } = server(t);
  control.sites = new Map([['depot', { ...DEPOT, retentionDays: 2 }]]);
  const range = 'from=2026-01-09&to=2026-01-10&include=session';
  const page = await app.inject({ url: `/ocpp-logs/site/depot?${range}`, headers: asAdmin });
  assert.equal(page.statusCode, 200, page.body);
  const [asked] = reader.asked;
  const kept = Math.floor((NOW - 48 * HOUR) / HOUR) * HOUR;
  assert.deepEqual(asked?.scopes[0]?.rendering.session, { kept });
  for (const accept of ['application/x-ndjson', 'text/csv']) {
    const answer = await app.inject({
      url: `/ocpp-logs/site/depot?${range}`,
      headers: { ...asAdmin, accept },
    });
    assert.equal(answer.statusCode, 400, accept);
  }
  const tail = await app.inject({ url: '/ocpp-logs/site/depot/stream?include=session', headers: asAdmin });
  assert.equal(tail.statusCode, 400);
  const entry = await app.inject({ url: '/ocpp-logs/site/depot/entry/1?include=session', headers: asAdmin });
  assert.equal(entry.statusCode, 404);
});

test('a question that takes too long is 503, as others are', async (t) => {
  const { app, reader } = server(t);
  reader.failure = new QueryTimeError(60_000);
  for (const url of ['/sessions', '/sessions/7.depot']) {
    const answer = await app.inject({ url, headers: asAdmin });
    assert.equal(answer.statusCode, 503, url);
    assert.equal(answer.headers['retry-after'], '30');
  }
});

test('every rule that is looked for is told, in its order', async (t) => {
  const { app } = server(t);
  const answer = await app.inject({ url: '/verdicts', headers: asAdmin });
  const { rules } = answer.json();
  assert.deepEqual(
    rules.map(({ id }: { id: string }) => id),
    RULES.map(({ id }) => id),
  );
  const known = rules.find(({ id }: { id: string }) => id === 'stop-power-loss');
  assert.deepEqual([known.about, known.severity, known.otherwise], ['session', 'failure', false]);
});
