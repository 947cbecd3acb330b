/** control.db itself: synchronous, for the command line and for the control thread. Other processes may have it open too. */

import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AUDIT_DAYS } from '../audit.ts';
import type {
  BegunAnswer,
  ControlSnapshot,
  KeyRecord,
  LoggedSettings,
  Site,
  StartOfTransaction,
} from '../control.ts';
import type { ControlStore } from '../control-store.ts';
import { isWritable, openReadOnly } from '../read-only.ts';
import { AlarmTable } from './alarm-table.ts';
import { AuditTable } from './audit-table.ts';
import { BackupTable } from './backup-table.ts';
import {
  ANSWER_BYTES_MAX,
  ANSWERS_KEPT,
  ANSWERS_MAX,
  NUMBERS_EXHAUSTED,
  PURGE_BATCH,
  STARTS_KEPT,
  TRANSACTION_NUMBER_MAX,
} from './bounds.ts';
import { ErasureTable } from './erasure-table.ts';
import { PreferenceTable } from './preference-table.ts';
import { keysWithout, OF_A_SITE } from './removed-site.ts';
import { integer, keyOf, settingsOf, siteOf, text } from './rows.ts';
import { ControlFileError, checkVersion, migrate } from './schema.ts';
import { SearchTable } from './search-table.ts';
import { SessionTable } from './session-table.ts';
import { Statements } from './statements.ts';
import { StationPasswordTable } from './station-password-table.ts';
import { UserTable } from './user-table.ts';

const BUSY_MS = 5_000;
const DAY = 86_400_000;

const ANSWER = 'key = ? AND site = ? AND idempotency_key = ?';
const START =
  'site = ? AND charger = ? AND message_id = ? AND id_tag = ? AND connector = ? AND timestamp = ?';

export class ControlDatabase implements ControlStore {
  readonly #db: DatabaseSync;
  readonly #statements: Statements;
  /** Answers to repeated requests that went before their time was over. */
  forgottenAnswers = 0;
  readonly users: UserTable;
  readonly sessions: SessionTable;
  readonly saved: SearchTable;
  readonly preferences: PreferenceTable;
  readonly stationPasswords: StationPasswordTable;
  readonly audit: AuditTable;
  readonly erasures: ErasureTable;
  readonly backups: BackupTable;
  readonly alarms: AlarmTable;
  readonly nodes = null;
  readonly erasureParts = null;

  /**
   * Opens or creates `control.db` in `folder`, which must exist. Not readable by other users of the machine. `reading`:
   * nothing will be changed, so the folder need not be writable.
   */
  constructor(folder: string, { reading = false }: { readonly reading?: boolean } = {}) {
    const path = join(folder, 'control.db');
    const fixed = reading && !isWritable(folder);
    if (!fixed) closeSync(openSync(path, 'a', 0o600));
    this.#db = fixed ? openReadOnly(path, BUSY_MS) : new DatabaseSync(path, { timeout: BUSY_MS });
    this.#statements = new Statements(this.#db);
    this.users = new UserTable(this.#statements);
    this.sessions = new SessionTable(this.#statements, this.users);
    this.saved = new SearchTable(this.#statements);
    this.preferences = new PreferenceTable(this.#statements);
    this.stationPasswords = new StationPasswordTable(this.#statements);
    this.audit = new AuditTable(this.#statements);
    this.erasures = new ErasureTable(this.#db, this.#statements);
    this.backups = new BackupTable(this.#statements);
    this.alarms = new AlarmTable(this.#statements);
    try {
      // Deleted rows must not linger in free pages: they may name people.
      this.#db.exec('PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON');
      if (fixed) {
        checkVersion(this.#db);
        return;
      }
      migrate(this.#db);
      // FULL: a key or a transaction number that was answered must survive a power cut.
      this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    } catch (error) {
      this.#db.close();
      if (error instanceof Error && /not a database|malformed/.test(error.message)) {
        throw new ControlFileError('control.db is damaged or no SQLite database; restore it or move it away');
      }
      throw error;
    }
  }

  /** Changes whenever another connection has committed; compare for equality only. */
  dataVersion(): number {
    return integer(this.#sql('PRAGMA data_version').get() ?? {}, 'data_version');
  }

  snapshot(): ControlSnapshot {
    const sites = this.#sql('SELECT * FROM sites ORDER BY id').all().map(siteOf);
    const keys = this.#sql('SELECT * FROM keys ORDER BY created, id').all().map(keyOf);
    return {
      sites: new Map(sites.map((site) => [site.id, site])),
      keys,
      users: this.users.all(),
      sessions: this.sessions.all(),
      erased: this.erasures.tags(),
      alarms: this.alarms.all(),
    };
  }

  putSite(site: Site): void {
    this.#sql(
      `INSERT INTO sites (id, name, timezone, upstream, retention_days, origin, station_auth, upstream_trusted,
         level, changed_by, retention_days_info, retention_days_debug, pseudonymise_id_tags)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, timezone = excluded.timezone,
         upstream = excluded.upstream, retention_days = excluded.retention_days, origin = excluded.origin,
         station_auth = excluded.station_auth, upstream_trusted = excluded.upstream_trusted,
         level = excluded.level, changed_by = excluded.changed_by,
         retention_days_info = excluded.retention_days_info, retention_days_debug = excluded.retention_days_debug,
         pseudonymise_id_tags = excluded.pseudonymise_id_tags`,
    ).run(
      site.id,
      site.name,
      site.timezone,
      site.upstream,
      site.retentionDays,
      site.origin,
      site.stationAuth,
      site.upstreamTrusted ? 1 : 0,
      site.level,
      site.changedBy,
      site.retentionDaysInfo,
      site.retentionDaysDebug,
      site.pseudonymiseIdTags ? 1 : 0,
    );
  }

  removeSite(id: string): boolean {
    return this.#statements.transaction(() => {
      if (this.#sql('DELETE FROM sites WHERE id = ?').run(id).changes === 0) return false;
      for (const table of OF_A_SITE) this.#sql(`DELETE FROM ${table} WHERE site = ?`).run(id);
      const keys = this.#sql('SELECT * FROM keys ORDER BY id').all().map(keyOf);
      for (const key of keysWithout(keys, id)) this.putKey(key);
      this.alarms.withoutSite(id);
      return true;
    });
  }

  loggedSettings(): ReadonlyMap<string, LoggedSettings> {
    const rows = this.#sql('SELECT id, logged FROM sites WHERE logged IS NOT NULL').all();
    return new Map(rows.map((row) => [text(row, 'id'), settingsOf(row)]));
  }

  settingsLogged(site: string, before: LoggedSettings | null, settings: LoggedSettings): boolean {
    const changed = this.#sql('UPDATE sites SET logged = ? WHERE id = ? AND logged IS ?');
    return changed.run(JSON.stringify(settings), site, before && JSON.stringify(before)).changes === 1;
  }

  /** Who has the folder has the file with the key, too. */
  agreeOnSecretKey(offered: string | null): string | null {
    return offered;
  }

  putKey(key: KeyRecord): void {
    this.#sql(
      `INSERT INTO keys (id, name, api_key, scopes, sites, expires, created, last_used, revoked, bearer_hash,
         sealed_secret) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, scopes = excluded.scopes, sites = excluded.sites,
         expires = excluded.expires, revoked = excluded.revoked`,
    ).run(
      key.id,
      key.name,
      key.apiKey,
      JSON.stringify(key.scopes),
      key.sites && JSON.stringify(key.sites),
      key.expires,
      key.created,
      key.lastUsed,
      key.revoked ? 1 : 0,
      key.bearerHash,
      key.sealedSecret,
    );
  }

  /** False where there is a key already. */
  putFirstKey(key: KeyRecord): boolean {
    return this.#statements.transaction(() => {
      if (this.#sql('SELECT 1 FROM keys LIMIT 1').get()) return false;
      this.putKey(key);
      return true;
    });
  }

  /** False where there is no such key; revoking twice is no error. */
  revokeKey(id: string): boolean {
    return this.#sql('UPDATE keys SET revoked = 1 WHERE id = ?').run(id).changes === 1;
  }

  keyUsed(id: string, at: number): void {
    this.#sql('UPDATE keys SET last_used = max(coalesce(last_used, 0), ?) WHERE id = ?').run(at, id);
  }

  /** One server has the folder, and knows what it has seen. */
  firstUse(_digest: Uint8Array, _until: number): boolean {
    return true;
  }

  firstAnswer(key: string, site: string, idempotencyKey: string, now: number): string | null {
    const row = this.#sql(`SELECT answer FROM answers WHERE ${ANSWER} AND at > ?`).get(
      key,
      site,
      idempotencyKey,
      now - ANSWERS_KEPT,
    );
    return row ? text(row, 'answer') : null;
  }

  /** One server has the folder, and knows what it is about to answer. */
  beginAnswer(key: string, site: string, idempotencyKey: string, now: number): BegunAnswer {
    const answer = this.firstAnswer(key, site, idempotencyKey, now);
    return answer === null ? 'ours' : { answer };
  }

  giveUpAnswer(_key: string, _site: string, _idempotencyKey: string): void {}

  /** Keeps the first answer, which is the one that counts; one older than 24 h makes room. */
  rememberAnswer(key: string, site: string, idempotencyKey: string, answer: string, at: number): string {
    this.#sql(
      `INSERT INTO answers (key, site, idempotency_key, answer, size, at) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET answer = excluded.answer, size = excluded.size, at = excluded.at
         WHERE answers.at <= excluded.at - ${ANSWERS_KEPT}`,
    ).run(key, site, idempotencyKey, answer, Buffer.byteLength(answer), at);
    const first = this.firstAnswer(key, site, idempotencyKey, at);
    this.#boundAnswers();
    return first ?? answer;
  }

  /** One server has the folder, and all jobs. */
  putJob(_id: string, _url: string, _until: number): void {}

  jobAt(_id: string): string | null {
    return null;
  }

  /** Positive int32, never given twice, also not after its start was forgotten; on the disk when this returns. */
  transactionNumber(start: StartOfTransaction, now: number): number {
    const values = [
      start.site,
      start.charger,
      start.messageId,
      start.idTag,
      start.connector,
      start.timestamp,
    ] as const;
    return this.#statements.transaction(() => {
      const before = this.#sql(`SELECT n FROM starts WHERE ${START}`).get(...values);
      const n = before
        ? integer(before, 'n')
        : Number(
            this.#sql(
              `INSERT INTO starts (site, charger, message_id, id_tag, connector, timestamp, at)
               VALUES (?, ?, ?, ?, ?, ?, ?)`,
            ).run(...values, now).lastInsertRowid,
          );
      if (n > TRANSACTION_NUMBER_MAX) throw new Error(NUMBERS_EXHAUSTED);
      return n;
    });
  }

  /** Forgets what is out of date, a bounded number at a time; true if there is more. */
  purge(now: number, auditDays = AUDIT_DAYS): boolean {
    const answers = this.#sql(
      `DELETE FROM answers WHERE rowid IN (SELECT rowid FROM answers WHERE at <= ? LIMIT ${PURGE_BATCH})`,
    ).run(now - ANSWERS_KEPT).changes;
    const starts = this.#sql(
      `DELETE FROM starts WHERE n IN (SELECT n FROM starts WHERE at <= ? LIMIT ${PURGE_BATCH})`,
    ).run(now - STARTS_KEPT).changes;
    const audit = this.audit.purge(now - auditDays * DAY);
    return audit || Math.max(Number(answers), Number(starts)) === PURGE_BATCH;
  }

  close(): void {
    this.#db.close();
  }

  #boundAnswers(): void {
    const total = this.#sql('SELECT count(*) AS n, coalesce(sum(size), 0) AS size FROM answers').get() ?? {};
    let rows = integer(total, 'n');
    let bytes = integer(total, 'size');
    while (rows > ANSWERS_MAX || bytes > ANSWER_BYTES_MAX) {
      const oldest = this.#sql(
        'DELETE FROM answers WHERE rowid = (SELECT rowid FROM answers ORDER BY at, rowid LIMIT 1) RETURNING size',
      ).get();
      if (!oldest) return;
      this.forgottenAnswers += 1;
      rows -= 1;
      bytes -= integer(oldest, 'size');
    }
  }

  #sql(statement: string) {
    return this.#statements.sql(statement);
  }
}
