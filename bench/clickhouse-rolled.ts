/**
 * `node --conditions=source bench/clickhouse-rolled.ts ENTRIES SITES ASKED`: counts, facets and charts of a month in ClickHouse
 * with days that were counted ahead and without, in turns, from two databases that hold the same entries. Each answer
 * is compared. ClickHouse is the library of the tests.
 */

import { deepEqual } from 'node:assert/strict';
import { KINDS } from '@ocpp-logs/core';
import { Parameters } from '../packages/server/src/store/clickhouse/parameters.ts';
import { ClickHouseReader } from '../packages/server/src/store/clickhouse/reader.ts';
import { Rolling } from '../packages/server/src/store/clickhouse/rolling.ts';
import { openSource } from '../packages/server/src/store/clickhouse/source.ts';
import { Connection } from '../packages/server/src/store/clickhouse/sql.ts';
import { migrate } from '../packages/server/src/store/clickhouse/start.ts';
import { type EntryFilter, type EntrySource, FACET_FIELDS } from '../packages/server/src/store/store.ts';
import { forkScript } from './child.ts';
import { cleanUp, temporaryFolder } from './cleanup.ts';
import { madeUp } from './clickhouse-made-up.ts';
import { median, percentile } from './percentile.ts';
import { SEED_FROM, SEED_TO, siteIds } from './seed.ts';
import { count, markdownTable, ms, times } from './table.ts';

const HOUR = 3_600_000;
/** Days are counted at once, however young. */
const NEVER_QUIET_S = -2 * 86_400;

const [entries = 2_000_000, sites = 4, asked = 20] = process.argv.slice(2).map(Number);
interface Store {
  readonly reader: ClickHouseReader;
  readonly source: EntrySource;
}

type Ask = (store: Store, filters: readonly EntryFilter[]) => Promise<unknown>;

const QUESTIONS: readonly (readonly [string, Ask])[] = [
  ['count', ({ source }, filters) => source.count({ filters, only: null })],
  ['histogram of 12 hours', ({ reader }, filters) => reader.histogram({ filters, step: 12 * HOUR })],
  ['facets, all fields', ({ reader }, filters) => reader.facets({ filters, fields: FACET_FIELDS, top: 20 })],
];

/** Each time to another end, so that nothing that was asked before answers. */
function filtersOf(ids: readonly string[], ask: number): readonly EntryFilter[] {
  const to = SEED_TO - (ask + 1) * 61 * 60_000;
  const all = { kinds: KINDS, actions: null, chargers: null, connectors: null, query: null };
  return ids.map((site) => ({ site, from: SEED_FROM, to, ...all }));
}

async function measure(): Promise<void> {
  const ids = siteIds(sites);
  const folder = temporaryFolder();
  const engine = forkScript('../test/clickhouse/engine-process.ts', [], { TMPDIR: folder.path });
  // Safe: engine-process.ts sends this first.
  const { url } = (await engine.next()) as { readonly url: string };
  const [rolled, plain] = ['rolled', 'plain'].map(
    (database) => new Connection({ url, database, queryTime: null, requestTimeout: HOUR }),
  );
  if (rolled === undefined || plain === undefined) throw new Error('there are two databases');
  console.error('filling');
  for (const connection of [rolled, plain]) await migrate(connection);
  await rolled.run(madeUp(rolled.database, entries, sites));
  await plain.run(`INSERT INTO ${plain.database}.entry SELECT * FROM ${rolled.database}.entry`);
  for (const { database } of [rolled, plain]) await plain.run(`OPTIMIZE TABLE ${database}.entry FINAL`);
  console.error('counting ahead');
  const begun = performance.now();
  const rolling = new Rolling({ connection: rolled, node: 'bench', quietS: NEVER_QUIET_S });
  while (await rolling.round());
  const seconds = (performance.now() - begun) / 1000;
  const days = rolling.counts().rolled_days_total;
  const [groups = 0] = await rolled.rows(
    `SELECT toUInt64(sum(length(by_hour) + length(by_station) + length(by_told) + length(by_connector)))
     FROM ${rolled.database}.rolled_day FINAL`,
    new Parameters(),
    (row) => row.number(),
  );
  const bytes = await bytesOf(rolled, 'rolled_day');
  const stores = [plain, rolled].map((connection) => ({
    reader: new ClickHouseReader({ connection }),
    source: openSource(connection),
  }));
  const rows: string[][] = [];
  for (const [name, ask] of QUESTIONS) {
    for (const [of, some] of [
      ['a site', ids.slice(0, 1)],
      ['all sites', ids],
    ] as const) {
      console.error(`${name}, ${of}`);
      const [without = [], with_ = []] = await inTurns(stores, ask, some);
      rows.push([
        `${name}, ${of}`,
        ms(median(without)),
        ms(percentile(without, 0.99)),
        ms(median(with_)),
        ms(percentile(with_, 0.99)),
        times(median(without) / median(with_)),
      ]);
    }
  }
  console.log(
    markdownTable({
      title: `ClickHouse, days counted ahead: ${count(entries)} entries of ${sites} sites in a month`,
      header: ['', 'from entries p50', 'p99', 'counted ahead p50', 'p99', 'faster'],
      rows,
      notes: [
        `${count(days)} days counted in ${seconds.toFixed(1)} s, ${ms((seconds * 1000) / days)} each: ${count(groups)} groups in ${count(bytes)} bytes, beside ${count(await bytesOf(rolled, 'entry'))} of entries`,
        `${asked} questions each, in turns, for ranges that end within a day, whose entries are read by both; every answer the same`,
      ],
    }),
  );
  await engine.stop();
}

async function bytesOf(connection: Connection, table: string): Promise<number> {
  const [bytes = 0] = await connection.rows(
    `SELECT toUInt64(sum(bytes_on_disk)) FROM system.parts
     WHERE active AND database = '${connection.database}' AND table = '${table}'`,
    new Parameters(),
    (row) => row.number(),
  );
  return bytes;
}

/** ms of each reader; a first time, which is not counted, warms up. */
async function inTurns(
  stores: readonly Store[],
  ask: Ask,
  ids: readonly string[],
): Promise<readonly (readonly number[])[]> {
  const samples: number[][] = stores.map(() => []);
  for (let nth = -1; nth < asked; nth += 1) {
    const filters = filtersOf(ids, nth + 1);
    const answers: unknown[] = [];
    for (const [at, store] of stores.entries()) {
      const start = performance.now();
      answers.push(await ask(store, filters));
      if (nth >= 0) samples[at]?.push(performance.now() - start);
    }
    deepEqual(answers[1], answers[0]);
  }
  return samples;
}

try {
  await measure();
} finally {
  await cleanUp();
}
