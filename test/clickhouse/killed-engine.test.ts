/** The engine's process is killed while it inserts, and after it has: nothing is lost, nothing is there twice. */

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Parameters } from '../../packages/server/src/store/clickhouse/parameters.ts';
import { Connection } from '../../packages/server/src/store/clickhouse/sql.ts';
import { migrate } from '../../packages/server/src/store/clickhouse/start.ts';
import { DEPOT_TIME, entryAt, wireOf } from '../../packages/server/src/store/conformance/entries.ts';
import { StoreUnavailableError } from '../../packages/server/src/store/unavailable.ts';
import { openNode, shipAll } from './fixtures.ts';
import { startEngine } from './running-engine.ts';

/** One batch of this many takes the engine long enough to be killed in the midst of it. */
const BATCH = 5_000;

async function number(connection: Connection, sql: string): Promise<number> {
  const [n = Number.NaN] = await connection.rows(sql, new Parameters(), (row) => row.number());
  return n;
}

test('an engine that is killed in the midst of an insert, or just after it, has each entry once when it is back', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'olk-killed-'));
  const stored = join(root, 'engine');
  await mkdir(join(root, 'node'));
  let engine = await startEngine(stored);
  const { url } = engine;
  const connection = new Connection({ url, database: 'killed', requestTimeout: 60_000 });
  await migrate(connection);
  const node = openNode(join(root, 'node'), connection);
  t.after(async () => {
    await engine.kill();
    await node.close();
    await connection.close();
    await rm(root, { recursive: true, force: true });
  });
  let written = 0;
  const put = (n: number): void => {
    const changes = Array.from({ length: n }, () => {
      written += 1;
      const messageId = `m${written}`;
      const request = wireOf(`[2,"${messageId}","DataTransfer",{"data":"${'x'.repeat(200)}"}]`);
      return { slot: { id: null }, entry: entryAt(DEPOT_TIME + written, { messageId, request }) };
    });
    node.writer.apply('depot', changes);
    node.writer.commit();
  };
  const restart = async (silent: boolean) => {
    await engine.kill();
    engine = await startEngine(stored, url, silent);
  };
  const sizes: number[] = [];
  for (const when of ['begun', 'stored', 'begun', 'stored'] as const) {
    await restart(when === 'stored');
    put(BATCH);
    const shipped = node.shipper.ship();
    // It is heard of where it is waited for, below.
    shipped.catch(() => undefined);
    await engine.said(when);
    await engine.kill();
    await assert.rejects(shipped, StoreUnavailableError);
    assert.equal(node.outbox.waiting().changes, BATCH, 'kept until it is acknowledged');
    await restart(false);
    sizes.push(await number(connection, 'SELECT count() FROM killed.entry'));
    put(7);
    await shipAll(node);
    assert.equal(await number(connection, 'SELECT count() FROM killed.entry FINAL'), written);
    assert.equal(await number(connection, 'SELECT uniqExact(id) FROM killed.entry'), written);
  }
  assert.deepEqual(node.outbox.waiting(), { changes: 0, oldest: null });
  t.diagnostic(`stored after each kill: ${sizes.join(', ')}`);
  const bytes = await number(
    connection,
    `SELECT toUInt64(countIf(position(request, '"m' || toString(toUInt64(bitShiftRight(id, 21)) - ${DEPOT_TIME}) || '"') = 0)) FROM killed.entry FINAL`,
  );
  assert.equal(bytes, 0, 'each with its own text');
  await connection.run('OPTIMIZE TABLE killed.entry FINAL');
  assert.equal(await number(connection, 'SELECT count() FROM killed.entry'), written);
});
