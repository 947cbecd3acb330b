/** What the files take: which there are the index tells, how large they are the file system. */

import { closeSync, existsSync, openSync, readdirSync, readSync, statfsSync, statSync } from 'node:fs';
import type { DroppedMonth, LogStorage, StoredMonth } from '../storage.ts';
import type { FileRow, IndexFile } from './index-file.ts';
import { DROPPED_SITE_FILE, fileNumber, setAsideFolder, sitePath } from './layout.ts';
import { type Month, startOfMonth } from './month.ts';

/** `folder` is the data folder; `index` is null before the first writer has made it. */
export function storageOf(folder: string, index: IndexFile | null): LogStorage {
  const { bavail, bsize } = statfsSync(folder);
  const months = (index?.all() ?? []).map((row) => stored(folder, row));
  return {
    months: months.sort((a, b) => compare(a.site, b.site) || compare(a.month, b.month)),
    freeBytes: bavail * bsize,
    setAside: setAside(folder),
  };
}

function stored(folder: string, { number, site, month }: FileRow): StoredMonth {
  const path = sitePath(folder, number);
  // What was committed last lies beside the file.
  const bytes = bytesOf(path) + bytesOf(`${path}-wal`);
  return { site, month: monthName(month), bytes };
}

/** 0 of a file that is not made yet, or was removed by its writer. */
function bytesOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Of which entries were dropped after they were shipped; by site, then by month. */
export function droppedMonths(folder: string, index: IndexFile | null): readonly DroppedMonth[] {
  const dropped = (index?.all() ?? []).filter(
    ({ number }) => markOf(sitePath(folder, number)) === DROPPED_SITE_FILE,
  );
  return dropped
    .map(({ site, month }) => ({ site, month: monthName(month) }))
    .sort((a, b) => compare(a.site, b.site) || compare(a.month, b.month));
}

/** `application_id` of a database, where its file has it; null where there is none. */
function markOf(path: string): number | null {
  if (!existsSync(path)) return null;
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(4);
    return readSync(file, bytes, 0, 4, 68) === 4 ? bytes.readUInt32BE() : null;
  } finally {
    closeSync(file);
  }
}

function monthName(month: Month): string {
  return new Date(startOfMonth(month)).toISOString().slice(0, 7);
}

function setAside(folder: string): number {
  const aside = setAsideFolder(folder);
  if (!existsSync(aside)) return 0;
  return readdirSync(aside).filter((name) => fileNumber(name) !== null).length;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
