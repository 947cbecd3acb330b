/** A connection with its prepared statements, and what errors of SQLite mean to the store. */

import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { openReadOnly } from '../read-only.ts';
import { OTHER_LAYOUT, StoreUnavailableError } from '../unavailable.ts';

export type Value = SQLInputValue;
export type NumberRow = readonly number[];

/** Prepared statements kept; filters make many texts, but few at a time. */
const STATEMENTS = 200;

export class Connection {
  readonly path: string;
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** ms of `busy` are waited for a lock. */
  constructor(path: string, options: { readonly readOnly: boolean; readonly busy: number }) {
    this.path = path;
    this.#db = options.readOnly
      ? openReadOnly(path, options.busy)
      : new DatabaseSync(path, { timeout: options.busy });
    this.#db.exec('PRAGMA trusted_schema = OFF');
  }

  exec(sql: string): void {
    this.#db.exec(sql);
  }

  get inTransaction(): boolean {
    return this.#db.isTransaction;
  }

  /** How many rows it changed. */
  run(sql: string, ...values: Value[]): number {
    return Number(this.#statement(sql).run(...values).changes);
  }

  /** Rows of a query all whose columns are numbers; a NULL comes as null, see {@link nullable}. */
  numbers(sql: string, ...values: Value[]): readonly NumberRow[] {
    // setReturnArrays is on: rows are arrays, and the caller's SQL selects numbers only.
    return this.#statement(sql).all(...values) as unknown as NumberRow[];
  }

  numberRow(sql: string, ...values: Value[]): NumberRow | null {
    // As in numbers().
    return (this.#statement(sql).get(...values) as unknown as NumberRow | undefined) ?? null;
  }

  /** First column of the only row; 0 where there is none. */
  number(sql: string, ...values: Value[]): number {
    return this.numberRow(sql, ...values)?.[0] ?? 0;
  }

  rows(sql: string, ...values: Value[]): readonly (readonly unknown[])[] {
    // setReturnArrays is on: rows are arrays.
    return this.#statement(sql).all(...values) as unknown as unknown[][];
  }

  /** First column of the only row. */
  blob(sql: string, ...values: Value[]): Buffer | null {
    const value = this.rows(sql, ...values)[0]?.[0];
    return value instanceof Uint8Array ? bufferOf(value) : null;
  }

  close(): void {
    this.#statements.clear();
    this.#db.close();
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      statement.setReturnArrays(true);
      if (this.#statements.size >= STATEMENTS) this.#statements.clear();
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

/** For a column that may be NULL. */
export function nullable(value: number | undefined): number | null {
  return value ?? null;
}

export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Names in TEXT columns: as they are, except where SQLite's UTF-8 would change them. */
export function nameText(name: string): string {
  return name.isWellFormed() && !name.includes('\0') && !name.startsWith('"') ? name : JSON.stringify(name);
}

export function nameOf(text: unknown): string {
  return typeof text === 'string' && text.startsWith('"') ? String(JSON.parse(text)) : String(text);
}

/** Whether the file is damaged, or none of ours. */
export function isDamage(error: unknown): boolean {
  if (error instanceof DamagedFileError) return true;
  // No number of ours is so large: the bytes of a row have changed.
  if (error instanceof Error && 'code' in error && error.code === 'ERR_OUT_OF_RANGE') {
    return /JavaScript number/.test(error.message);
  }
  const code = sqliteCode(error);
  // CORRUPT, NOTADB, IOERR_SHORT_READ.
  return code !== null && ((code & 0xff) === 11 || (code & 0xff) === 26 || code === 522);
}

/** Whether it may work later: FULL, IOERR, BUSY, LOCKED, READONLY, CANTOPEN, NOMEM. */
export function isAway(error: unknown): boolean {
  if (error instanceof StoreUnavailableError) return true;
  const code = sqliteCode(error);
  if (code !== null) return [13, 10, 5, 6, 8, 14, 7].includes(code & 0xff);
  return error instanceof Error && 'code' in error && AWAY_CODES.has(String(error.code));
}

/** The same as Node's own file calls name it: a file that cannot be made now may be made later. */
const AWAY_CODES: ReadonlySet<string> = new Set([
  'ENOSPC',
  'EDQUOT',
  'EMFILE',
  'ENFILE',
  'EROFS',
  'EIO',
  'EACCES',
  'EPERM',
  'ENOMEM',
  'EBUSY',
]);

export function sqliteCode(error: unknown): number | null {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode
    : null;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A whole folder that this version does not read; nothing of it is damaged, and nothing of it is touched. */
export class OlderLayoutError extends Error {
  override readonly name = 'OlderLayoutError';
  readonly code = OTHER_LAYOUT;

  constructor() {
    super(
      'the logs in this data folder were written by an earlier version, whose files this one does not read: ' +
        'export them with that version and import them here, or name another data folder',
    );
  }
}

/** As {@link OlderLayoutError}: a version before this one was put back. */
export class NewerLayoutError extends Error {
  override readonly name = 'NewerLayoutError';
  readonly code = OTHER_LAYOUT;

  constructor() {
    super(
      'the logs in this data folder were written by a later version of ocpp-logs: start that one or a newer one, or ' +
        'restore the back-up from before it into another data folder',
    );
  }
}

/** A file of the data folder that does not hold what its place says. */
export class DamagedFileError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DamagedFileError';
  }
}
