/**
 * `node --conditions=source bench/clickhouse-inserts.ts ENTRIES SITES BATCHES`: what the view costs that marks the days of
 * which something came. The same rows are inserted in turns, as the shipper does, into two databases, one of which lacks
 * it. ClickHouse is the library of the tests.
 */

import { Parameters } from '../packages/server/src/store/clickhouse/parameters.ts';
import { COLUMNS } from '../packages/server/src/store/clickhouse/record.ts';
import { Connection } from '../packages/server/src/store/clickhouse/sql.ts';
import { migrate } from '../packages/server/src/store/clickhouse/start.ts';
import { forkScript } from './child.ts';
import { cleanUp, temporaryFolder } from './cleanup.ts';
import { madeUp } from './clickhouse-made-up.ts';
import { cpuTime } from './cpu-time.ts';
import { median, percentile } from './percentile.ts';
import { SEED_FROM, SEED_TO } from './seed.ts';
import { count, markdownTable, ms, times } from './table.ts';

const HOUR = 3_600_000;

const [entries = 2_000_000, sites = 4, batches = 20] = process.argv.slice(2).map(Number);

/** Which entries the nth batch of so many holds. */
interface Batch {
  readonly name: string;
  readonly size: number;
  readonly where: (nth: number) => string;
}

/** As stations talk: one after the other. */
function inARow(size: number): Batch {
  const place = (of: number) => {
    const at = SEED_FROM + Math.floor(((SEED_TO - SEED_FROM) * of) / entries);
    return `${BigInt(at) << 21n}`;
  };
  return {
    name: `${count(size)} in a row`,
    size,
    where: (nth) => `id >= ${place(nth * size)} AND id < ${place((nth + 1) * size)}`,
  };
}

/** As an import of a month may bring them. */
function scattered(size: number): Batch {
  return {
    name: `${count(size)} over the month`,
    size,
    where: (nth) => `cityHash64(site, id) % ${Math.floor(entries / size)} = ${nth}`,
  };
}

const BATCHES = [inARow(100), inARow(1000), inARow(20_000), scattered(20_000)];

interface Side {
  readonly connection: Connection;
  readonly samples: number[];
  /** ms of the whole engine, what it merges meanwhile too. */
  cpu: number;
}

async function measure(): Promise<void> {
  const most = Math.max(...BATCHES.map(({ size }) => size)) * (batches + 1);
  if (most > entries) throw new Error(`${batches} batches need ${count(most)} entries`);
  const folder = temporaryFolder();
  const engine = forkScript('../test/clickhouse/engine-process.ts', [], { TMPDIR: folder.path });
  // Safe: engine-process.ts sends this first.
  const { url } = (await engine.next()) as { readonly url: string };
  const open = async (database: string) => {
    const connection = new Connection({ url, database, queryTime: null, requestTimeout: HOUR });
    await migrate(connection);
    return connection;
  };
  console.error('filling');
  const source = await open('source');
  await source.run(`DROP VIEW ${source.database}.day_changes`);
  await source.run(madeUp(source.database, entries, sites));
  const plain = await open('plain');
  await plain.run(`DROP VIEW ${plain.database}.day_changes`);
  const marked = await open('marked');
  const rows: string[][] = [];
  for (const batch of BATCHES) {
    console.error(batch.name);
    const sides = [plain, marked].map((connection): Side => ({ connection, samples: [], cpu: 0 }));
    // The first one warms up, and is not counted.
    for (let nth = 0; nth <= batches; nth += 1) {
      const lines = await linesOf(url, source, batch.where(nth));
      const order = nth % 2 === 0 ? sides : sides.toReversed();
      for (const side of order) {
        const cpu = cpuTime(engine.pid) ?? Number.NaN;
        const start = performance.now();
        const token = `${batch.name}:${nth}`;
        await side.connection.insert(`${side.connection.database}.entry`, COLUMNS, [lines], token);
        if (nth === 0) continue;
        side.samples.push(performance.now() - start);
        side.cpu += (cpuTime(engine.pid) ?? Number.NaN) - cpu;
      }
    }
    const [without, with_] = sides;
    if (without === undefined || with_ === undefined) throw new Error('there are two databases');
    rows.push([
      batch.name,
      ms(median(without.samples)),
      ms(percentile(without.samples, 0.99)),
      ms(median(with_.samples)),
      ms(percentile(with_.samples, 0.99)),
      times(median(with_.samples) / median(without.samples)),
      ms(without.cpu / batches),
      ms(with_.cpu / batches),
    ]);
  }
  const [days = 0, bytes = 0] = await sizeOf(marked);
  console.log(
    markdownTable({
      title: `ClickHouse, inserts with the view of changed days: ${sites} sites in a month`,
      header: [
        'rows of an insert',
        'without p50',
        'p99',
        'with it p50',
        'p99',
        'takes',
        'CPU without',
        'with it',
      ],
      rows,
      notes: [
        `${batches} inserts each, in turns, into two databases that differ in the view alone, with tokens, as the shipper sends them; CPU is of the engine while an insert runs, with what it merges meanwhile`,
        `of all these inserts ${count(days)} marks are there, in ${count(bytes)} bytes`,
      ],
    }),
  );
  await engine.stop();
}

async function linesOf(url: string, { database }: Connection, where: string): Promise<Buffer> {
  const body = `SELECT ${COLUMNS.join(', ')} FROM ${database}.entry WHERE ${where}`;
  const answer = await fetch(url, { method: 'POST', body });
  if (!answer.ok) throw new Error(await answer.text());
  return Buffer.from(await answer.arrayBuffer());
}

async function sizeOf(connection: Connection): Promise<readonly number[]> {
  const sum = `SELECT toUInt64(sum(rows)), toUInt64(sum(bytes_on_disk)) FROM system.parts
    WHERE active AND database = '${connection.database}' AND table = 'changed_day'`;
  const [found = []] = await connection.rows(sum, new Parameters(), (row) => [row.number(), row.number()]);
  return found;
}

try {
  await measure();
} finally {
  await cleanUp();
}
