/** What a writer does with its folder before it writes: finds, adopts, clears up, and sets aside what is none of ours. */

import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { timeOfId } from '@ocpp-logs/core';
import { ChargerRows } from './charger-rows.ts';
import { IndexFile } from './index-file.ts';
import { fileNumber, indexPath, logsFolder, sitePath } from './layout.ts';
import { idOfPlace } from './month.ts';
import type { SiteFileMeta } from './site-file.ts';
import { openSiteFile, readMeta } from './site-file.ts';
import { deleteFiles, moveAside } from './site-files.ts';
import { checkColumns, isSiteDamage } from './site-schema.ts';
import type { Connection } from './sql.ts';
import { DamagedFileError, isDamage, messageOf, nameOf } from './sql.ts';

/** Listed files that are opened once at the start; of more, damage is found when they are used. */
const LOOKED_AT = 512;

type Report = (message: string) => void;

/** Opens `logs/` of a data folder, whatever it holds. */
export function openIndex(folder: string, busy: number, report: Report): IndexFile {
  mkdirSync(logsFolder(folder), { recursive: true, mode: 0o700 });
  const index = openOrReplace(folder, busy, report);
  try {
    settle(folder, index, busy, report);
    return index;
  } catch (error) {
    index.close();
    if (!isDamage(error)) throw error;
    const anew = replaced(folder, busy, report, error);
    settle(folder, anew, busy, report);
    return anew;
  }
}

function settle(folder: string, index: IndexFile, busy: number, report: Report): void {
  for (const number of index.leftovers()) {
    deleteFiles(sitePath(folder, number));
    index.remove(number);
  }
  setForeignAside(folder, report);
  dropMissing(folder, index, report);
  adopt(folder, index, busy, report);
  look(folder, index, busy, report);
  index.disconnectAll();
}

function openOrReplace(folder: string, busy: number, report: Report): IndexFile {
  const path = indexPath(folder);
  try {
    return new IndexFile(path, { readOnly: false, busy });
  } catch (error) {
    if (!isDamage(error)) throw error;
    return replaced(folder, busy, report, error);
  }
}

function replaced(folder: string, busy: number, report: Report, reason: unknown): IndexFile {
  const path = indexPath(folder);
  report(`logs/index.db is damaged, was moved to set-aside/ and is made anew: ${messageOf(reason)}`);
  moveAside(folder, path);
  return new IndexFile(path, { readOnly: false, busy });
}

function setForeignAside(folder: string, report: Report): void {
  for (const file of readdirSync(logsFolder(folder), { withFileTypes: true })) {
    if (!file.isFile() || file.name.startsWith('.')) continue;
    const database = file.name.replace(/-(wal|shm|journal)$/, '');
    const ours = database === 'index.db' || fileNumber(database) !== null;
    if (ours && (database === file.name || existsSync(join(logsFolder(folder), database)))) continue;
    report(`logs/${file.name} is no file of ocpp-logs and was moved to set-aside/`);
    moveAside(folder, join(logsFolder(folder), file.name));
  }
}

function dropMissing(folder: string, index: IndexFile, report: Report): void {
  for (const row of index.all()) {
    const path = sitePath(folder, row.number);
    if (existsSync(path)) continue;
    report(`logs/${basename(path)} (site ${row.site}) is missing; its entries are lost`);
    index.lose(row);
  }
}

/** Files that the index does not know: it was lost, or a power cut came before it was on the disk. */
function adopt(folder: string, index: IndexFile, busy: number, report: Report): void {
  const listed = new Set(index.all().map(({ number }) => number));
  const found = readdirSync(logsFolder(folder)).flatMap((name) => fileNumber(name) ?? []);
  const highest = Math.max(0, ...found);
  if (highest > 0) index.reserve(highest);
  // Highest first: of two files of one month the later one took the place of the other.
  for (const number of found.filter((each) => !listed.has(each)).sort((a, b) => b - a)) {
    const path = sitePath(folder, number);
    try {
      adoptFile(path, number, index, busy);
    } catch (error) {
      if (!isSiteDamage(error, path, busy)) throw error;
      report(`logs/${basename(path)} is damaged or foreign and was moved to set-aside/: ${messageOf(error)}`);
      moveAside(folder, path);
    }
  }
}

function adoptFile(path: string, number: number, index: IndexFile, busy: number): void {
  const db = openSiteFile(path, busy);
  let meta: SiteFileMeta;
  try {
    meta = readMeta(db);
    checkColumns(db);
    if (!meta.building) {
      if (index.live(meta.site, meta.month) !== null) {
        throw new DamagedFileError('another file holds the same site and month');
      }
      index.adopt({ number, ...meta, unfinished: true });
      tellNames(db, meta.site, index);
      if (index.anew) tellNewest(db, meta, index);
    }
  } finally {
    db.close();
  }
  if (meta.building) deleteFiles(path);
}

function tellNewest(db: Connection, { site, month }: SiteFileMeta, index: IndexFile): void {
  const [place = null] = db.numberRow('SELECT max(id) FROM entry') ?? [];
  if (place === null) return;
  const at = timeOfId(idOfPlace(month, place));
  index.newest.set(site, Math.max(at, index.newest.get(site) ?? at));
}

function tellNames(db: Connection, site: string, index: IndexFile): void {
  const actions = db.rows('SELECT name FROM action WHERE id IN (SELECT action FROM hour_action)');
  for (const [name] of actions) index.seeAction(site, nameOf(name));
  const chargers = db.rows(`SELECT name FROM charger WHERE name <> ''`);
  const rows = new ChargerRows(index.db);
  for (const [name] of chargers) rows.see(site, nameOf(name), {});
}

function look(folder: string, index: IndexFile, busy: number, report: Report): void {
  for (const row of index.all().slice(-LOOKED_AT)) {
    const path = sitePath(folder, row.number);
    let meta: SiteFileMeta;
    try {
      const db = openSiteFile(path, busy);
      try {
        meta = readMeta(db);
        checkColumns(db);
      } finally {
        db.close();
      }
    } catch (error) {
      if (!isSiteDamage(error, path, busy)) throw error;
      report(
        `logs/${basename(path)} (site ${row.site}) is damaged and was moved to set-aside/: ${messageOf(error)}`,
      );
      index.lose(row);
      moveAside(folder, path);
      continue;
    }
    // The file tells of itself: where the index says otherwise, it is the index that is wrong.
    if (meta.site !== row.site || meta.month !== row.month) {
      throw new DamagedFileError(`it names another site or month for ${basename(path)} than the file does`);
    }
  }
}
