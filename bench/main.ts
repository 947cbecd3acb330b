/** npm run bench: measures everything beside what one would use instead, and prints tables. */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { aimsTable } from './aims.ts';
import { withTables } from './benchmarks-document.ts';
import { cleanUp, cleanUpMark } from './cleanup.ts';
import { measureClickHouse } from './clickhouse.ts';
import { clickHouseTables } from './clickhouse-tables.ts';
import { type Figures, ingestTable, pagesTable, postgresNotes, relayTable } from './figures.ts';
import { type IngestFigures, measureIngest } from './ingest.ts';
import { type LayoutFigures, type LayoutPlan, measureLayout } from './layout-bench.ts';
import { machine } from './machine.ts';
import { type Options, readOptions, sitesFor, UNASKED, USAGE } from './options.ts';
import { type Cluster, openCluster } from './postgres.ts';
import { measureRelay, type RelayFigures, type RelayPlan } from './relay.ts';
import { type Table, textTable } from './table.ts';

const DOCUMENT = fileURLToPath(new URL('../docs/benchmarks.md', import.meta.url));

/** What has commands of its own. */
const ELSEWHERE =
  'Imports and exports are measured by `bench/imports.ts` and `bench/exports.ts`: [memory of imports](import.md#how-much-memory), [exports](export.md#how-fast).';

/** After which the section clickhouse begins no further size. */
const MINUTES = 90;

const started = performance.now();
let interrupted = false;

function progress(text: string): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  process.stderr.write(`[${seconds.padStart(5)} s] ${text}\n`);
}

/** A section that fails leaves its table out and is told; the others go on. */
async function attempt<T>(what: string, work: () => Promise<T>): Promise<T | null> {
  const mark = cleanUpMark();
  try {
    return await work();
  } catch (error) {
    if (!interrupted) console.error(`${what} failed:`, error);
    process.exitCode = 1;
    await cleanUp(mark);
    return null;
  }
}

async function measure(options: Options): Promise<void> {
  const { entries, quick } = options;
  const sites = sitesFor(entries);
  const reading = quick ? { requests: 40, seconds: 4 } : { requests: 200, seconds: 10 };
  const layoutPlans: LayoutPlan[] = [
    { name: sites === 1 ? '1 site' : `${sites} sites`, entries, sites, ...reading },
    ...(sites === 1 ? [] : [{ name: '1 site', entries, sites: 1, ...reading }]),
  ];
  const ingestPlan = quick
    ? { entries: 100_000, sites: 50, rounds: 2 }
    : { entries: 400_000, sites: 200, rounds: 3 };
  const relayPlan: RelayPlan = quick
    ? { stations: 200, rate: 2_000, seconds: 3, rounds: 2 }
    : { stations: 200, rate: 4_000, seconds: 8, rounds: 5 };

  const compared = compares(options);
  const opened = compared ? await attempt('PostgreSQL', openCluster) : 'it was not asked for';
  const cluster: Cluster | null = typeof opened === 'string' ? null : opened;
  const layouts: LayoutFigures[] = [];
  let ingest: IngestFigures | null = null;
  let relay: readonly RelayFigures[] | null = null;
  if (options.only.includes('relay')) relay = await attempt('relay', () => measureRelay(relayPlan, progress));
  if (options.only.includes('ingest')) {
    ingest = await attempt('ingest', () => measureIngest(ingestPlan, cluster, progress));
  }
  for (const plan of options.only.includes('pages') ? layoutPlans : []) {
    const layout = await attempt(plan.name, () => measureLayout(plan, cluster, progress));
    if (layout !== null) layouts.push(layout);
  }
  const clickhouse = options.only.includes('clickhouse')
    ? await attempt('clickhouse', () =>
        measureClickHouse({ sizes: options.sizes, minutes: MINUTES, ...reading }, progress),
      )
    : null;
  const postgres =
    cluster === null
      ? { missing: typeof opened === 'string' ? opened : 'it could not be started' }
      : { version: cluster.version };
  publish(options, { layouts, ingest, relay, postgres }, relayPlan, clickHouseTables(clickhouse ?? []));
}

function compares({ only }: Options): boolean {
  return only.includes('pages') || only.includes('ingest');
}

function publish(options: Options, figures: Figures, relayPlan: RelayPlan, more: readonly Table[]): void {
  if (interrupted) return;
  const { layouts, ingest, relay } = figures;
  const tables: Table[] = layouts.map(pagesTable);
  if (ingest !== null || layouts.length > 0) tables.push(ingestTable(figures));
  if (relay !== null) tables.push(relayTable(relay, relayPlan));
  if (options.only.some((section) => section !== 'clickhouse')) tables.push(aimsTable(figures));
  tables.push(...more);
  const head = [
    `Printed by \`${options.command}\` on ${options.date} in ${((performance.now() - started) / 60_000).toFixed(0)} minutes.`,
    machine(),
    ...(options.quick
      ? ['A quick run: small data and short rounds, good for comparing, not for publishing.']
      : []),
    ...(compares(options) ? postgresNotes(figures) : []),
  ];
  const text = [...head, '', ...tables.map(textTable)].join('\n');
  process.stdout.write(`${text}\n`);
  if (!options.write) return;
  const whole = UNASKED.every((section) => options.only.includes(section));
  const [printed = '', where = ''] = head;
  const dated = tables.map((table) => ({ ...table, notes: [...table.notes, `${printed} ${where}`] }));
  const document = readFileSync(DOCUMENT, 'utf8');
  writeFileSync(
    DOCUMENT,
    whole ? withTables(document, [...head, ELSEWHERE], tables) : withTables(document, null, dated),
  );
  progress('docs/benchmarks.md is written');
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    interrupted = true;
    cleanUp().finally(() => process.exit(130));
  });
}

const args = process.argv.slice(2);
const options = args.some((arg) => arg === '--help' || arg === '-h') ? null : readOptions(args, process.env);
if (options === null) {
  console.log(USAGE);
} else if (typeof options === 'string') {
  console.error(options);
  process.exitCode = 2;
} else {
  try {
    await measure(options);
  } finally {
    await cleanUp();
  }
}
