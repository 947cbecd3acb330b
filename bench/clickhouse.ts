/**
 * One log in both stores, in several sizes: seeded into a data folder, moved to ClickHouse by the command that is made for
 * it, and asked for the same over HTTP in turns. ClickHouse is the library of the tests behind their server.
 */

import { mkdirSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Parameters } from '../packages/server/src/store/clickhouse/parameters.ts';
import { Connection } from '../packages/server/src/store/clickhouse/sql.ts';
import { forkScript, runProgram } from './child.ts';
import { temporaryFolder } from './cleanup.ts';
import { STORE_QUERIES } from './clickhouse-queries.ts';
import { HttpClient } from './http-client.ts';
import { seedStore } from './layout-bench.ts';
import { startOurServer } from './our-server.ts';
import { median, percentile } from './percentile.ts';
import { siteIds } from './seed.ts';
import type { Seeded } from './seed-store.ts';

export interface ClickHousePlan {
  /** Entries, the least first. */
  readonly sizes: readonly number[];
  readonly requests: number;
  /** For each question and store; three times it is asked in any case. */
  readonly seconds: number;
  /** After which no further size is begun. */
  readonly minutes: number;
}

export interface Times {
  readonly p50: number;
  readonly p99: number;
  readonly requests: number;
}

export interface StoreFigures {
  readonly entries: number;
  readonly seeded: Seeded;
  /** Of the command, with the comparison of both sides. */
  readonly migrated: { readonly seconds: number };
  /** Parts of the table, merged to one. */
  readonly bytes: number;
  /** ms of a question without rows, and of one over all rows of one column. */
  readonly shim: { readonly nothing: number };
  readonly rows: readonly { readonly name: string; readonly embedded: Times; readonly clickhouse: Times }[];
}

/** The same at each size: what grows is what a site holds. */
export const SITES = 20;
/** An entry in the folder, and twice in the engine while its parts are merged; measured, and rounded up. */
const BYTES_NEEDED = 250 + 2 * 400;
const LEAST_REQUESTS = 3;
const MAIN = fileURLToPath(new URL('../packages/server/src/main.ts', import.meta.url));
const DATABASE = 'bench';

/** Tells first how much room is needed, and ends where there is less. */
export async function measureClickHouse(
  plan: ClickHousePlan,
  progress: (text: string) => void,
): Promise<readonly StoreFigures[]> {
  const place = process.env.BENCH_TMP ?? tmpdir();
  const { bavail, bsize } = statfsSync(place);
  const needed = Math.max(...plan.sizes) * BYTES_NEEDED;
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  progress(`clickhouse: needs ${gigabytes(needed)} in ${place}, where ${gigabytes(bavail * bsize)} are free`);
  if (bavail * bsize < needed) throw new Error('there is too little room; BENCH_TMP names another folder');
  const started = performance.now();
  const figures: StoreFigures[] = [];
  for (const entries of plan.sizes) {
    const minutes = (performance.now() - started) / 60_000;
    if (minutes > plan.minutes) {
      progress(`clickhouse: ${entries} entries are left out, after ${minutes.toFixed(0)} minutes`);
      continue;
    }
    figures.push(await measureSize(entries, plan, (text) => progress(`clickhouse, ${entries}: ${text}`)));
  }
  return figures;
}

async function measureSize(
  entries: number,
  plan: ClickHousePlan,
  progress: (text: string) => void,
): Promise<StoreFigures> {
  const folder = temporaryFolder();
  const [own, spool, temporary] = ['data', 'spool', 'engine'].map((name) => join(folder.path, name));
  if (own === undefined || spool === undefined || temporary === undefined) throw new Error('no folders');
  mkdirSync(temporary);
  const seeded = await seedStore(own, { name: `${entries}`, entries, sites: SITES }, progress);
  const sites = siteIds(SITES).map((id) => ({ id }));
  const engine = forkScript('../test/clickhouse/engine-process.ts', [], { TMPDIR: temporary });
  // Safe: engine-process.ts sends this first.
  const { url } = (await engine.next()) as { readonly url: string };
  const embedded = await startOurServer({ sites, folder: own });
  progress('moving');
  const moving = performance.now();
  const to = `${url.replace('http:', 'clickhouse:')}/${DATABASE}`;
  await runProgram([...process.execArgv, MAIN, 'migrate', '--to', to, '--data', own, '--json']);
  const seconds = (performance.now() - moving) / 1000;
  const connection = new Connection({ url, database: DATABASE, queryTime: null, requestTimeout: 3_600_000 });
  progress('merging');
  await connection.run(`OPTIMIZE TABLE ${DATABASE}.entry FINAL`);
  const [bytes = 0] = await connection.rows(
    `SELECT toUInt64(sum(bytes_on_disk)) FROM system.parts WHERE active AND database = '${DATABASE}' AND table = 'entry'`,
    new Parameters(),
    (row) => row.number(),
  );
  const store = { clickhouse: { url, database: DATABASE } };
  const shipped = await startOurServer({ sites, folder: spool, settings: { store } });
  const contenders = [embedded, shipped].map(
    (server) => new HttpClient(server.url, { authorization: server.credentials }),
  );
  const rows = [];
  for (const { name, path } of STORE_QUERIES) {
    progress(name);
    const [first, second] = await inTurns(contenders, (ask) => path(ask, entries / SITES), plan);
    if (first === undefined || second === undefined) throw new Error('there are two stores');
    rows.push({ name, embedded: first, clickhouse: second });
  }
  const nothing = await timeOf(() =>
    connection.rows('SELECT toUInt8(1)', new Parameters(), (row) => row.byte()),
  );
  for (const client of contenders) client.close();
  await connection.close();
  await shipped.stop();
  await embedded.stop();
  await engine.stop();
  await folder.remove();
  return { entries, seeded, migrated: { seconds }, bytes, shim: { nothing }, rows };
}

/** Each the same questions; a warm-up first, which is not counted. */
async function inTurns(
  clients: readonly HttpClient[],
  path: (ask: number) => string,
  { requests, seconds }: ClickHousePlan,
): Promise<readonly Times[]> {
  const samples: number[][] = clients.map(() => []);
  const spent = clients.map(() => 0);
  for (const client of clients) await client.get(path(requests));
  for (let ask = 0; ask < requests; ask++) {
    for (const [place, client] of clients.entries()) {
      const own = samples[place] ?? [];
      if (own.length >= LEAST_REQUESTS && (spent[place] ?? 0) > seconds * 1000) continue;
      const { ms } = await client.get(path(ask));
      own.push(ms);
      spent[place] = (spent[place] ?? 0) + ms;
    }
  }
  return samples.map((own) => ({ p50: median(own), p99: percentile(own, 0.99), requests: own.length }));
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const samples: number[] = [];
  for (let n = 0; n < 50; n++) {
    const start = performance.now();
    await work();
    samples.push(performance.now() - start);
  }
  return median(samples);
}
