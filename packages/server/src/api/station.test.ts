import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asAdmin, DAY, DEPOT, entryAt, NOW, server } from './fixtures.ts';

const URL = '/sites/depot/chargers/CP-1';

test('a station that nobody has seen is not there', async (t) => {
  const { app } = server(t);
  assert.equal((await app.inject({ url: URL, headers: asAdmin })).statusCode, 404);
});

test('what is told of the range adds up to the range, which ends now at the latest', async (t) => {
  const { app, reader } = server(t);
  reader.entries = [entryAt('2026-01-05T10:00:00Z', 0n), entryAt('2026-01-05T11:00:00Z', 0n)];
  const told = async (query: string) =>
    JSON.parse((await app.inject({ url: `${URL}${query}`, headers: asAdmin })).body);
  const day = await told(`?${DAY}`);
  assert.deepEqual([day.from, day.to], ['2026-01-05T00:00:00.000Z', '2026-01-06T00:00:00.000Z']);
  const [first, last] = ['2026-01-05T10:00:00.000Z', '2026-01-05T11:00:00.001Z'];
  assert.deepEqual(day.coverage.segments, [
    { from: day.from, to: first, state: 'blind' },
    { from: first, to: last, state: 'heard' },
    { from: last, to: day.to, state: 'blind' },
  ]);
  assert.equal(day.first_seen, '2026-01-05T10:00:00.000Z');
  assert.equal(day.complete, true);
  const latest = await told('?from=2026-01-10&to=2026-02-01');
  assert.equal(latest.to, new Date(NOW).toISOString());
  const usual = await told('');
  assert.equal(Date.parse(usual.to) - Date.parse(usual.from), 86_400_000);
});

test('only so many calls are looked at, and the answer says that there were more', async (t) => {
  const { app, reader } = server(t);
  reader.entries = Array.from({ length: 20_001 }, (_, place) =>
    entryAt('2026-01-05T10:00:00Z', BigInt(place)),
  );
  const { body } = await app.inject({ url: `${URL}?${DAY}`, headers: asAdmin });
  const { complete, answer_times, coverage } = JSON.parse(body);
  assert.equal(complete, false);
  assert.deepEqual([answer_times.complete, answer_times.entries], [false, 20_000]);
  assert.equal(coverage.complete, true);
});

test('a range that is none, or is written wrongly, is refused', async (t) => {
  const { app } = server(t);
  for (const query of ['from=2026-01-06&to=2026-01-05', 'from=x', 'from=2027-01-01', 'q=1']) {
    const answer = await app.inject({ url: `${URL}?${query}`, headers: asAdmin });
    assert.equal(answer.statusCode, 400, query);
  }
  const late = await app.inject({ url: `${URL}?from=2027-01-01`, headers: asAdmin });
  assert.deepEqual(
    late.json().errors.map(({ parameter }: { parameter: string }) => parameter),
    ['from'],
  );
});

test('it says whether the caller can call the station, and why not', async (t) => {
  const station = {
    version: '1.6',
    call: () => Promise.reject(new Error('nothing is called here')),
  } as const;
  const { app, reader, control, key } = server(t, {
    csms: { connected: (_, id) => (id === 'CP-1' ? station : null) },
  });
  reader.entries = [
    entryAt('2026-01-05T10:00:00Z', 0n),
    entryAt('2026-01-05T10:00:00Z', 1n, { charger: 'CP-2' }),
  ];
  const commands = async (charger: string, headers: Record<string, string> = asAdmin) =>
    JSON.parse((await app.inject({ url: `/sites/depot/chargers/${charger}`, headers })).body).commands;
  assert.deepEqual(await commands('CP-1'), { state: 'ready', version: '1.6' });
  assert.deepEqual(await commands('CP-2'), { state: 'not-connected', version: null });
  const reading = { authorization: `Bearer ${(await key()).bearer}` };
  assert.deepEqual(await commands('CP-1', reading), { state: 'role', version: null });
  control.sites = new Map([['depot', { ...DEPOT, upstream: 'wss://csms.example/{charger}' }]]);
  assert.deepEqual(await commands('CP-1'), { state: 'passed-on', version: null });
});
