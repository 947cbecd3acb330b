/** The writer's open site files: at most so many at a time, made when first written, set aside when damaged. */

import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Ordinals } from '../node-number.ts';
import type { FileRow, IndexFile } from './index-file.ts';
import { BUILDING, LIVE, logsFolder, setAsideFolder, sitePath } from './layout.ts';
import type { Month } from './month.ts';
import { createSiteFile, SiteFile, type SiteFileMeta } from './site-file.ts';
import { isSiteDamage } from './site-schema.ts';
import { DamagedFileError, messageOf } from './sql.ts';

export interface SiteFilesOptions {
  readonly folder: string;
  readonly report: (message: string) => void;
  readonly extraction: number;
  /** Open at a time; the one used longest ago is closed first. */
  readonly open: number;
  /** ms to wait for a lock. */
  readonly busy: number;
  /** Called before any file is committed. */
  readonly beforeCommit?: () => void;
  /** Of the ids that are given here. */
  readonly ordinals?: Ordinals;
}

/** A look at a file in which something failed waits so long for a lock. */
const LOOK_BUSY_MS = 1000;

/** A site file turned out damaged while it was used. */
export class DamagedSiteFile extends Error {
  readonly file: FileRow;

  constructor(file: FileRow, cause: unknown) {
    super(messageOf(cause), { cause });
    this.file = file;
  }
}

export class SiteFiles {
  readonly index: IndexFile;
  readonly #options: SiteFilesOptions;
  /** In the order of their last use. */
  readonly #open = new Map<string, SiteFile>();
  /** Files with an open transaction. */
  readonly #dirty = new Set<SiteFile>();
  /** Paths of databases with commits that are not known to be on the disk. */
  #unsynced = new Set<string>();
  #folderUnsynced = false;
  #committedEarly = 0;

  constructor(index: IndexFile, options: SiteFilesOptions) {
    this.index = index;
    this.#options = options;
  }

  /** null where the site has no entries in that month. */
  get(site: string, month: Month): SiteFile | null {
    const key = keyOf(site, month);
    const open = this.#open.get(key);
    if (open !== undefined) {
      this.#open.delete(key);
      this.#open.set(key, open);
      return open;
    }
    const row = this.index.live(site, month);
    return row === null ? null : this.#openFile(row);
  }

  obtain(site: string, month: Month): SiteFile {
    const file = this.get(site, month);
    if (file !== null) return file;
    const { extraction } = this.#options;
    const number = this.index.add(site, month, extraction, LIVE);
    this.create(number, { site, month, building: false, floor: this.index.reach(site, month) ?? 0 });
    return this.#openFile({ number, site, month, unfinished: true, extraction });
  }

  of(row: FileRow): SiteFile | null {
    const file = this.get(row.site, row.month);
    return file?.number === row.number ? file : null;
  }

  /** The file behind a number that the index has given already. */
  create(number: number, of: Pick<SiteFileMeta, 'site' | 'month' | 'building' | 'floor'>): string {
    const { folder, extraction, busy } = this.#options;
    const path = sitePath(folder, number);
    createSiteFile(path, { ...of, extraction }, busy);
    this.#folderUnsynced = true;
    return path;
  }

  /** A copy under way: not seen by readers, gone after a crash. */
  copyOf(file: SiteFile): SiteFile {
    const { extraction, busy } = this.#options;
    const number = this.index.add(file.site, file.month, extraction, BUILDING);
    const { site, month, floor } = file;
    const path = this.create(number, { site, month, building: true, floor });
    const row = { number, site: file.site, month: file.month, unfinished: true, extraction };
    return new SiteFile(path, row, busy, this.#options.ordinals);
  }

  /** Before the first change of a transaction. */
  begin(file: SiteFile): void {
    if (file.db.inTransaction) return;
    if (!file.unfinished) {
      // Before the change itself: a crash may leave the mark without need, but never a change without the mark.
      this.index.setUnfinished(file.number, true);
      file.unfinished = true;
    }
    file.begin();
    this.#dirty.add(file);
  }

  get dirty(): boolean {
    return this.#dirty.size > 0;
  }

  isDirty(file: SiteFile): boolean {
    return this.#dirty.has(file);
  }

  /** Commits them all. On an error those before it are committed and the rest is open still. */
  commit(): number {
    for (const file of this.#dirty) this.#committedEarly += this.commitFile(file);
    const changed = this.#committedEarly;
    this.#committedEarly = 0;
    return changed;
  }

  commitFile(file: SiteFile): number {
    this.#options.beforeCommit?.();
    if (file.reached > file.reachNoted) {
      file.reachNoted = this.index.raise(file.site, file.month, file.reached);
    }
    const changed = this.within(file, () => file.commit());
    this.#dirty.delete(file);
    this.#unsynced.add(file.db.path);
    return changed;
  }

  /** Also of a file whose transaction is not among the dirty ones: maintenance has its own. */
  rollback(): void {
    const open = [...this.#open.values()].filter((file) => file.db.inTransaction);
    for (const file of new Set([...this.#dirty, ...open])) {
      try {
        file.rollback();
      } catch (error) {
        // The connection itself failed: closing it undoes what it had not committed.
        this.#options.report(`${basename(file.db.path)} is opened anew: ${messageOf(error)}`);
        this.drop(file);
      }
    }
    this.#dirty.clear();
    this.#committedEarly = 0;
  }

  /** Runs with one file; what shows it as damaged becomes a {@link DamagedSiteFile}. */
  within<T>(file: SiteFile, work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw damageOf(file, error);
    }
  }

  /** Moves a damaged file out of the way; a new one is begun by the next change of its month. */
  setAside(row: FileRow, reason: string): void {
    const open = this.#open.get(keyOf(row.site, row.month));
    if (open?.number === row.number) this.drop(open);
    this.index.lose(row);
    const path = sitePath(this.#options.folder, row.number);
    this.#options.report(
      `logs/${basename(path)} (site ${row.site}) is damaged and was moved to set-aside/: ${reason}`,
    );
    moveAside(this.#options.folder, path);
  }

  /** Takes a file away for good: its month is past, or a copy took its place. */
  remove(row: FileRow): void {
    const open = this.#open.get(keyOf(row.site, row.month));
    if (open?.number === row.number) this.drop(open);
    this.index.retire(row.number);
    this.index.forgetReach(row.site, row.month);
    this.delete(row.number);
  }

  /** The retired file's bytes and its row. */
  delete(number: number): void {
    deleteFiles(sitePath(this.#options.folder, number));
    this.index.remove(number);
  }

  /** Puts a finished copy in the place of its original. */
  swap(original: SiteFile, copy: SiteFile): void {
    const { extraction, folder, busy } = this.#options;
    copy.db.run(`UPDATE meta SET value = 0 WHERE key = 'building'`);
    copy.db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    copy.close();
    this.index.swap(original.number, copy.number, extraction);
    this.drop(original);
    this.delete(original.number);
    const row = this.index.live(original.site, original.month);
    if (row !== null)
      this.#keep(new SiteFile(sitePath(folder, row.number), row, busy, this.#options.ordinals));
  }

  /** A copy that will not be finished. */
  discard(copy: SiteFile): void {
    this.drop(copy);
    try {
      this.delete(copy.number);
    } catch (error) {
      // The next start finds it as a leftover.
      this.#options.report(`${basename(copy.db.path)} is not deleted yet: ${messageOf(error)}`);
    }
  }

  /** Everything in it is packed. */
  finished(file: SiteFile): void {
    this.index.setUnfinished(file.number, false);
    file.unfinished = false;
  }

  /** It was changed outside of a transaction of its own. */
  touched(file: SiteFile): void {
    this.#unsynced.add(file.db.path);
  }

  /** Closes a file whatever state it is in. */
  drop(file: SiteFile): void {
    if (this.#open.get(keyOf(file.site, file.month)) === file)
      this.#open.delete(keyOf(file.site, file.month));
    this.#dirty.delete(file);
    try {
      file.close();
    } catch (error) {
      this.#options.report(`${basename(file.db.path)} did not close: ${messageOf(error)}`);
    }
  }

  /** What has been committed since the last call and may not be on the disk. */
  takeUnsynced(): { readonly databases: ReadonlySet<string>; readonly folder: string | null } {
    const databases = this.#unsynced;
    this.#unsynced = new Set();
    const folder = this.#folderUnsynced ? logsFolder(this.#options.folder) : null;
    this.#folderUnsynced = false;
    return { databases, folder };
  }

  /** They could not be brought to the disk. */
  giveBack(databases: Iterable<string>): void {
    for (const path of databases) this.#unsynced.add(path);
    this.#folderUnsynced = true;
  }

  close(): void {
    for (const file of this.#open.values()) this.drop(file);
    this.index.close();
  }

  #openFile(row: FileRow): SiteFile {
    const { folder, busy } = this.#options;
    const path = sitePath(folder, row.number);
    try {
      if (!existsSync(path)) throw new DamagedFileError('it is missing');
      return this.#keep(new SiteFile(path, row, busy, this.#options.ordinals));
    } catch (error) {
      throw isSiteDamage(error, path, busy) ? new DamagedSiteFile(row, error) : error;
    }
  }

  #keep(file: SiteFile): SiteFile {
    for (const oldest of this.#open.values()) {
      if (this.#open.size < this.#options.open) break;
      // Its transaction ends early: more files than may be open were changed at once.
      if (this.#dirty.has(oldest)) this.#committedEarly += this.commitFile(oldest);
      this.drop(oldest);
    }
    this.#open.set(keyOf(file.site, file.month), file);
    file.reachNoted = this.index.reach(file.site, file.month) ?? 0;
    return file;
  }
}

export function damageOf(file: SiteFile, error: unknown): unknown {
  if (error instanceof DamagedSiteFile || !isSiteDamage(error, file.db.path, LOOK_BUSY_MS)) return error;
  const { number, site, month, unfinished } = file;
  return new DamagedSiteFile({ number, site, month, unfinished, extraction: 0 }, error);
}

const PARTS = ['', '-wal', '-shm'] as const;

export function deleteFiles(path: string): void {
  for (const part of PARTS) rmSync(path + part, { force: true });
}

/** A file and what belongs to it, under a name that is free. */
export function moveAside(folder: string, path: string): void {
  mkdirSync(setAsideFolder(folder), { recursive: true, mode: 0o700 });
  let target = join(setAsideFolder(folder), basename(path));
  for (let copy = 1; existsSync(target); copy++) {
    target = join(setAsideFolder(folder), `${copy}-${basename(path)}`);
  }
  for (const part of PARTS) {
    if (existsSync(path + part)) renameSync(path + part, target + part);
  }
}

function keyOf(site: string, month: Month): string {
  return `${month}\0${site}`;
}
