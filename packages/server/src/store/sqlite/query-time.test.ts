import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEPOT_TIME, entryAt } from '../conformance/entries.ts';
import { QueryTimeError } from '../query-time.ts';
import { openStore, pageOf, put, temporaryFolder } from './fixtures.ts';
import { openReader } from './reader-pool.ts';

const SLOW = new URL('./reader-worker.fixture.ts', import.meta.url);
/** The start of a thread counts too, which takes a busy machine some seconds. */
const QUERY_MS = 15_000;

test('a question that takes too long ends in its thread, and others of that thread do not notice', async (t) => {
  const { folder, writer } = openStore(t, temporaryFolder(t));
  put(writer, 'depot', [entryAt(DEPOT_TIME)]);
  const pool = openReader(folder, { threads: 1, queryMs: QUERY_MS, script: SLOW });
  t.after(() => pool.close());
  await pool.actions([]);
  const late = assert.rejects(pool.page(pageOf('endless')), QueryTimeError);
  assert.equal((await pool.page(pageOf('depot'))).count, 1);
  await late;
  // Heard after the question was given up: no step is made of it any more.
  const [before] = await pool.actions([]);
  assert.ok(Number(before) > 0);
  for (let turn = 0; turn < 10; turn += 1) assert.equal((await pool.page(pageOf('depot'))).count, 1);
  assert.deepEqual(await pool.actions([]), [before]);
  const { reader_queries_given_up_total, reader_threads_replaced_total } = pool.counters();
  assert.deepEqual([reader_queries_given_up_total, reader_threads_replaced_total], [1, 0]);
});

test('sessions that take too long are given up in their thread', async (t) => {
  const { folder, writer } = openStore(t, temporaryFolder(t));
  put(writer, 'depot', [entryAt(DEPOT_TIME)]);
  const pool = openReader(folder, { threads: 1, queryMs: QUERY_MS, script: SLOW });
  t.after(() => pool.close());
  await pool.actions([]);
  const site = { id: 'endless', name: 'Endless', kept: 0 };
  const range = { from: 0, to: DEPOT_TIME, now: DEPOT_TIME, take: 1, after: null };
  const any = { chargers: null, connectors: null, verdicts: null, severities: null, states: null };
  const late = [
    assert.rejects(pool.sessions({ ...any, ...range, sites: [site] }), QueryTimeError),
    assert.rejects(pool.session({ site, entry: 1n, now: DEPOT_TIME }), QueryTimeError),
  ];
  assert.equal((await pool.page(pageOf('depot'))).count, 1);
  await Promise.all(late);
  const [before] = await pool.actions([]);
  assert.ok(Number(before) > 0);
  for (let turn = 0; turn < 10; turn += 1) assert.equal((await pool.page(pageOf('depot'))).count, 1);
  assert.deepEqual(await pool.actions([]), [before]);
});

test('a thread that does not come back is left, and what waited there is asked of another', async (t) => {
  const { folder, writer } = openStore(t, temporaryFolder(t));
  put(writer, 'depot', [entryAt(DEPOT_TIME)]);
  const reports: string[] = [];
  const pool = openReader(folder, {
    threads: 1,
    queryMs: QUERY_MS,
    script: SLOW,
    report: (line) => reports.push(line),
  });
  t.after(() => pool.close());
  await pool.actions([]);
  await assert.rejects(pool.chargers('stuck'), QueryTimeError);
  assert.equal((await pool.page(pageOf('depot'))).count, 1);
  assert.equal(pool.counters().reader_threads_replaced_total, 1);
  assert.equal(reports.length, 1);
});

test('more questions than may wait in a thread are refused at once, and those that wait are answered', async (t) => {
  const { folder, writer } = openStore(t, temporaryFolder(t));
  put(writer, 'depot', [entryAt(DEPOT_TIME)]);
  const pool = openReader(folder, { threads: 1 });
  t.after(() => pool.close());
  const asked = await Promise.allSettled(Array.from({ length: 1_001 }, () => pool.actions([])));
  const refused = asked.filter((each) => each.status === 'rejected');
  assert.equal(refused.length, 1);
  assert.equal(refused[0]?.reason.code, 'STORE_UNAVAILABLE');
});
