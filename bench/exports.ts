/**
 * Whether an export takes as much memory of many entries as of a tenth of them:
 * node --conditions=source bench/exports.ts [--entries N] [--folder DIR] [--formats A,B] [--server A,B].
 * One site, seeded unless a folder of bench/seed-store.ts is given; nothing is written to that but what SQLite keeps beside a file
 * that is read. `--server` names formats that are asked of a running server too, as jobs whose file is then fetched.
 */

import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EXPORT_FORMATS } from '../packages/server/src/export/format.ts';
import { ControlDatabase } from '../packages/server/src/store/control/database.ts';
import { emptySite } from '../packages/server/src/store/control/site-rules.ts';
import { forkScript } from './child.ts';
import { cleanUp, temporaryFolder } from './cleanup.ts';
import { exportOfServer } from './export-job.ts';
import { type MeasuredRun, runMeasured } from './measured-run.ts';
import { startOurServer } from './our-server.ts';
import { SEED_FROM, SEED_TO, siteIds } from './seed.ts';
import { count, NONE, type Table, textTable, times } from './table.ts';

const MEGABYTE = 1_000_000;
const PART = 10;

interface Exported {
  readonly format: string;
  readonly entries: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly memory: number | null;
}

const { values } = parseArgs({
  options: {
    entries: { type: 'string', default: '10000000' },
    folder: { type: 'string' },
    formats: { type: 'string', default: EXPORT_FORMATS.join(',') },
    server: { type: 'string', default: 'ndjson,parquet' },
  },
});
const entries = Number(values.entries);
const [site = ''] = siteIds(1);
const month = { from: new Date(SEED_FROM).toISOString(), to: new Date(SEED_TO).toISOString() };
const progress = (text: string) => process.stderr.write(`${text}\n`);

try {
  const folder = await dataFolder();
  await measured('ocpp-logs export, to the standard output', values.formats, (format, take) =>
    exportOfCommand(folder, format, take),
  );
  await measured('POST /exports and the download, memory of the server', values.server, (format, take) =>
    exportByServer(folder, format, take),
  );
} finally {
  await cleanUp();
}

/** A folder of its own with the logs that are given or seeded, and the site that they are of. */
async function dataFolder(): Promise<string> {
  const { path } = temporaryFolder();
  const logs = join(path, 'logs');
  if (values.folder === undefined) {
    mkdirSync(logs, { mode: 0o700 });
    await seed(path);
  } else {
    const given = join(resolve(values.folder), 'logs');
    if (!existsSync(given) || readdirSync(given).length === 0) throw new Error(`${given} holds nothing`);
    symlinkSync(given, logs);
  }
  const control = new ControlDatabase(path);
  control.putSite(emptySite(site, 'added'));
  control.close();
  return path;
}

async function seed(folder: string): Promise<void> {
  progress(`seeding ${count(entries)} entries`);
  const child = forkScript('./seed-store.ts', [folder, String(entries), '1']);
  for (;;) {
    const told: unknown = await child.next();
    if (typeof told === 'object' && told !== null && 'bytes' in told) break;
  }
  await child.stop();
}

async function exportOfCommand(folder: string, format: string, take: number): Promise<Exported> {
  const range = ['--site', site, '--from', month.from, '--to', month.to];
  const args = ['export', '--data', folder, ...range, '--format', format, '--take', String(take)];
  const run: MeasuredRun = await runMeasured(args, 'errors');
  const written = Number(/^bytes\s+(\d+)/m.exec(run.output)?.[1]);
  const told = Number(/^([\d,]+) entries/m.exec(run.output)?.[1]?.replaceAll(',', ''));
  return { format, entries: told, bytes: written, seconds: run.seconds, memory: run.memory };
}

/** A server of its own for each: what an export before it has taken is not counted. */
async function exportByServer(folder: string, format: string, take: number): Promise<Exported> {
  const server = await startOurServer({ sites: [{ id: site }], folder });
  try {
    const wish = { site, ...month, format, take };
    return { format, ...(await exportOfServer(server, wish)) };
  } finally {
    await server.stop();
  }
}

async function measured(
  title: string,
  named: string,
  run: (format: string, take: number) => Promise<Exported>,
): Promise<void> {
  const formats = named.split(',').filter((format) => format !== '');
  if (formats.length === 0) return;
  const rows: string[][] = [];
  for (const format of formats) {
    const part = await run(format, Math.ceil(entries / PART));
    tell(part);
    const whole = await run(format, entries);
    tell(whole);
    rows.push(rowOf(part, whole));
  }
  process.stdout.write(textTable(tableOf(title, rows)));
}

function tell({ format, entries: written, seconds, memory }: Exported): void {
  const megabytes = ((memory ?? 0) / MEGABYTE).toFixed(0);
  progress(`${format}: ${count(written)} entries in ${seconds.toFixed(0)} s, ${megabytes} MB`);
}

function tableOf(title: string, rows: readonly (readonly string[])[]): Table {
  const [part, whole] = [count(Math.ceil(entries / PART)), count(entries)];
  return {
    title: `${title}: ${part} and ${whole} entries`,
    header: ['', `${part}/s`, `${whole}/s`, 'bytes an entry', `MB of ${part}`, `of ${whole}`, 'ratio'],
    rows,
    notes: ['MB: VmHWM of the process, what it held at most'],
  };
}

function rowOf(part: Exported, whole: Exported): string[] {
  const rate = (of: Exported) => count(of.entries / of.seconds);
  const megabytes = ({ memory }: Exported) => (memory === null ? NONE : (memory / MEGABYTE).toFixed(0));
  const ratio = part.memory === null || whole.memory === null ? Number.NaN : whole.memory / part.memory;
  return [
    whole.format,
    rate(part),
    rate(whole),
    (whole.bytes / whole.entries).toFixed(0),
    megabytes(part),
    megabytes(whole),
    times(ratio),
  ];
}
