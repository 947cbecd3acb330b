/** What is counted ahead is what entries tell, whatever changed them, and is what questions are answered from. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { keepLonger } from '../../packages/server/src/store/clickhouse/keep-longer.ts';
import { OldRowsOfEngine } from '../../packages/server/src/store/clickhouse/old-rows.ts';
import { Parameters } from '../../packages/server/src/store/clickhouse/parameters.ts';
import { removeExpired } from '../../packages/server/src/store/clickhouse/retention.ts';
import { rolledRuns } from '../../packages/server/src/store/clickhouse/rolled-days.ts';
import { Connection } from '../../packages/server/src/store/clickhouse/sql.ts';
import { entryAt, wireOf } from '../../packages/server/src/store/conformance/entries.ts';
import { erasedTagsOf, formsOf } from '../../packages/server/src/store/erasure.ts';
import type { SiteRetention } from '../../packages/server/src/store/retention.ts';
import { rollAll, shipAll } from './fixtures.ts';
import { HttpEngine } from './http-engine.ts';
import {
  ASKED,
  assertSame,
  BEGIN,
  count,
  DAY,
  DAYS,
  emptied,
  filled,
  filter,
  HOUR,
  type Rig,
  told,
  using as usingOf,
  write,
} from './rolled-log.ts';

const http = new HttpEngine();
let url = '';
before(async () => {
  url = await http.listen();
});
after(() => http.close());
const using = (work: (rig: Rig) => Promise<void>) => usingOf(http, url, work);

async function numbers(connection: Connection, sql: string): Promise<readonly number[]> {
  return connection.rows(sql, new Parameters(), (row) => row.number());
}

/** Days since the first, of which what was counted may be used. */
async function usable({ connection }: Rig, site: string): Promise<readonly number[]> {
  const runs = (await rolledRuns(connection, [filter(site)])).get(site) ?? [];
  return runs.flatMap(({ first, end }) =>
    Array.from({ length: end - first }, (_, at) => first + at - BEGIN / DAY),
  );
}
type Told = Awaited<ReturnType<typeof told>>;
const ALL_DAYS = Array.from({ length: DAYS }, (_, day) => day);
const without = (...days: readonly number[]) => ALL_DAYS.filter((day) => !days.includes(day));

test('whole days are told without their entries, and the rest of a range by them', () =>
  using(async (rig) => {
    await filled(rig, 'depot', 'yard');
    await rollAll(rig.connection);
    await assertSame(rig, ['depot', 'yard'], ASKED);
    const asked = [
      [filter('depot'), filter('yard')],
      [filter('depot', { kinds: ['exchange'] })],
      [filter('depot', { from: BEGIN + DAY, to: BEGIN + 3 * DAY })],
    ];
    const before = [];
    for (const filters of asked) before.push(await told(rig.connection, filters));
    const part = [filter('depot', { from: BEGIN + HOUR, to: BEGIN + 3 * DAY })];
    const whole = await count(rig.connection, [filter('depot', { from: BEGIN + DAY, to: BEGIN + 3 * DAY })]);
    await emptied(rig);
    const hourly = (all: Told) => ({
      ...all,
      histograms: all.histograms.slice(1),
    });
    for (const [at, filters] of asked.entries()) {
      const now: Told = await told(rig.connection, filters);
      const known: Told | undefined = before[at];
      assert.ok(known !== undefined && known.count > 0);
      assert.deepEqual(hourly(now), hourly(known));
      assert.deepEqual(now.histograms[0]?.bins, [], 'quarters of an hour are not counted ahead');
    }
    assert.equal(await count(rig.connection, part), whole, 'the first day is asked for in part');
    assert.ok((await count(rig.connection, [filter('depot', { chargers: ['CP1'] })])) > 0);
  }));

test('a batch that is shipped again changes no count, under its token or another one', () =>
  using(async (rig) => {
    let again: {
      readonly table: string;
      readonly lines: readonly Uint8Array[];
      readonly token: string;
    } | null = null;
    const { insert } = rig.connection;
    const columns: string[] = [];
    rig.connection.insert = async (table, names, lines, token) => {
      if (table.endsWith('.entry')) {
        again = { table, lines, token };
        columns.splice(0, columns.length, ...names);
      }
      await insert.call(rig.connection, table, names, lines, token);
    };
    await filled(rig, 'depot');
    rig.connection.insert = insert;
    await rollAll(rig.connection);
    const before = await told(rig.connection, [filter('depot')]);
    assert.ok(again !== null);
    const { table, lines, token } = again as { table: string; lines: readonly Uint8Array[]; token: string };
    // Safe: these are the columns that were shipped.
    const names = columns as [string, ...string[]];
    await rig.connection.insert(table, names, lines, token);
    assert.deepEqual(await usable(rig, 'depot'), ALL_DAYS, 'nothing was added');
    await rig.connection.insert(table, names, lines, `${token} again`);
    assert.deepEqual(await usable(rig, 'depot'), [], 'rows were added, though they are the same');
    assert.deepEqual(await told(rig.connection, [filter('depot')]), before);
    await rollAll(rig.connection);
    assert.deepEqual(await usable(rig, 'depot'), ALL_DAYS);
    assert.deepEqual(await told(rig.connection, [filter('depot')]), before);
  }));

test('an entry that is replaced, and one that comes late, are told at once, and the other days as before', () =>
  using(async (rig) => {
    const [replaced] = await filled(rig, 'depot');
    await rollAll(rig.connection);
    const before = await count(rig.connection, [filter('depot')]);
    assert.ok(replaced !== undefined);
    const late = { ...replaced.entry, outcome: 'late' as const, fields: {}, charger: 'CP9' };
    await write(rig, 'depot', [{ slot: replaced.slot, entry: late }]);
    assert.deepEqual(await usable(rig, 'depot'), without(0));
    await assertSame(rig, ['depot']);
    await write(rig, 'depot', [{ slot: { id: null }, entry: entryAt(BEGIN + 3 * DAY + HOUR + 500) }]);
    assert.deepEqual(await usable(rig, 'depot'), without(0, 3));
    assert.equal(await count(rig.connection, [filter('depot')]), before + 1);
    await assertSame(rig, ['depot']);
    await rollAll(rig.connection);
    assert.deepEqual(await usable(rig, 'depot'), ALL_DAYS);
    await assertSame(rig, ['depot']);
    assert.equal(await count(rig.connection, [filter('depot')]), before + 1);
    assert.equal(await count(rig.connection, [filter('depot', { chargers: ['CP9'] })]), 1);
  }));

test('what was erased is in no count any more, and its month is counted anew without it', () =>
  using(async (rig) => {
    const tag = '04A2B3C4D5';
    const key = new Uint8Array(32).fill(4);
    const of = { action: 'Authorize', fields: { request_status: tag } };
    const request = wireOf(`[2,"m","Authorize",{"idTag":"${tag}","status":"${tag}"}]`);
    await filled(rig, 'depot');
    await write(rig, 'depot', [{ slot: { id: null }, entry: entryAt(BEGIN + 2 * DAY, { ...of, request }) }]);
    await rollAll(rig.connection);
    const { database } = rig.connection;
    const holding = () =>
      numbers(
        rig.connection,
        `SELECT countIf(position(toString(by_told), '${tag}') > 0) FROM ${database}.rolled_day`,
      );
    assert.deepEqual(await holding(), [1]);
    const tags = erasedTagsOf(key, 'depot', [{ replacement: 'erased-1', forms: formsOf(key, 'depot', tag) }]);
    let ended = false;
    rig.node.writer.erase({
      id: 'e',
      site: 'depot',
      entry: (text) => tags.entry(text),
      name: (name) => tags.text(name),
      occurrences: (text) => tags.occurrences(text),
      dry: false,
      onProgress: (progress) => {
        ended = progress.ended;
      },
    });
    while (!ended) rig.node.writer.maintain(Date.now(), new Map());
    await shipAll(rig.node);
    assert.deepEqual(await usable(rig, 'depot'), without(2));
    const statuses = async () => {
      const { facets } = await told(rig.connection, [filter('depot')]);
      return facets.facets.find(({ field }) => field === 'status')?.values.map(({ value }) => value);
    };
    assert.ok(!(await statuses())?.includes(tag));
    await assertSame(rig, ['depot']);
    await dropsCounts(rig, '202604');
    assert.deepEqual(await holding(), [0]);
    await rollAll(rig.connection);
    await assertSame(rig, ['depot']);
    assert.deepEqual(await holding(), [0]);
  }));

/** Each day is marked before: a question that knows them as counted may be answered by a replica that has them no more. */
async function dropsCounts(rig: Rig, month: string): Promise<void> {
  const { connection } = rig;
  const days = await usable(rig, 'depot');
  const others = days.filter(
    (day) => new Date(BEGIN + day * DAY).getUTCMonth() !== Number(month.slice(4)) - 1,
  );
  assert.ok(others.length > 0 && others.length < days.length);
  const { run } = connection;
  connection.run = async (sql, ...with_) => {
    if (/DROP PARTITION/.test(sql)) assert.deepEqual(await usable(rig, 'depot'), others);
    await run.call(connection, sql, ...with_);
  };
  try {
    await new OldRowsOfEngine(connection, null).dropCounts(month);
  } finally {
    connection.run = run;
  }
}

test('on a cluster a count is used once each replica that is asked has it', () =>
  using(async (rig) => {
    await filled(rig, 'depot');
    const { connection } = rig;
    const { database } = connection;
    const ofCluster = new Connection({ url: rig.url, database, cluster: 'main' });
    const used = () => usable({ ...rig, connection: ofCluster }, 'depot');
    const made = async (ago: string) => {
      await connection.run(`DROP TABLE IF EXISTS ${database}.earlier`);
      await connection.run(
        `CREATE TABLE ${database}.earlier ENGINE = Memory AS
         SELECT * REPLACE (now64(6, 'UTC') - INTERVAL ${ago} AS made) FROM ${database}.rolled_day FINAL`,
      );
      await connection.run(`TRUNCATE TABLE ${database}.rolled_day`);
      await connection.run(`INSERT INTO ${database}.rolled_day SELECT * FROM ${database}.earlier`);
    };
    try {
      await rollAll(connection);
      assert.deepEqual([await used(), await usable(rig, 'depot')], [[], ALL_DAYS]);
      await made('9 MINUTE');
      assert.deepEqual(await used(), []);
      await made('11 MINUTE');
      assert.deepEqual(await used(), ALL_DAYS);
    } finally {
      await ofCluster.close();
    }
  }));

test('what retention removes of each level, and of a whole site, is in no count', () =>
  using(async (rig) => {
    await filled(rig, 'depot', 'yard');
    await rollAll(rig.connection);
    const before = await count(rig.connection, [filter('depot')]);
    const now = BEGIN + DAYS * DAY;
    const kept = new Map<string, SiteRetention>([['depot', { days: 7, info: 4, debug: 2 }]]);
    const statements = http.statements.length;
    assert.ok(await removeExpired(rig.connection, null, now, kept));
    const asked = http.statements
      .slice(statements)
      .map((sql) => /^(INSERT INTO \S+|DELETE)/.exec(sql.trim())?.[1]);
    assert.deepEqual(
      asked.filter((each) => each !== undefined),
      [`INSERT INTO ${rig.connection.database}.changed_day`, 'DELETE'],
    );
    assert.deepEqual(await usable(rig, 'depot'), [6, 7]);
    assert.deepEqual(await usable(rig, 'yard'), ALL_DAYS);
    const left = await count(rig.connection, [filter('depot')]);
    assert.ok(left > 0 && left < before, `${left} of ${before}`);
    await assertSame(rig, ['depot', 'yard']);
    await rollAll(rig.connection);
    await assertSame(rig, ['depot', 'yard']);
    assert.equal(await count(rig.connection, [filter('depot')]), left);

    await removeExpired(rig.connection, null, now + 30 * DAY, new Map([['yard', 1]]));
    assert.equal(await count(rig.connection, [filter('yard')]), 0);
    await rollAll(rig.connection);
    assert.equal(await count(rig.connection, [filter('yard')]), 0);
    assert.deepEqual(await usable(rig, 'yard'), ALL_DAYS, 'that nothing is left is known, too');
    await assertSame(rig, ['depot', 'yard']);
    // One of the same name.
    await filled(rig, 'yard');
    assert.equal(await count(rig.connection, [filter('yard')]), before);
  }));

test('a DELETE that is sent and never answered leaves no count of what it may have removed', () =>
  using(async (rig) => {
    await filled(rig, 'depot');
    await rollAll(rig.connection);
    const before = await count(rig.connection, [filter('depot')]);
    http.fault = (sql) => (/^\s*DELETE/.test(sql) ? { when: 'after', answer: 'reset' } : null);
    await assert.rejects(removeExpired(rig.connection, null, BEGIN + 5 * DAY, new Map([['depot', 3]])));
    http.fault = () => null;
    assert.deepEqual(await usable(rig, 'depot'), without(0, 1));
    assert.ok((await count(rig.connection, [filter('depot')])) < before);
    await rollAll(rig.connection, { quietS: 0 });
    assert.deepEqual(await usable(rig, 'depot'), without(0, 1), 'it may go on for long');
    await assertSame(rig, ['depot']);
  }));

test('what expires leaves the counts at that second, and what lives longer than was said is counted anew', () =>
  using(async (rig) => {
    await filled(rig, 'depot');
    const { connection } = rig;
    // Of a row that is gone, one that it replaced would be seen.
    await connection.run(`SYSTEM STOP TTL MERGES ${connection.database}.entry`);
    const all = await count(connection, [filter('depot')]);
    const dayTwo = `intDiv(bitShiftRight(id, 21), ${DAY}) = ${BEGIN / DAY + 2}`;
    const expire = async (where: string, when: string) =>
      connection.run(
        `INSERT INTO ${connection.database}.entry SELECT * REPLACE (version + 1 AS version, ${when} AS expires)
         FROM ${connection.database}.entry FINAL WHERE ${where}`,
      );
    const [ofDay = 0] = await numbers(
      connection,
      `SELECT count() FROM ${connection.database}.entry FINAL WHERE ${dayTwo}`,
    );
    const [soon = 0] = await numbers(connection, 'SELECT toUInt64(toUnixTimestamp(now()) + 8)');
    await expire(dayTwo, `toDateTime(${soon}, 'UTC')`);
    await rollAll(connection);
    assert.deepEqual(await usable(rig, 'depot'), ALL_DAYS);
    assert.equal(await count(connection, [filter('depot')]), all);
    for (
      let now = 0;
      now < soon;
      [now = 0] = await numbers(connection, 'SELECT toUInt64(toUnixTimestamp(now()))')
    );
    assert.deepEqual(await usable(rig, 'depot'), without(2));
    assert.equal(await count(connection, [filter('depot')]), all - ofDay);
    await assertSame(rig, ['depot']);
    await rollAll(connection);
    assert.deepEqual(await usable(rig, 'depot'), without(2), 'it is counted once all of the day has expired');

    assert.deepEqual(await keepLonger(connection, null, new Map([['depot', 0]])), ['depot']);
    assert.deepEqual(await usable(rig, 'depot'), without(2));
    assert.equal(await count(connection, [filter('depot')]), all, 'it was not removed yet');
    await rollAll(connection);
    assert.deepEqual(await usable(rig, 'depot'), ALL_DAYS);
    await assertSame(rig, ['depot']);
  }));
