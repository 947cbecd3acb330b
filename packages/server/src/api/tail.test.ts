import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { timeOfId } from '@ocpp-logs/core';
import { EventIds } from './event-ids.ts';
import { asAdmin, DEPOT, entryAt, NOW, type ServerDouble, server } from './fixtures.ts';
import { type Event, Follower } from './follower.ts';
import type { ApiOptions } from './routes.ts';

const ENTRIES = Array.from({ length: 10 }, (_, n) =>
  entryAt('2026-01-05T10:00:00Z', BigInt(n), { action: n % 2 === 0 ? 'Heartbeat' : 'Authorize' }),
);
const STREAM = '/rest/v1/ocpp-logs/site/depot/stream';
const ids = ENTRIES.map(({ id }) => id);
const id = (n: number) => ids[n] ?? 0n;

const KEY = new Uint8Array(16).fill(7);
const RUN = 5n;
const told = new EventIds(KEY, RUN);
/** As a change of the site is told, by its place among its changes: to who follows it alone, and to who follows several. */
const nth = (ordinal: number) => told.numberOf(ordinal);
const among = (ordinal: number, site = 'depot') => told.idOf({ site, ordinal });
const ordinalOf = (id: string) => told.ordinalOf(id) ?? Number.NaN;

async function served(
  t: TestContext,
  change: Partial<ApiOptions> = {},
): Promise<ServerDouble & { port: number }> {
  const double = server(t, { ...change, live: { key: KEY, run: RUN, ...change.live } });
  double.reader.entries = ENTRIES;
  await double.app.listen({ port: 0, host: '127.0.0.1' });
  // Safe: it listens on TCP.
  return { ...double, port: (double.app.server.address() as AddressInfo).port };
}

async function respond(
  port: number,
  query = '',
  headers: Record<string, string> = {},
  path = STREAM,
): Promise<IncomingMessage> {
  const request = get({ port, path: path + query, headers: { ...asAdmin, ...headers } });
  const [response]: IncomingMessage[] = await once(request, 'response');
  assert.ok(response);
  return response;
}

async function follow(
  t: TestContext,
  port: number,
  query = '',
  headers: Record<string, string> = {},
  path = STREAM,
): Promise<Follower> {
  const response = await respond(port, query, headers, path);
  assert.equal(response.statusCode, 200);
  t.after(() => response.destroy());
  return new Follower(response);
}

test('entries come as they are committed, their answers as updates, other sites not at all', async (t) => {
  const { recorder, port } = await served(t);
  const tail = await follow(t, port);
  assert.equal(tail.response.headers['content-type'], 'text/event-stream; charset=utf-8');
  assert.equal(tail.response.headers['cache-control'], 'no-store');
  recorder.commit('elsewhere', [id(9), 'entry']);
  recorder.commit('depot', [id(0), 'entry']);
  const entry = await tail.next();
  assert.deepEqual([entry.id, entry.event], [nth(1), 'entry']);
  assert.equal(JSON.parse(entry.data).occurrence_time, new Date(timeOfId(id(0))).toISOString());
  recorder.commit('depot', [id(0), 'update']);
  const update = await tail.next();
  assert.deepEqual([update.id, update.event], [nth(2), 'update']);
});

test('filters are those of the page', async (t) => {
  const { recorder, port } = await served(t);
  const tail = await follow(
    t,
    port,
    '?actions=Authorize&include=exchange&kinds=exchange&charger_id=CP-1&connector_id=1',
  );
  recorder.commit('depot', [id(0), 'entry'], [id(1), 'entry']);
  const { id: seq, data } = await tail.next();
  assert.equal(seq, nth(2));
  assert.deepEqual(JSON.parse(data).exchange, { id: String(id(1)) });
});

test('a tail across sites follows those that are readable, and ends when those change', async (t) => {
  const { control, recorder, reader, port } = await served(t);
  const yard = { ...DEPOT, id: 'yard', name: 'Yard' };
  control.sites = new Map([
    ['depot', DEPOT],
    ['yard', yard],
  ]);
  const entry = entryAt('2026-01-05T10:00:00Z', 0n, { site: 'yard', action: 'Authorize' });
  reader.entries = [...ENTRIES, entry];
  const tail = await follow(t, port, '?q=x', {}, '/rest/v1/ocpp-logs/stream');
  const only = await follow(t, port, '?site=depot', {}, '/rest/v1/ocpp-logs/stream');
  recorder.commit('yard', [entry.id, 'entry']);
  recorder.commit('depot', [id(0), 'entry']);
  const met = [await tail.next(), await tail.next()].map(({ id: seq, data }) => [
    seq,
    JSON.parse(data).site_name,
  ]);
  assert.deepEqual(met, [
    [among(1, 'yard'), 'Yard'],
    [among(1), DEPOT.name],
  ]);
  assert.equal((await only.next()).id, among(1));
  control.sites = new Map([['depot', DEPOT]]);
  control.changed();
  await assert.rejects(tail.next(), /ended/);
  recorder.commit('depot', [id(1), 'entry']);
  assert.equal((await only.next()).id, among(2));
});

for (const query of [
  'take=1',
  'skip=1',
  'cursor=',
  'sort_order=asc',
  'q=status:',
  'actions=Nope',
  'from=2026-01-01T00:00',
]) {
  test(`?${query} is refused`, async (t) => {
    const { app } = server(t);
    const answer = await app.inject({ url: `/ocpp-logs/site/depot/stream?${query}`, headers: asAdmin });
    assert.equal(answer.statusCode, 400);
    assert.equal(JSON.parse(answer.body).errors[0].parameter, query.split('=')[0]);
  });
}

test('Last-Event-ID goes on behind that change and misses nothing', async (t) => {
  const { recorder, port } = await served(t);
  const before = await follow(t, port);
  await before.until(/alive/);
  recorder.commit('depot', [id(0), 'entry'], [id(1), 'entry']);
  const { id: last } = await before.next();
  before.response.destroy();
  recorder.commit('elsewhere', [id(0), 'entry']);
  recorder.commit('depot', [id(2), 'entry']);
  const tail = await follow(t, port, '', { 'last-event-id': last });
  assert.deepEqual([(await tail.next()).id, (await tail.next()).id], [nth(2), nth(3)]);
  recorder.commit('depot', [id(3), 'entry']);
  assert.equal((await tail.next()).id, nth(4));
});

for (const [name, last, after] of [
  ['older than what is kept', nth(0), nth(0)],
  ['of a change that is not known any more', nth(1), null],
  ['of the future', nth(9), null],
  ['of no change', 'abc', null],
  ['of an earlier version', '101', null],
] as const) {
  test(`a Last-Event-ID that is ${name} gives a gap with a link, then the tail goes on`, async (t) => {
    const { recorder, port, app } = await served(t, { live: { changes: 2 } });
    // Of what it has told nothing of it knows no id.
    const before = await follow(t, port);
    await before.until(/alive/);
    before.response.destroy();
    recorder.commit('depot', [id(0), 'entry'], [id(1), 'entry'], [id(2), 'entry'], [id(3), 'entry']);
    const tail = await follow(t, port, '?actions=Heartbeat', { 'last-event-id': last });
    const gap = await tail.next();
    assert.deepEqual([gap.id, gap.event], [nth(4), 'gap']);
    const { href, ...rest } = JSON.parse(gap.data);
    assert.deepEqual(rest, { after, through: nth(4) });
    const linked = await app.inject({ url: href, headers: asAdmin });
    assert.equal(linked.statusCode, 200, href);
    assert.match(href, /^\/rest\/v1\/ocpp-logs\/site\/depot\?actions=Heartbeat&from=2026-01-09/);
    recorder.commit('depot', [id(4), 'entry']);
    assert.deepEqual([(await tail.next()).id], [nth(5)]);
  });
}

test('a reader that does not read costs no memory and then goes on, or gets a gap', async (t) => {
  const { recorder, reader, port } = await served(t, { live: { changes: 500 } });
  reader.chunk = Buffer.from(`"${'x'.repeat(64 * 1024)}"`);
  const response = await respond(port);
  response.pause();
  const commits = 2_000;
  for (let n = 0; n < commits; n += 1) {
    recorder.commit('depot', [id(0), 'update']);
    await new Promise(setImmediate);
  }
  assert.ok(reader.picks < commits / 2, `${reader.picks} looks for a reader that takes nothing`);
  t.after(() => response.destroy());
  const tail = new Follower(response);
  const met: Event[] = [];
  while (met.at(-1)?.id !== nth(commits)) met.push(await tail.next());
  const gaps = met.filter(({ event }) => event === 'gap');
  assert.ok(gaps.length > 0);
  for (const [place, { id: seq, event }] of met.entries()) {
    const before = ordinalOf(met[place - 1]?.id ?? nth(0));
    if (event === 'gap') assert.ok(ordinalOf(seq) > before);
    else assert.equal(ordinalOf(seq), before + 1);
  }
});

test('a key that is revoked, or a site that is taken from it, ends its tails', async (t) => {
  const { control, key, port, recorder } = await served(t);
  const [first, second] = [await key(), await key()];
  const tails = await Promise.all(
    [first, second].map(({ bearer }) => follow(t, port, '', { authorization: `Bearer ${bearer}` })),
  );
  await control.revokeKey(first.id);
  await assert.rejects(tails[0]?.next() ?? Promise.resolve(), /ended/);
  recorder.commit('depot', [id(0), 'entry']);
  assert.equal((await tails[1]?.next())?.event, 'entry');
  control.sites = new Map([['other', { ...DEPOT, id: 'other' }]]);
  control.changed();
  await assert.rejects(tails[1]?.next() ?? Promise.resolve(), /ended/);
});

test('tails are bounded, and one that ends makes room', async (t) => {
  const { port, app } = await served(t, { tails: 1 });
  const tail = await follow(t, port);
  const url = '/ocpp-logs/site/depot/stream';
  const refused = await app.inject({ url, headers: asAdmin });
  assert.deepEqual([refused.statusCode, refused.headers['retry-after']], [429, '10']);
  tail.response.destroy();
  let status = 429;
  for (let tries = 0; status === 429 && tries < 1_000; tries += 1) {
    const again = await respond(port);
    status = again.statusCode ?? 0;
    again.destroy();
  }
  assert.equal(status, 200);
});

test('one key has at most half of the tails, others the rest', async (t) => {
  const { port, key } = await served(t, { tails: 4 });
  const [one, other] = [await key(), await key()].map(({ bearer }) => ({
    authorization: `Bearer ${bearer}`,
  }));
  const first = await follow(t, port, '', one);
  await follow(t, port, '', one);
  const refused = await respond(port, '', one);
  assert.deepEqual([refused.statusCode, refused.headers['retry-after']], [429, '10']);
  refused.destroy();
  await follow(t, port, '', other);
  first.response.destroy();
  let status = 429;
  for (let tries = 0; status === 429 && tries < 1_000; tries += 1) {
    const again = await respond(port, '', one);
    status = again.statusCode ?? 0;
    again.destroy();
  }
  assert.equal(status, 200);
});

test('a store that fails ends the tail, so that the client comes again with its last event id', async (t) => {
  const { recorder, reader, port } = await served(t);
  const tail = await follow(t, port);
  reader.failure = new Error('away');
  recorder.commit('depot', [id(0), 'entry']);
  await assert.rejects(tail.next(), /ended/);
});

test('shutting down ends every tail', async (t) => {
  const { app, port } = await served(t);
  const tail = await follow(t, port);
  await app.close();
  await assert.rejects(tail.next(), /ended/);
});

test('heartbeats keep the connection open, and move the id behind what the filters left out, not with other sites', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const { recorder, port } = await served(t);
  const tail = await follow(t, port, '?actions=Authorize');
  const alive = (id: string) => `: alive\nid: ${id}\n\n`;
  const begun = `retry: 3000\n${alive(nth(0))}`;
  await tail.until(/: alive/);
  recorder.commit('elsewhere', [id(0), 'entry']);
  t.mock.timers.tick(15_000);
  await tail.until(/(: alive.*){2}/s);
  recorder.commit('depot', [id(0), 'entry']);
  await new Promise(setImmediate);
  t.mock.timers.tick(15_000);
  await tail.until(/(: alive.*){3}/s);
  assert.equal(tail.text, begun + alive(nth(0)) + alive(nth(1)));
});

test('HEAD tells the form and opens nothing', async (t) => {
  const { app } = server(t);
  const answer = await app.inject({ method: 'HEAD', url: '/ocpp-logs/site/depot/stream', headers: asAdmin });
  assert.deepEqual([answer.statusCode, answer.body], [200, '']);
  assert.match(String(answer.headers['content-type']), /^text\/event-stream/);
});

test('only entries that the site keeps are told', async (t) => {
  const { recorder, control, port } = await served(t);
  control.sites = new Map([['depot', { ...DEPOT, retentionDays: 1 }]]);
  const tail = await follow(t, port);
  recorder.commit('depot', [id(0), 'entry']);
  const fresh = entryAt(new Date(NOW).toISOString(), 0n);
  ENTRIES.push(fresh);
  recorder.commit('depot', [fresh.id, 'entry']);
  assert.equal((await tail.next()).id, nth(2));
});
