import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { DEPOT_TIME, entryAt } from '../conformance/entries.ts';
import { parsed } from '../conformance/searches.ts';
import { StoreUnavailableError } from '../unavailable.ts';
import { everything, openStore, pageOf, put, temporaryFolder } from './fixtures.ts';
import { openReader, type ReaderPool } from './reader-pool.ts';
import { finished } from './steps.ts';

const RENDERING = { siteName: 'depot', exchange: false, raw: false };

function openPool(
  t: TestContext,
  folder: string,
): { pool: ReaderPool; workers: Worker[]; reports: string[] } {
  const workers: Worker[] = [];
  const reports: string[] = [];
  const add = (worker: Worker) => workers.push(worker);
  process.on('worker', add);
  const pool = openReader(folder, { threads: 1, report: (message) => reports.push(message) });
  t.after(async () => {
    process.off('worker', add);
    await pool.close();
  });
  return { pool, workers, reports };
}

test('reading threads answer as the reader itself does', async (t) => {
  const { folder, writer, reader } = openStore(t, temporaryFolder(t));
  const entries = Array.from({ length: 3000 }, (_, n) =>
    entryAt(DEPOT_TIME + n * 1000, { messageId: `${n}` }),
  );
  const slots = put(writer, 'depot', entries);
  writer.seal('depot');
  const { pool } = openPool(t, folder);
  assert.deepEqual(await pool.page(pageOf('depot')), reader.page(pageOf('depot')));
  assert.deepEqual(await pool.chargers('depot'), reader.chargers('depot'));
  assert.deepEqual(await pool.actions(['depot']), ['StatusNotification']);
  const ids = slots.slice(5, 8).map(({ id }) => id ?? 0n);
  const filter = everything('depot');
  assert.deepEqual(await pool.pick(filter, RENDERING, ids), reader.pick(filter, RENDERING, ids));
  const query = {
    scopes: [{ filter, rendering: RENDERING }],
    order: 'asc',
    format: 'ndjson',
    take: null,
  } as const;
  const chunks: Uint8Array[] = [];
  for await (const chunk of pool.stream(query)) chunks.push(chunk);
  assert.ok(chunks.length > 2);
  assert.deepEqual(
    Buffer.concat(chunks),
    Buffer.concat([...reader.stream(query)].filter((chunk) => chunk !== undefined)),
  );
});

test('a stream that nobody reads further holds nothing, and others go on', async (t) => {
  const { folder, writer } = openStore(t, temporaryFolder(t));
  put(writer, 'depot', [entryAt(DEPOT_TIME), entryAt(DEPOT_TIME)]);
  const { pool } = openPool(t, folder);
  const query = {
    scopes: [{ filter: everything('depot'), rendering: RENDERING }],
    order: 'asc',
    format: 'csv',
    take: null,
  } as const;
  // More than may be open at a time.
  for (let n = 0; n < 1100; n++) {
    for await (const chunk of pool.stream(query)) {
      assert.ok(chunk.length > 0);
      break;
    }
  }
  assert.equal((await pool.page(pageOf('depot'))).count, 2);
  assert.equal(pool.waiting, 0);
});

test('a folder without logs answers with nothing', async (t) => {
  const { pool } = openPool(t, temporaryFolder(t));
  const page = await pool.page(pageOf('depot'));
  assert.deepEqual([page.entries, page.count, page.last, page.more], [0, 0, null, false]);
  assert.deepEqual(await pool.chargers('depot'), []);
});

test('a thread that crashes fails its queries, and the next one starts another', async (t) => {
  const { folder, writer } = openStore(t, temporaryFolder(t));
  put(writer, 'depot', [entryAt(DEPOT_TIME)]);
  const { pool, workers, reports } = openPool(t, folder);
  assert.equal((await pool.page(pageOf('depot'))).count, 1);
  const [worker] = workers;
  assert.ok(worker !== undefined);
  const ended = worker.terminate();
  // The thread runs no more, but nobody has been told yet.
  await assert.rejects(pool.page(pageOf('depot')), StoreUnavailableError);
  await ended;
  assert.equal((await pool.page(pageOf('depot'))).count, 1);
  assert.match(reports.join('\n'), /the next query starts another/);
});

test('a question whose asker has gone is given up, and others are answered meanwhile', async (t) => {
  const { folder, writer } = openStore(t, temporaryFolder(t));
  const entries = Array.from({ length: 4000 }, (_, n) => entryAt(DEPOT_TIME + n * 1000));
  put(writer, 'depot', entries);
  const { pool } = openPool(t, folder);
  const search = { ...pageOf('depot', { query: parsed('payload:nowhere') }), take: 1 };
  const gone = new AbortController();
  const given = pool.page(search, gone.signal);
  const others = [pool.page(pageOf('depot')), pool.page(search)];
  gone.abort();
  await assert.rejects(given, { name: 'AbortError' });
  const [light, heavy] = await Promise.all(others);
  assert.deepEqual([light?.count, heavy?.count, heavy?.countExact], [4000, 0, true]);
  assert.equal(pool.waiting, 0);
  await assert.rejects(pool.facets({ filters: [], fields: [], top: 1 }, gone.signal), { name: 'AbortError' });
});

test('counts by field and by time come from the threads as from the reader', async (t) => {
  const { folder, writer, reader } = openStore(t, temporaryFolder(t));
  put(writer, 'depot', [entryAt(DEPOT_TIME), entryAt(DEPOT_TIME + 5, { action: 'Heartbeat' })]);
  const { pool } = openPool(t, folder);
  const filters = [everything('depot')];
  const facets = { filters, fields: ['action', 'status'] as const, top: 9 };
  assert.deepEqual(await pool.facets(facets), finished(reader.facetsSteps(facets)));
  const histogram = { filters, step: 3_600_000 };
  assert.deepEqual(await pool.histogram(histogram), finished(reader.histogramSteps(histogram)));
});

test('a stream whose reader has gone stops looking, also where nothing is found', async (t) => {
  const { folder, writer } = openStore(t, temporaryFolder(t));
  put(
    writer,
    'depot',
    Array.from({ length: 4000 }, (_, n) => entryAt(DEPOT_TIME + n * 1000)),
  );
  const { pool } = openPool(t, folder);
  const [scope] = pageOf('depot', { query: parsed('payload:nowhere') }).scopes;
  assert.ok(scope);
  const query = { scopes: [scope], order: 'asc', format: 'ndjson', take: null } as const;
  const gone = new AbortController();
  const stream = pool.stream(query, gone.signal);
  const first = stream.next();
  gone.abort();
  assert.deepEqual(await first, { done: true, value: undefined });
  const aborted = pool.stream({ ...query, scopes: pageOf('depot').scopes }, gone.signal);
  assert.deepEqual(await aborted.next(), { done: true, value: undefined });
  assert.equal(pool.waiting, 0);
});
