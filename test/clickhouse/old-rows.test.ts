/** What is looked for before and after merges because of an erasure: each row once, and none that was deleted later. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { OldRowsOfEngine } from '../../packages/server/src/store/clickhouse/old-rows.ts';
import { Parameters } from '../../packages/server/src/store/clickhouse/parameters.ts';
import { ENGINE_BEGINS } from '../../packages/server/src/store/erasure.ts';
import { HttpEngine } from './http-engine.ts';
import { filled, using } from './rolled-log.ts';

const TASK = { erasure: 'e', site: 'depot', number: 1, last: 0, at: 0, told: ENGINE_BEGINS };
const MONTH = '202604';

const http = new HttpEngine();
let url = '';
before(async () => {
  url = await http.listen();
});
after(() => http.close());

test('rows are counted once whatever they are, and what is deleted after the first look does not matter', () =>
  using(http, url, async (rig) => {
    await filled(rig, 'depot', 'yard');
    const { connection } = rig;
    const idOf = new Parameters();
    const ids = await connection.rows(
      `SELECT toString(id) FROM ${connection.database}.entry WHERE site = 'depot' ORDER BY entry.id LIMIT 5`,
      idOf,
      (row) => BigInt(row.text()),
    );
    const [old, oldAndDeleted, deleted, deletedLater, oldAndDeletedLater] = ids;
    const remove = async (...some: readonly (bigint | undefined)[]) => {
      const bound = new Parameters();
      const which = bound.ids(some.map((id) => id ?? assert.fail()));
      await connection.run(
        `DELETE FROM ${connection.database}.entry WHERE site = 'depot' AND id IN ${which}`,
        bound,
      );
    };
    const erased = {
      *ids() {
        for (const id of [old, oldAndDeleted, oldAndDeletedLater])
          yield { below: Number.MAX_SAFE_INTEGER, ids: [id ?? assert.fail()] };
      },
    };
    const rows = new OldRowsOfEngine(connection, null);
    const look = async (held: ReadonlySet<string> | null) => {
      const found = await rows.of(TASK, erased, held);
      return { ...found, sum: found.left.get(MONTH) };
    };
    await remove(oldAndDeleted, deleted);
    const first = await look(null);
    assert.deepEqual([first.sum, first.ofSite, first.parts.size > 0], [4, 2, true]);

    // Into the same parts: these are to be merged anyhow.
    const again = await look(first.parts);
    assert.deepEqual([again.sum, again.ofSite], [4, 2]);

    await rows.merge(MONTH);
    await remove(deletedLater, oldAndDeletedLater);
    const later = await look(first.parts);
    assert.deepEqual([later.sum, later.ofSite], [2, 0], 'old rows are there still, though deleted');
    const anew = await look(null);
    assert.deepEqual([anew.sum, anew.ofSite], [3, 2]);
    const expired = await rows.of({ ...TASK, at: 2 ** 32 * 1000 }, erased, first.parts);
    assert.ok(expired.ofSite > 3, 'what had expired matters wherever it is');
  }));

test('all that an erasure asks of a cluster is SQL, for all replicas of it, with its values bound', () =>
  using(http, url, async ({ connection }) => {
    const sent: { readonly sql: string; readonly bound: Parameters }[] = [];
    const { run, rows } = connection;
    connection.run = async (sql, bound = new Parameters()) => {
      sent.push({ sql, bound });
    };
    connection.rows = async (sql, bound) => {
      sent.push({ sql, bound });
      return [];
    };
    try {
      const engine = new OldRowsOfEngine(connection, 'main');
      const erased = {
        *ids() {
          yield { below: 7, ids: [1n] };
        },
      };
      await engine.of({ ...TASK, site: "o'hare" }, erased, null);
      await engine.merge(MONTH);
      await engine.dropCounts(MONTH);
      await engine.inactive();
      await engine.detached(new Set([MONTH]));
      await assert.rejects(engine.merge("2026' DROP"), RangeError);
      await assert.rejects(engine.dropCounts("2026' DROP"), RangeError);
    } finally {
      Object.assign(connection, { run, rows });
    }
    const { database } = connection;
    const everywhere = (table: string) => `clusterAllReplicas(main, ${table})`;
    assert.deepEqual(
      sent.map(
        ({ sql }) =>
          /INSERT INTO \S+|OPTIMIZE TABLE \S+|ALTER TABLE \S+|SYSTEM WAIT LOADING PARTS|clusterAllReplicas\([^)]*\)/.exec(
            sql,
          )?.[0],
      ),
      [
        everywhere(`${database}.entry_local`),
        everywhere(`${database}.entry_local`),
        `OPTIMIZE TABLE ${database}.entry_local`,
        `INSERT INTO ${database}.changed_day`,
        `ALTER TABLE ${database}.rolled_day_local`,
        'SYSTEM WAIT LOADING PARTS',
        everywhere('system.parts'),
        everywhere('system.detached_parts'),
      ],
    );
    for (const { sql, bound } of sent) {
      if (!/^(?:SELECT|INSERT)/.test(sql)) assert.match(sql, / ON CLUSTER main /);
      assert.doesNotMatch(sql, /hare/);
      await connection.run(`EXPLAIN AST ${sql}`, bound);
      await assert.rejects(
        connection.run(`EXPLAIN AST ${sql} and more and`, bound),
        /SYNTAX_ERROR|Syntax error/,
      );
    }
  }));
