/** The program itself: once an erasure is done, no file of the engine holds what was erased, though it was killed meanwhile. */

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ADMIN_TOKEN, eventually, type RunningServer, startServer } from '../e2e/running-server.ts';
import { filesWith } from './engine-files.ts';
import { startEngine } from './running-engine.ts';

const DATABASE = 'erased_parts';
const TAG = '04A2B3C4D5';
const ENTRIES = 40;
const bearer = { authorization: `Bearer ${ADMIN_TOKEN}` };

interface Erasure {
  readonly id: string;
  readonly state: string;
  readonly entries: number;
  readonly report: { readonly clickhouse: Engine | null } | null;
}

interface Engine {
  readonly state: string;
  readonly months: readonly string[];
  readonly rows_left: number | null;
  readonly parts_left: readonly string[];
  readonly detached_parts: readonly string[] | null;
  readonly problem: string | null;
}

async function post(to: RunningServer, path: string, type: string, body: string): Promise<Response> {
  const headers = { ...bearer, 'content-type': type };
  return fetch(`${to.url}/rest/v1/${path}`, { method: 'POST', headers, body });
}

/** February and March; of each ten entries one has the id tag. */
const LINES = Array.from({ length: ENTRIES }, (_, n) =>
  JSON.stringify({
    charger_id: 'CP1',
    occurrence_time: new Date(Date.UTC(2026, n % 2 === 0 ? 1 : 2, 5, 0, 0, n)).toISOString(),
    direction: 'station_to_csms',
    frame: [2, `m${n}`, 'Authorize', { idTag: n % 5 === 0 ? TAG : `OTHER${n}` }],
  }),
).join('\n');

test('when an erasure is done no file of the engine holds the id tag, though the engine was killed as it was to merge', {
  timeout: 280_000,
}, async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'olk-erased-parts-'));
  const [stored, folder] = [join(root, 'engine'), join(root, 'node')];
  await mkdir(folder);
  let engine = await startEngine(stored);
  const { url } = engine;
  let server: RunningServer | null = null;
  t.after(async () => {
    await server?.stop('SIGKILL');
    await engine.kill();
    await rm(root, { recursive: true, force: true });
  });
  const ask = async (sql: string): Promise<string> => {
    const answer = await fetch(url, { method: 'POST', body: sql });
    assert.equal(answer.status, 200, await answer.clone().text());
    return (await answer.text()).trim();
  };
  const config = JSON.stringify({
    sites: [{ id: 'depot', retention_days: 3650 }],
    store: { clickhouse: { url, database: DATABASE, spool_min_free_bytes: 0 } },
  });
  server = await startServer({ folder, config });
  const running = server;
  assert.equal((await post(running, 'ocpp-logs/site/depot', 'application/x-ndjson', LINES)).status, 200);
  await eventually(
    async () => {
      const body = `SELECT uniqExact(id) FROM ${DATABASE}.entry WHERE kind = 'exchange'`;
      const answer = await fetch(url, { method: 'POST', body });
      return (await answer.text()).trim();
    },
    (entries) => entries === String(ENTRIES),
  );
  assert.equal(
    await ask(
      `SELECT extract(engine_full, 'old_parts_lifetime = \\\\d+') FROM system.tables WHERE database = '${DATABASE}' AND name = 'entry'`,
    ),
    'old_parts_lifetime = 60',
  );
  await ask(`ALTER TABLE ${DATABASE}.entry MODIFY SETTING old_parts_lifetime = 1`);
  // Of months of which the folder holds nothing: one that has expired, and one that was deleted.
  const later = (to: number) => BigInt(to - Date.UTC(2026, 1, 5)) << 21n;
  const copied = (to: number, expires: string) =>
    `INSERT INTO ${DATABASE}.entry SELECT * REPLACE (toUInt64(toInt64(id) + ${later(to)}) AS id, ${expires} AS expires)
     FROM ${DATABASE}.entry WHERE action = 'Authorize' AND request LIKE '%"m0"%' LIMIT 1`;
  // Until the engine ends, so that what has expired is there when it is looked for.
  await ask(`SYSTEM STOP TTL MERGES ${DATABASE}.entry`);
  await ask(copied(Date.UTC(2026, 6, 5), 'expires'));
  await ask(`DELETE FROM ${DATABASE}.entry WHERE toYYYYMM(at) = 202607`);
  await ask(copied(Date.UTC(2010, 1, 5), "toDateTime('2020-03-01 00:00:00', 'UTC')"));
  assert.ok(filesWith(stored, TAG).length >= 4, 'it is found where it is');

  const asked = await post(
    running,
    'erasures',
    'application/json',
    JSON.stringify({ site: 'depot', id_tag: TAG }),
  );
  assert.equal(asked.status, 202, await asked.clone().text());
  const { id } = (await asked.json()) as Erasure;
  const erasure = async () => (await (await running.get(`/rest/v1/erasures/${id}`)).json()) as Erasure;
  await engine.said('merging');
  await engine.kill();
  const under = await eventually(erasure, ({ report }) => report?.clickhouse?.problem !== null);
  assert.equal(under.state, 'shipping');
  const { state, months, rows_left, problem } = under.report?.clickhouse ?? assert.fail();
  assert.deepEqual(
    { state, months, problem },
    {
      state: 'merging',
      months: ['2010-02', '2026-02', '2026-03', '2026-07'],
      problem: 'ClickHouse is away, or takes too long',
    },
  );
  assert.ok(Number(rows_left) >= 10, `${rows_left}`);
  assert.ok(filesWith(stored, TAG).length > 0);
  await eventually(
    async () => {
      const text = await (await running.get('/metrics')).text();
      return Number(/^ocpp_logs_shipped_erasure_failures_total (\d+)$/m.exec(text)?.[1]);
    },
    (failures) => failures > 0,
  );

  engine = await startEngine(stored, url);
  for (;;) {
    const { state, report, entries } = await erasure();
    if (state === 'done') {
      assert.equal(entries, ENTRIES / 5);
      assert.deepEqual(report?.clickhouse, {
        state: 'done',
        months: ['2010-02', '2026-02', '2026-03', '2026-07'],
        rows_left: 0,
        parts_left: [],
        detached_parts: [],
        problem: null,
      });
      break;
    }
    assert.equal(state, 'shipping');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.deepEqual(filesWith(stored, TAG), []);
  // Ids, not rows: calls that time out meanwhile are there once more until their parts are merged, without the id tag.
  const inParts = `SELECT uniqExact(id), countIf(position(concat(request, answer, fields, head), '${TAG.slice(0, 5)}' || '${TAG.slice(5)}') > 0)`;
  assert.equal(
    await ask(`${inParts} FROM ${DATABASE}.entry WHERE kind = 'exchange' SETTINGS apply_deleted_mask = 0`),
    `${ENTRIES}\t0`,
  );
  assert.equal(await running.stop(), 0);
  server = null;
});
