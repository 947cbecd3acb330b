/** Databases in a folder that may only be read, such as a mounted back-up. */

import { accessSync, constants, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { StoreUnavailableError } from './unavailable.ts';

export function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}

/** ms of `busy` are waited for a lock. Throws a StoreUnavailableError where a part of it cannot be read. */
export function openReadOnly(path: string, busy: number): DatabaseSync {
  const usual = new DatabaseSync(path, { readOnly: true, timeout: busy });
  if (isWritable(dirname(path))) return usual;
  try {
    usual.prepare('PRAGMA schema_version').get();
    return usual;
  } catch (error) {
    usual.close();
    if (!needsFiles(error)) throw error;
    return openUnchanging(path, error);
  }
}

/** CANTOPEN, READONLY: what stands beside a database in WAL mode cannot be made here. */
function needsFiles(error: unknown): boolean {
  if (!(error instanceof Error && 'errcode' in error && typeof error.errcode === 'number')) return false;
  return [14, 8].includes(error.errcode & 0xff);
}

/** Nobody has it open, or its `-wal` would be there: then the file alone is all of it. */
function openUnchanging(path: string, cause: unknown): DatabaseSync {
  const wal = `${path}-wal`;
  if ((statSync(wal, { throwIfNoEntry: false })?.size ?? 0) > 0) {
    throw new StoreUnavailableError(
      `the newest changes of ${basename(path)} stand in ${wal}, which cannot be read where nothing may be written: copy the folder, with that file, to where it may be written, and name the copy with --data`,
      cause,
    );
  }
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  return new DatabaseSync(url, { readOnly: true });
}
