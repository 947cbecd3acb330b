/** The data folder as a whole: who has it, and how a running server is reached by the command line beside it. */

import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const SQLITE_BUSY = 5;
/** Someone who only asks has the lock for less than this. */
const PROBE_MS = 250;

/** Made by a restore before its first file, removed behind the last: what lies beside it is not whole. */
export const UNFINISHED_RESTORE = 'restore.unfinished';

/** A lock ends when its database is closed, and a database nobody refers to is closed by the garbage collector. */
const HELD = new Set<DatabaseSync>();

/** The folder cannot be used as it is; one line, status 2. */
export class FolderError extends Error {
  override readonly name = 'FolderError';
}

/** `run.json`: what the holder of the folder tells of itself. Only its own user may read it. */
export interface RunRecord {
  readonly pid: number;
  readonly command: string;
  /** Where the server answers; null until it does, and for commands that do not serve. */
  readonly url: string | null;
  /** Where people reach it; absent where that is the same. */
  readonly shownUrl?: string;
  /** Admin bearer of the running server, for the command line beside it. */
  readonly token: string | null;
}

/**
 * Holds a data folder for one process. The lock is an exclusive transaction on the SQLite file `lock`, so that it
 * ends with the process however that ends, on every platform.
 */
export class DataFolder {
  readonly path: string;
  readonly #lock: DatabaseSync;
  #held = true;

  constructor(path: string, lock: DatabaseSync) {
    this.path = path;
    this.#lock = lock;
  }

  /** Makes the folder if there is none. Throws a FolderError if it cannot be written or another process has it. */
  static hold(path: string, command: string): DataFolder {
    if (command !== 'restore') refuseUnfinished(path);
    makeFolder(path);
    const lock = takeLock(join(path, 'lock'), PROBE_MS);
    if (lock === null) throw new FolderError(busyLine(path, readRun(path)));
    HELD.add(lock);
    const folder = new DataFolder(path, lock);
    folder.announce({ command, url: null, token: null });
    return folder;
  }

  /** Writes `run.json` anew. */
  announce(run: Omit<RunRecord, 'pid'>): void {
    const path = join(this.path, 'run.json');
    const fresh = `${path}.new`;
    writeFileSync(fresh, JSON.stringify({ pid: process.pid, ...run }), { mode: 0o600 });
    chmodSync(fresh, 0o600);
    renameSync(fresh, path);
  }

  release(): void {
    if (!this.#held) return;
    this.#held = false;
    rmSync(join(this.path, 'run.json'), { force: true });
    HELD.delete(this.#lock);
    this.#lock.close();
  }
}

/** Throws a FolderError where a restore was cut off. */
export function refuseUnfinished(path: string): void {
  if (!existsSync(join(path, UNFINISHED_RESTORE))) return;
  throw new FolderError(
    `data folder ${path} is not whole: a restore into it was cut off; run the same ocpp-logs restore again`,
  );
}

export interface HeldFile {
  release(): void;
}

/**
 * Holds something smaller than a folder, by a lock file of its own that ends with the process; null where another has it.
 * `timeout`: ms in which that one may let it go.
 */
export function holdFile(path: string, timeout = 0): HeldFile | null {
  const lock = takeLock(path, timeout);
  if (lock === null) return null;
  HELD.add(lock);
  return {
    release() {
      HELD.delete(lock);
      lock.close();
    },
  };
}

/** What the process that has the folder tells of itself; null if nobody has it. */
export function holderOf(path: string): RunRecord | null {
  const file = join(path, 'lock');
  if (!existsSync(file)) return null;
  const lock = takeLock(file, 0);
  if (lock === null) return readRun(path) ?? { pid: 0, command: 'unknown', url: null, token: null };
  lock.close();
  return null;
}

/** Makes the folder if there is none; a FolderError if nothing can be written there. */
export function makeFolder(path: string): void {
  try {
    makePath(resolve(path, 'logs'));
    const probe = join(path, `.probe-${process.pid}`);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw new FolderError(
      `data folder ${path} cannot be written (${codeOf(error)}); choose another with --data`,
    );
  }
}

/** Step by step: Node's own recursive mkdir never returns where the system says ENOENT for a folder that is there (/proc). */
function makePath(path: string): void {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there?.isDirectory() === true) return;
  if (there !== undefined) throw Object.assign(new Error(`${path} is no folder`), { code: 'ENOTDIR' });
  if (dirname(path) !== path) makePath(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

/** null where another process has it. */
function takeLock(path: string, timeout: number): DatabaseSync | null {
  let lock: DatabaseSync;
  try {
    lock = new DatabaseSync(path, { timeout });
  } catch (error) {
    throw new FolderError(`${path} cannot be locked (${codeOf(error)}); is its folder writable?`);
  }
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return null;
    throw new FolderError(`${path} cannot be locked (${codeOf(error)})`);
  }
}

function readRun(path: string): RunRecord | null {
  let text: string;
  try {
    text = readFileSync(join(path, 'run.json'), 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw new FolderError(`${join(path, 'run.json')} cannot be read (${codeOf(error)})`);
  }
  const run = parsed(text);
  return isRun(run) ? run : null;
}

/** undefined for what is no JSON: not written by this program. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isRun(run: unknown): run is RunRecord {
  return (
    typeof run === 'object' &&
    run !== null &&
    'pid' in run &&
    typeof run.pid === 'number' &&
    'command' in run &&
    typeof run.command === 'string' &&
    'url' in run &&
    (run.url === null || typeof run.url === 'string') &&
    (!('shownUrl' in run) || typeof run.shownUrl === 'string') &&
    'token' in run &&
    (run.token === null || typeof run.token === 'string')
  );
}

function busyLine(path: string, holder: RunRecord | null): string {
  if (holder === null)
    return `data folder ${path} is in use by another process; stop it or choose another with --data`;
  const what = holder.command === 'serve' ? 'a running server' : `ocpp-logs ${holder.command}`;
  const url = holder.shownUrl ?? holder.url;
  const where = url === null ? '' : ` at ${url}`;
  return `data folder ${path} is in use by ${what}${where} (process ${holder.pid}); stop it or choose another with --data`;
}

function codeOf(error: unknown): string {
  if (error instanceof Error) return 'code' in error ? String(error.code) : error.message;
  return String(error);
}
