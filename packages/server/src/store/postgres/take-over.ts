/**
 * Copies control.db into PostgreSQL, all of it or nothing. What was written is read back and compared, row by row, by
 * number and digest. Copied over the same it changes nothing; over anything else it is refused.
 */

import { createHash } from 'node:crypto';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { integer, type Row, textOrNull } from '../control/rows.ts';
import { ControlFileError } from '../control/schema.ts';
import { startDigest, startOf } from './start-digest.ts';
import type { PooledStatements, Statements } from './statements.ts';
import { subjectDigest } from './user-table.ts';

interface Table {
  readonly name: string;
  /** By which rows are in the same order in both. */
  readonly key: readonly string[];
  readonly columns: readonly string[];
  /** Columns of control.db of which those are made; the same unless given. */
  readonly from?: readonly string[];
  readonly made?: (row: Row) => Row;
}

const SITE = [
  'name',
  'timezone',
  'upstream',
  'retention_days',
  'retention_days_info',
  'retention_days_debug',
];
const SITE_MORE = [
  'level',
  'pseudonymise_id_tags',
  'station_auth',
  'upstream_trusted',
  'origin',
  'changed_by',
];
const USER = ['name', 'folded_name', 'password', 'created', 'disabled', 'oidc_issuer', 'oidc_subject'];
const START = ['site', 'charger', 'message_id', 'id_tag', 'connector', 'timestamp', 'at'];

/** In an order in which what is referred to is there before. */
const TABLES: readonly Table[] = [
  { name: 'sites', key: ['id'], columns: [...SITE, ...SITE_MORE, 'logged'] },
  {
    name: 'keys',
    key: ['id'],
    columns: [
      ...['name', 'api_key', 'scopes', 'sites', 'expires', 'created', 'last_used', 'revoked'],
      ...['bearer_hash', 'sealed_secret'],
    ],
  },
  { name: 'users', key: ['id'], columns: [...USER, 'oidc_digest'], from: USER, made: withSubjectDigest },
  { name: 'roles', key: ['user', 'role', 'site'], columns: [] },
  {
    name: 'sessions',
    key: ['id'],
    columns: ['user', 'created', 'last_seen', 'expires', 'idle_ms', 'by_link_until'],
  },
  { name: 'links', key: ['id'], columns: ['user', 'expires'] },
  { name: 'searches', key: ['id'], columns: ['owner', 'name', 'shared', 'query', 'changed'] },
  { name: 'preferences', key: ['owner'], columns: ['value', 'changed'] },
  { name: 'station_passwords', key: ['site', 'charger'], columns: ['hash', 'next_hash', 'changed'] },
  { name: 'answers', key: ['key', 'site', 'idempotency_key'], columns: ['answer', 'size', 'at'] },
  { name: 'starts', key: ['n'], columns: [...START, 'digest'], from: START, made: withStartDigest },
  {
    name: 'audit',
    key: ['n'],
    columns: [
      ...['at', 'actor', 'name', 'action', 'site', 'target', 'address', 'request', 'details', 'count'],
    ],
  },
  {
    name: 'erasures',
    key: ['id'],
    columns: ['site', 'replacement', 'forms', 'asked', 'asked_by', 'state', 'ended', 'report'],
  },
  { name: 'backups', key: ['made', 'path'], columns: ['entries', 'sites'] },
  {
    name: 'alarms',
    key: ['id'],
    columns: [
      ...['name', 'rule', 'sites', 'enabled', 'quiet_minutes', 'targets', 'ready', 'created', 'changed'],
      ...['changed_by', 'lost_why', 'lost_at', 'lost_through'],
    ],
  },
  { name: 'alarm_progress', key: ['alarm'], columns: ['through', 'fired', 'suppressed'] },
  {
    name: 'alarm_firings',
    key: ['n'],
    columns: [
      ...['id', 'alarm', 'site', 'charger', 'key', 'at', 'fired', 'entries', 'node', 'deliveries', 'waiting'],
    ],
  },
];

export interface TakenTable {
  readonly table: string;
  readonly rows: number;
  /** SHA-256 of all that they hold, as it is read from either. */
  readonly sha256: string;
}

export interface TakenOver {
  readonly tables: readonly TakenTable[];
  /** Whether all of it was there already. */
  readonly before: boolean;
}

const BATCH = 500;
const BATCH_LENGTH = 2 * 1024 * 1024;

/** `path`: a control.db of this version that nobody writes meanwhile. Throws a ControlFileError where it is refused. */
export async function takeOver(
  path: string,
  statements: PooledStatements,
  shown: string,
): Promise<TakenOver> {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    const source = await tablesOf((table) => rowsOfFile(db, table));
    return await statements.transaction(async (inside) => {
      // As every change does: nobody else's come between.
      await inside.run('UPDATE state SET revision = revision + 1');
      const there = await tablesOf((table) => rowsOfDatabase(inside, table));
      if (there.some(({ rows }) => rows > 0)) {
        if (isSame(source, there)) return { tables: there, before: true };
        throw new ControlFileError(`PostgreSQL ${shown} holds other control data already (${told(there)})`);
      }
      for (const table of TABLES) await copy(rowsOfFile(db, table), inside, table);
      await setCounters(db, inside);
      const copied = await tablesOf((table) => rowsOfDatabase(inside, table));
      if (isSame(source, copied)) return { tables: copied, before: false };
      throw new ControlFileError(
        `what PostgreSQL ${shown} gives back is not what control.db holds; nothing was changed there`,
      );
    });
  } finally {
    db.close();
  }
}

function isSame(ours: readonly TakenTable[], theirs: readonly TakenTable[]): boolean {
  return ours.every(({ rows, sha256 }, at) => theirs[at]?.rows === rows && theirs[at].sha256 === sha256);
}

function told(tables: readonly TakenTable[]): string {
  return tables.flatMap(({ table, rows }) => (rows === 0 ? [] : [`${table}: ${rows}`])).join(', ');
}

async function tablesOf(rowsOf: (table: Table) => AsyncIterable<Row>): Promise<readonly TakenTable[]> {
  const tables: TakenTable[] = [];
  for (const table of TABLES) {
    const hash = createHash('sha256');
    let rows = 0;
    for await (const row of rowsOf(table)) {
      hash.update(`${JSON.stringify(columnsOf(table).map((column) => plain(row[column] ?? null)))}\n`);
      rows += 1;
    }
    tables.push({ table: table.name, rows, sha256: hash.digest('hex') });
  }
  return tables;
}

const columnsOf = ({ key, columns }: Table): readonly string[] => [...key, ...columns];
const quoted = (columns: readonly string[]): string => columns.map((column) => `"${column}"`).join(', ');

/** As JSON that PostgreSQL reads for a column of any type here. */
function plain(value: Row[string] | null): string | number | null {
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  if (typeof value === 'bigint') return Number(value);
  // Which it has no text with.
  return typeof value === 'string' ? value.replaceAll('\0', '\ufffd') : (value ?? null);
}

async function* rowsOfFile(db: DatabaseSync, table: Table): AsyncGenerator<Row> {
  const { name, key, columns, from = columns, made = (row) => row } = table;
  const sql = `SELECT ${quoted([...key, ...from])} FROM "${name}" ORDER BY ${quoted(key)}`;
  for (const row of db.prepare(sql).iterate()) yield made(row);
}

/** A cursor, since there may be a start for every transaction of a month. */
async function* rowsOfDatabase(inside: Statements, table: Table): AsyncGenerator<Row> {
  const { name, key } = table;
  const order = key.map((column) => `"${column}"${column === 'site' ? ' NULLS FIRST' : ''}`).join(', ');
  await inside.run(
    `DECLARE taken NO SCROLL CURSOR FOR SELECT ${quoted(columnsOf(table))} FROM ${name} ORDER BY ${order}`,
  );
  for (;;) {
    const rows = await inside.rows(`FETCH ${BATCH} FROM taken`);
    yield* rows;
    if (rows.length < BATCH) break;
  }
  await inside.run('CLOSE taken');
}

async function copy(rows: AsyncIterable<Row>, inside: Statements, table: Table): Promise<void> {
  const columns = columnsOf(table);
  const put = (batch: readonly object[]) =>
    inside.run(
      `INSERT INTO ${table.name} (${quoted(columns)})
       SELECT ${quoted(columns)} FROM json_populate_recordset(NULL::${table.name}, $1::json)`,
      JSON.stringify(batch),
    );
  let batch: object[] = [];
  let length = 0;
  for await (const row of rows) {
    batch.push(Object.fromEntries(columns.map((column) => [column, plain(row[column] ?? null)])));
    for (const column of columns) length += String(row[column] ?? '').length;
    if (batch.length < BATCH && length < BATCH_LENGTH) continue;
    await put(batch);
    [batch, length] = [[], 0];
  }
  if (batch.length > 0) await put(batch);
}

/** Numbers that were given are not given again, whether their rows are still there or not. */
async function setCounters(db: DatabaseSync, inside: Statements): Promise<void> {
  const last = (table: SQLInputValue): number => {
    const row = db.prepare('SELECT seq FROM sqlite_sequence WHERE name = ?').get(table);
    return row === undefined ? 0 : integer(row, 'seq');
  };
  await inside.run('UPDATE state SET audited = $1', last('audit'));
  const started = last('starts');
  if (started > 0) await inside.rows("SELECT setval(pg_get_serial_sequence('starts', 'n'), $1)", started);
  const fired = last('alarm_firings');
  if (fired > 0) await inside.rows("SELECT setval(pg_get_serial_sequence('alarm_firings', 'n'), $1)", fired);
}

function withSubjectDigest(row: Row): Row {
  const issuer = textOrNull(row, 'oidc_issuer');
  const subject = textOrNull(row, 'oidc_subject') ?? '';
  const digest = issuer === null ? null : new Uint8Array(subjectDigest({ issuer, subject }));
  return { ...row, oidc_digest: digest };
}

function withStartDigest(row: Row): Row {
  return { ...row, digest: new Uint8Array(startDigest(startOf(row))) };
}
