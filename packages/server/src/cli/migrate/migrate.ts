import { existsSync } from 'node:fs';
import { counted } from '@ocpp-logs/core';
import { holderOf, holdFile } from '../../folder.ts';
import { retentionOf } from '../../serve/site-changes.ts';
import { Outbox, outboxPath } from '../../store/clickhouse/outbox.ts';
import { everything } from '../../store/clickhouse/shipper.ts';
import { Connection } from '../../store/clickhouse/sql.ts';
import { migrate as migrateSchema } from '../../store/clickhouse/start.ts';
import { WriterClaim } from '../../store/clickhouse/writer-claim.ts';
import { Checkpoint, migrationLockPath } from '../../store/migrate/checkpoint.ts';
import { type Comparison, Migration, type Stretch } from '../../store/migrate/migration.ts';
import { stretchesOf } from '../../store/migrate/stretches.ts';
import { readNode } from '../../store/node-number.ts';
import { SqliteReader } from '../../store/sqlite/reader.ts';
import { openSource } from '../../store/sqlite/source.ts';
import { StoreUnavailableError } from '../../store/unavailable.ts';
import { type Call, type Command, CommandError, listFlag, textFlag } from '../command.ts';
import { existingControl } from '../control-store.ts';
import { readFolder } from '../dropped-months.ts';
import { onInterruption } from '../interruption.ts';
import { bytesText, countText, spanText } from '../quantity.ts';
import { FOLDER_OPTIONS, settingsOf } from '../settings.ts';
import { readTime } from '../time.ts';
import { Progress } from './progress.ts';
import { ADDRESS, type Target, targetOf } from './target.ts';

/** Beside a server, what is younger is not compared: its answer may still come. */
const UNSETTLED_MS = 15 * 60_000;
/** A server that looks whether this runs has its lock for less than that. */
const ASKED_MS = 250;
/** A month is compared in one question. */
const REQUEST_MS = 3_600_000;

export const migrate: Command = {
  name: ['migrate'],
  summary:
    'Move the log of a data folder to ClickHouse, and compare both. Goes on where it was ended; also while a server runs on the folder.',
  words: '',
  options: {
    to: { value: 'URL', describe: `${ADDRESS}; the setting store.clickhouse unless given.` },
    'password-file': {
      value: 'FILE',
      describe:
        'File that holds the password; that of the setting, or OCPP_LOGS_CLICKHOUSE_PASSWORD, unless given.',
    },
    cluster: { value: 'NAME', describe: 'Cluster over which the tables are replicated and spread by site.' },
    site: { value: 'A,B', describe: 'These sites alone.' },
    from: { value: 'TIME', describe: 'Entries from this time on, such as 2026-01-01 or -90d.' },
    until: { value: 'TIME', describe: 'Entries before this time.' },
    verify: { describe: 'Compare only; nothing is written.' },
    'dry-run': { describe: 'Tell what would be moved; ClickHouse is not asked.' },
    json: { describe: 'Print one line of JSON.' },
    ...FOLDER_OPTIONS,
  },
  examples: [
    ['ocpp-logs migrate --to clickhouse://ocpp_logs@ch.example/ocpp_logs --dry-run', 'how much it is'],
    ['ocpp-logs migrate --to clickhouses://ocpp_logs@ch.example/ocpp_logs', 'the log of ./data, over TLS'],
    ['ocpp-logs migrate --verify', 'compare with what the setting names'],
  ],
  async run(call) {
    const folder = readFolder(call);
    const dry = call.flags['dry-run'] === true;
    const target = dry ? null : targetOf(call, settingsOf(call));
    const alone = dry ? null : holdFile(migrationLockPath(folder), ASKED_MS);
    if (!dry && alone === null) throw new CommandError(`another ocpp-logs migrate works on ${folder}`);
    const problems: string[] = [];
    const files = openFiles(folder, (problem) => {
      problems.push(problem);
      call.terminal.errors.write(`${problem}\n`);
    });
    try {
      const stretches = await countedIn(call, files);
      if (target === null) return tellPlan(call, stretches);
      return await run(call, folder, target, files, stretches, problems);
    } finally {
      await files.source.close();
      files.reader.close();
      alone?.release();
    }
  },
};

interface Files {
  readonly reader: SqliteReader;
  readonly source: ReturnType<typeof openSource>;
}

function openFiles(folder: string, report: (problem: string) => void): Files {
  return { reader: new SqliteReader({ folder, report }), source: openSource(folder, { report }) };
}

interface CountedStretch extends Stretch {
  readonly entries: number;
  /** Of its file. */
  readonly bytes: number;
}

async function countedIn(call: Call, { reader, source }: Files): Promise<readonly CountedStretch[]> {
  const now = Date.now();
  const time = (flag: string, other: number) => {
    const text = textFlag(call, flag);
    return text === undefined ? other : readTime(flag, text, now);
  };
  const dropped = new Set(reader.droppedMonths().map(({ site, month }) => `${month} ${site}`));
  // Of those that were dropped ClickHouse holds more than the folder, which is as it should be.
  const months = reader.storage().months.filter(({ site, month }) => !dropped.has(`${month} ${site}`));
  const named = listFlag(call, 'site');
  for (const site of named ?? []) {
    if (!months.some((month) => month.site === site))
      throw new CommandError(`nothing is stored of site ${site}`);
  }
  const asked = {
    sites: named === undefined ? null : new Set(named),
    from: time('from', 0),
    to: time('until', Number.MAX_SAFE_INTEGER),
  };
  const bytes = new Map(months.map((month) => [`${month.month} ${month.site}`, month.bytes]));
  const found: CountedStretch[] = [];
  for (const stretch of stretchesOf(months, asked)) {
    const { site, month, from, to } = stretch;
    const entries = await source.count({ filters: [{ ...everything(site), from, to }], only: null });
    found.push({ ...stretch, entries, bytes: bytes.get(`${month} ${site}`) ?? 0 });
  }
  return found;
}

function tellPlan(call: Call, stretches: readonly CountedStretch[]): number {
  const { output } = call.terminal;
  const sum = (of: (stretch: CountedStretch) => number) =>
    stretches.reduce((total, stretch) => total + of(stretch), 0);
  const [entries, bytes] = [sum((each) => each.entries), sum((each) => each.bytes)];
  if (call.flags.json === true) {
    const months = stretches.map(({ site, month, entries: n, bytes: b }) => ({
      site,
      month,
      entries: n,
      bytes: b,
    }));
    output.write(`${JSON.stringify({ entries, bytes, months })}\n`);
    return 0;
  }
  for (const { site, month, entries: n, bytes: b } of stretches) {
    output.write(`${site}  ${month}  ${counted(n, 'entry', 'entries')}, ${bytesText(b)}\n`);
  }
  output.write(
    `${counted(entries, 'entry', 'entries')}, ${bytesText(bytes)} in the folder, would be moved\n`,
  );
  return 0;
}

async function run(
  call: Call,
  folder: string,
  target: Target,
  { reader, source }: Files,
  stretches: readonly CountedStretch[],
  problems: readonly string[],
): Promise<number> {
  const control = await existingControl(call, { reading: true });
  const retention = retentionOf(await control.snapshot());
  await control.close();
  const verifying = call.flags.verify === true;
  const connection = new Connection({ ...target, queryTime: null, requestTimeout: REQUEST_MS });
  const checkpoint = new Checkpoint(folder, target.shown);
  const interruption = onInterruption();
  const total = stretches.reduce((sum, { entries }) => sum + entries, 0);
  const progress = new Progress(call.terminal, verifying ? total : 2 * total);
  try {
    // First the time, then who has the folder: a server that starts meanwhile notes what it ships with later numbers.
    const now = Date.now();
    const served = holderOf(folder) !== null;
    const ships = served && existsSync(outboxPath(folder));
    const version = ships ? checkpoint.version + 1 : now * 1000;
    if (!verifying) {
      await migrateSchema(connection, target.cluster);
      await refuseRival(connection, folder);
      checkpoint.begin(version);
    }
    const migration = new Migration({
      connection,
      checkpoint,
      source,
      retention: (site) => retention.get(site),
      settled: served ? now - UNSETTLED_MS : Number.POSITIVE_INFINITY,
      now,
      version,
      number: readNode(folder)?.number ?? null,
      fileOf: (stretch) => reader.fileOf(stretch.site, stretch.from, stretch.to),
      onProgress: (so) => progress.show(so),
      signal: interruption.signal,
    });
    const comparisons: Comparison[] = [];
    for (const stretch of stretches) {
      interruption.signal.throwIfAborted();
      const comparison = verifying ? await migration.compare(stretch) : await migration.move(stretch);
      if (comparison === null) {
        progress.skip(2 * stretch.entries);
        continue;
      }
      comparisons.push(comparison);
      progress.compared(comparison);
    }
    if (!verifying) {
      const sites = new Set(stretches.map(({ site }) => site));
      await migration.stations(
        [...sites].flatMap((site) => reader.chargers(site).map((station) => ({ site, station }))),
      );
    }
    const differing = comparisons.filter(({ same }) => !same);
    for (const { stretch } of differing) checkpoint.forgetMoved(stretch);
    // It came to its end: the next run looks at all of it anew, as what was the same may have changed since.
    if (!verifying) checkpoint.finish();
    const earlier = stretches.length - comparisons.length;
    tellResult(call, target, { comparisons, earlier, problems, served, ...progress.moved });
    return differing.length === 0 && problems.length === 0 ? 0 : 1;
  } catch (error) {
    progress.clear();
    if (!interruption.signal.aborted) throw error;
    call.terminal.errors.write('stopped; the same command goes on from here\n');
    return interruption.status;
  } finally {
    interruption.release();
    checkpoint.close();
    await connection.close();
  }
}

/** What another folder ships beside it, under ids that this one gave, too, would replace what is moved. */
async function refuseRival(connection: Connection, folder: string): Promise<void> {
  const own = readNode(folder);
  const node = own?.folder ?? nodeOf(folder) ?? '';
  const claim = new WriterClaim(connection, { node, number: own?.number ?? null, now: Date.now });
  try {
    await claim.check();
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    throw new CommandError(error.message);
  }
}

/** As the folder calls itself where it ships; null where it never did. */
function nodeOf(folder: string): string | null {
  if (!existsSync(outboxPath(folder))) return null;
  const outbox = new Outbox(folder, { shipping: true });
  try {
    return outbox.node;
  } finally {
    outbox.close();
  }
}

interface Result {
  readonly comparisons: readonly Comparison[];
  /** Months that an earlier run, which was ended, has compared. */
  readonly earlier: number;
  readonly problems: readonly string[];
  readonly served: boolean;
  readonly entries: number;
  readonly bytes: number;
  readonly seconds: number;
}

function tellResult(call: Call, { url, database, username, cluster, shown }: Target, result: Result): void {
  const { comparisons, earlier, problems, served, entries, bytes, seconds } = result;
  const { output } = call.terminal;
  const differing = comparisons.filter(({ same }) => !same);
  if (call.flags.json === true) {
    const months = comparisons.map(({ stretch: { site, month }, here, there, same }) => ({
      site,
      month,
      same,
      here,
      there,
    }));
    output.write(`${JSON.stringify({ to: shown, moved: entries, bytes, earlier, problems, months })}\n`);
    return;
  }
  const verified = call.flags.verify === true;
  const lines = verified
    ? []
    : [
        `moved ${counted(entries, 'entry', 'entries')}, ${bytesText(bytes)} sent, to ${shown} in ${spanText(seconds)}`,
      ];
  const equal = comparisons.length - differing.length;
  lines.push(
    `${countText(equal + earlier)} of ${counted(comparisons.length + earlier, 'month')} of sites are the same on both sides`,
  );
  if (differing.length > 0 || problems.length > 0) {
    for (const { stretch } of differing) lines.push(`DIFFERENT: ${stretch.site} ${stretch.month}`);
    if (problems.length > 0)
      lines.push('what could not be read, as told above, was not moved: see ocpp-logs check');
    if (differing.length > 0)
      lines.push(
        served
          ? 'stop the server, then run it again'
          : 'run it again; what stays different is not of this folder, or was changed there',
      );
  } else if (!verified) lines.push(...afterwards({ url, database, username, cluster }, served));
  output.write(`${lines.join('\n')}\n`);
}

function afterwards(
  { url, database, username, cluster }: Pick<Target, 'url' | 'database' | 'username' | 'cluster'>,
  served: boolean,
): readonly string[] {
  return [
    ...(served
      ? [
          'A server runs on the folder: unless it ships already, stop it and run this again, which moves the rest, before it starts with:',
        ]
      : ['Put this into the configuration file, then start the server:']),
    'store:',
    '  clickhouse:',
    `    url: ${url}`,
    `    database: ${database}`,
    `    username: ${username}`,
    ...(cluster === null ? [] : [`    cluster: ${cluster}`]),
    '    password_file: FILE',
    'The data folder stays what stations are recorded into; keep it. Sites, keys and people: ocpp-logs control migrate.',
  ];
}
