/**
 * logs/index.db: which file holds which site and month, and the small facts that belong to no month. What can be
 * lost without loss of a log: it is built again from the site files.
 */

import type { ChargerSummary } from '../store.ts';
import {
  BUILDING,
  CONNECTION_PRAGMAS,
  INDEX_FILE,
  INDEX_SCHEMA,
  isLaterMark,
  LIVE,
  REACH_SCHEMA,
  RETIRED,
} from './layout.ts';
import type { Month } from './month.ts';
import { Connection, DamagedFileError, NewerLayoutError, nameOf, nameText } from './sql.ts';

export interface FileRow {
  readonly number: number;
  readonly site: string;
  readonly month: Month;
  /** Whether it may hold texts that are not packed yet, amendments or pending entries. */
  readonly unfinished: boolean;
  /** Extraction version of its fields. */
  readonly extraction: number;
}

export interface ConnectionRow {
  readonly site: string;
  readonly charger: string;
  readonly connection: string;
  readonly capturedThrough: number;
}

/** Actions of one site that are told of: OCPP has fewer than 200, and a station can make up any. */
const ACTIONS_MAX = 1000;
const REACH_LEAST = 64;
/** Of a file of an earlier version. */
const REACH_UNKNOWN = 1024;
const COLUMNS = 'number, site, month, unfinished, extraction';

export interface IndexOptions {
  readonly readOnly: boolean;
  readonly busy: number;
}

export class IndexFile {
  readonly db: Connection;
  /** Made just now: what the one before knew of runs and connections is lost. */
  readonly anew: boolean;
  /** By site, ms: its newest entry, of files that were there before the index. */
  readonly newest = new Map<string, number>();

  /** Creates the tables where the file is empty. A file that is none of ours throws {@link DamagedFileError}. */
  constructor(path: string, options: IndexOptions) {
    this.db = new Connection(path, options);
    try {
      this.anew = !options.readOnly && this.db.number('SELECT count(*) FROM sqlite_schema') === 0;
      if (!options.readOnly) {
        if (this.anew) this.db.exec(INDEX_SCHEMA);
        this.db.exec(CONNECTION_PRAGMAS);
        this.db.exec(REACH_SCHEMA);
      }
      const mark = this.db.number('PRAGMA application_id');
      if (isLaterMark(mark, INDEX_FILE)) throw new NewerLayoutError();
      if (mark !== INDEX_FILE) throw new DamagedFileError('no index of ocpp-logs');
      if (!options.readOnly) this.#look();
    } catch (error) {
      this.db.close();
      throw error;
    }
  }

  live(site: string, month: Month): FileRow | null {
    return this.#files(`site = ? AND month = ? AND state = ${LIVE}`, nameText(site), month)[0] ?? null;
  }

  /** In order of their months. */
  liveOf(site: string, from: Month, to: Month): readonly FileRow[] {
    return this.#files(
      `site = ? AND state = ${LIVE} AND month BETWEEN ? AND ? ORDER BY month`,
      nameText(site),
      from,
      to,
    );
  }

  byNumber(number: number): FileRow | null {
    return this.#files(`number = ? AND state = ${LIVE}`, number)[0] ?? null;
  }

  all(): readonly FileRow[] {
    return this.#files(`state = ${LIVE} ORDER BY number`);
  }

  /** Of months before this one, oldest first. */
  before(month: Month): readonly FileRow[] {
    return this.#files(`state = ${LIVE} AND month < ? ORDER BY month, number`, month);
  }

  unfinished(): readonly FileRow[] {
    return this.#files(`state = ${LIVE} AND unfinished = 1 ORDER BY number`);
  }

  /** Live files whose fields are of an older extraction, oldest number first. */
  outdated(extraction: number): readonly FileRow[] {
    return this.#files(`state = ${LIVE} AND extraction < ? ORDER BY number`, extraction);
  }

  /** Copies that were never finished, and files that were to be deleted. */
  leftovers(): readonly number[] {
    return this.db.numbers(`SELECT number FROM file WHERE state <> ${LIVE}`).map(([n = 0]) => n);
  }

  add(site: string, month: Month, extraction: number, state: number): number {
    const sql = `INSERT INTO file (site, month, state, unfinished, extraction) VALUES (?, ?, ?, 1, ?) RETURNING number`;
    return this.db.number(sql, nameText(site), month, state, extraction);
  }

  /** A file found on the disk that the index does not know. */
  adopt(row: FileRow): void {
    this.db.run(
      `INSERT INTO file (number, site, month, state, unfinished, extraction) VALUES (?, ?, ?, ${LIVE}, ?, ?)`,
      row.number,
      nameText(row.site),
      row.month,
      row.unfinished ? 1 : 0,
      row.extraction,
    );
  }

  /** Numbers up to this one are not given again. */
  reserve(number: number): void {
    this.db.exec('BEGIN IMMEDIATE');
    this.db.run(
      `INSERT INTO file (number, site, month, state, unfinished, extraction) VALUES (?, '', 0, ${BUILDING}, 0, 0)
       ON CONFLICT DO NOTHING`,
      number,
    );
    this.db.run(`DELETE FROM file WHERE number = ? AND site = '' AND state = ${BUILDING}`, number);
    this.db.exec('COMMIT');
  }

  /** Out of the readers' sight, on the disk before it returns; its file is then deleted and {@link remove}d. */
  retire(number: number): void {
    this.#durably(() => this.db.run(`UPDATE file SET state = ${RETIRED} WHERE number = ?`, number));
  }

  remove(number: number): void {
    this.db.run('DELETE FROM file WHERE number = ?', number);
  }

  /** Puts the finished copy in the place of the old file, which retires; on the disk before it returns. */
  swap(old: number, copy: number, extraction: number): void {
    this.#durably(() => {
      this.db.run(`UPDATE file SET state = ${RETIRED} WHERE number = ?`, old);
      this.db.run(`UPDATE file SET state = ${LIVE}, extraction = ? WHERE number = ?`, extraction, copy);
    });
  }

  /** Of a file that is damaged or missing: its place is free, but not the ids that it gave. */
  lose({ number, site, month }: Pick<FileRow, 'number' | 'site' | 'month'>): void {
    if (this.reach(site, month) === null) this.raise(site, month, REACH_UNKNOWN);
    this.remove(number);
  }

  /** Ordinals of a millisecond that were given in a month are less than this; null: nobody noted it. */
  reach(site: string, month: Month): number | null {
    const sql = 'SELECT ordinals FROM reach WHERE site = ? AND month = ?';
    return this.db.numberRow(sql, nameText(site), month)?.[0] ?? null;
  }

  /** What is noted then, which is more, so that it is seldom done. */
  raise(site: string, month: Month, ordinals: number): number {
    const noted = Math.max(REACH_LEAST, 2 ** Math.ceil(Math.log2(ordinals)));
    this.db.run(
      `INSERT INTO reach VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET ordinals = max(ordinals, ?3)`,
      nameText(site),
      month,
      noted,
    );
    return noted;
  }

  /** Nothing is kept of a month any more. */
  forgetReach(site: string, month: Month): void {
    this.db.run('DELETE FROM reach WHERE site = ? AND month = ?', nameText(site), month);
  }

  setUnfinished(number: number, unfinished: boolean): void {
    this.db.run('UPDATE file SET unfinished = ? WHERE number = ?', unfinished ? 1 : 0, number);
  }

  seeAction(site: string, action: string): void {
    this.db.run(
      `INSERT OR IGNORE INTO action_seen
       SELECT ?1, ?2 WHERE (SELECT count(*) FROM action_seen WHERE site = ?1) < ${ACTIONS_MAX}`,
      nameText(site),
      nameText(action),
    );
  }

  actions(sites: readonly string[]): readonly string[] {
    return this.db
      .rows(
        'SELECT DISTINCT name FROM action_seen WHERE site IN (SELECT value FROM json_each(?)) ORDER BY name',
        JSON.stringify(sites.map(nameText)),
      )
      .map(([name]) => nameOf(name));
  }

  /** `ended`: a connection that is over; another one of the same station may have come further. */
  captured(site: string, charger: string, at: number, ended: boolean): void {
    const through = ended ? 'max(ifnull(captured_through, 0), ?)' : '?';
    this.db.run(
      `UPDATE charger SET captured_through = ${through} WHERE site = ? AND name = ?`,
      at,
      nameText(site),
      nameText(charger),
    );
  }

  /** A writer that starts has no stations yet. */
  disconnectAll(): void {
    this.db.run('UPDATE charger SET connected = 0 WHERE connected = 1');
  }

  chargers(site: string): readonly ChargerSummary[] {
    return this.db
      .rows(
        `SELECT name, vendor, model, firmware, protocol, connected, last_seen, captured_through
         FROM charger WHERE site = ? ORDER BY name`,
        nameText(site),
      )
      .map(([name, vendor, model, firmware, protocol, connected, lastSeen, capturedThrough]) => ({
        id: nameOf(name),
        vendor: text(vendor),
        model: text(model),
        firmware: text(firmware),
        protocol: text(protocol),
        connected: connected === 1,
        lastSeen: number(lastSeen),
        capturedThrough: number(capturedThrough),
      }));
  }

  putConnection(row: ConnectionRow): void {
    this.db.run(
      'INSERT OR REPLACE INTO connection VALUES (?, ?, ?, ?)',
      nameText(row.site),
      nameText(row.connection),
      nameText(row.charger),
      row.capturedThrough,
    );
  }

  dropConnection(site: string, connection: string): void {
    this.db.run(
      'DELETE FROM connection WHERE site = ? AND connection = ?',
      nameText(site),
      nameText(connection),
    );
  }

  connections(): readonly ConnectionRow[] {
    return this.db
      .rows('SELECT site, charger, connection, captured_through FROM connection ORDER BY site, connection')
      .map(([site, charger, connection, through]) => ({
        site: nameOf(site),
        charger: nameOf(charger),
        connection: nameOf(connection),
        capturedThrough: number(through) ?? 0,
      }));
  }

  /** Changes whenever another connection has committed; compare for equality only. */
  version(): number {
    return this.db.number('PRAGMA data_version');
  }

  close(): void {
    this.db.close();
  }

  /** It is small, and wrong rows of it would have sound files taken for others. */
  #look(): void {
    const found = this.db.rows('PRAGMA quick_check(1)')[0]?.[0];
    if (found !== 'ok') throw new DamagedFileError(String(found));
    const states = [LIVE, BUILDING, RETIRED].join(', ');
    if (this.db.number(`SELECT count(*) FROM file WHERE state NOT IN (${states})`) > 0) {
      throw new DamagedFileError('a file has a state that there is not');
    }
  }

  #durably(change: () => void): void {
    this.db.exec('PRAGMA synchronous = FULL; BEGIN IMMEDIATE');
    try {
      change();
      this.db.exec('COMMIT');
    } finally {
      if (this.db.inTransaction) this.db.exec('ROLLBACK');
      this.db.exec('PRAGMA synchronous = NORMAL');
    }
  }

  #files(where: string, ...values: (string | number)[]): readonly FileRow[] {
    return this.db
      .rows(`SELECT ${COLUMNS} FROM file WHERE ${where}`, ...values)
      .map(([fileNumber, site, month, unfinished, extraction]) => ({
        number: number(fileNumber) ?? 0,
        site: nameOf(site),
        month: number(month) ?? 0,
        unfinished: unfinished === 1,
        extraction: number(extraction) ?? 0,
      }));
  }
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function number(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
