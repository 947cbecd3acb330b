/**
 * Copies of the logs for a back-up, each of one moment of its file, while the writer goes on.
 *
 * The index is copied first: it never tells of more than the site files hold, and what they hold beyond it is found
 * again by whoever opens the copy. Times up to which a connection was captured are then of the past, so that a folder
 * that is restored gets its gap entries from there.
 */

import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { IndexFile } from './index-file.ts';
import { indexPath, LIVE, logsFolder, sitePath } from './layout.ts';
import { Connection } from './sql.ts';

const BUSY_MS = 30_000;

export interface SnapshotFile {
  /** Number of the file in the copy, and where it lies in both folders. */
  readonly number: number;
  readonly source: string;
  readonly target: string;
  /** Which of how many, from 1. */
  readonly at: number;
  readonly of: number;
}

/**
 * Copies index and site files from the data folder into `target`. `take` makes the copy of a site file, by {@link copyDatabase}
 * or from an earlier back-up.
 */
export async function snapshotLogs(
  folder: string,
  target: string,
  take: (file: SnapshotFile) => Promise<void>,
): Promise<void> {
  mkdirSync(logsFolder(target), { recursive: true, mode: 0o700 });
  if (!existsSync(indexPath(folder))) return;
  copyDatabase(indexPath(folder), indexPath(target));
  const index = new Connection(indexPath(target), { readOnly: false, busy: BUSY_MS });
  try {
    index.run(`DELETE FROM file WHERE state <> ${LIVE}`);
    const files = index.rows('SELECT number, site, month FROM file ORDER BY number');
    for (const [at, [listed, site, month]] of files.entries()) {
      const number = await takeLive(folder, target, Number(listed), [String(site), Number(month)], take, {
        at: at + 1,
        of: files.length,
      });
      if (number === null) index.run('DELETE FROM file WHERE number = ?', Number(listed));
      else if (number !== listed) {
        index.run('UPDATE file SET number = ? WHERE number = ?', number, Number(listed));
      }
    }
  } finally {
    index.close();
  }
}

/**
 * Takes the file of a site and month, under whatever number it has by now: retention removes files, and a derived copy
 * takes the place of its original. Returns the number; null where the month is gone.
 */
async function takeLive(
  folder: string,
  target: string,
  listed: number,
  [site, month]: readonly [string, number],
  take: (file: SnapshotFile) => Promise<void>,
  count: Pick<SnapshotFile, 'at' | 'of'>,
): Promise<number | null> {
  for (let number: number | null = listed; number !== null; ) {
    const source = sitePath(folder, number);
    try {
      await take({ number, source, target: sitePath(target, number), ...count });
      return number;
    } catch (error) {
      const now = liveNumber(folder, site, month);
      // Still the one that could not be copied: so that is no matter of its having moved.
      if (now === number) throw error;
      number = now;
    }
  }
  return null;
}

/** `site` as the index writes it. */
function liveNumber(folder: string, site: string, month: number): number | null {
  const index = new IndexFile(indexPath(folder), { readOnly: true, busy: BUSY_MS });
  try {
    const row = index.db.numberRow(
      `SELECT number FROM file WHERE site = ? AND month = ? AND state = ${LIVE}`,
      site,
      month,
    );
    return row?.[0] ?? null;
  } finally {
    index.close();
  }
}

/** One moment of an SQLite database, as a new file without free pages in the place of what is at `target`. */
export function copyDatabase(source: string, target: string): void {
  rmSync(target, { force: true });
  const db = new Connection(source, { readOnly: true, busy: BUSY_MS });
  try {
    db.run('VACUUM INTO ?', target);
  } finally {
    db.close();
  }
}

/** Entries of a site file. */
export function entriesOf(path: string): number {
  const db = new Connection(path, { readOnly: true, busy: BUSY_MS });
  try {
    return db.number('SELECT coalesce(sum(n), 0) FROM hour_action');
  } finally {
    db.close();
  }
}
