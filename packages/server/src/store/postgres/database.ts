/** Control data in PostgreSQL: the same as control.db, for any number of processes on any number of machines. */

import { AUDIT_DAYS } from '../audit.ts';
import { alarmOf } from '../control/alarm-rows.ts';
import { ANSWERS_KEPT, BEGUN_MS, NUMBERS_EXHAUSTED, PURGE_BATCH, STARTS_KEPT } from '../control/bounds.ts';
import { keysWithout, OF_A_SITE } from '../control/removed-site.ts';
import { integer, keyOf, sessionOf, settingsOf, siteOf, text, textOrNull } from '../control/rows.ts';
import type {
  BegunAnswer,
  ControlSnapshot,
  KeyRecord,
  LoggedSettings,
  Site,
  StartOfTransaction,
} from '../control.ts';
import type { ControlStore } from '../control-store.ts';
import type { PostgresAddress } from './address.ts';
import { ALARMS, AlarmTable, alarmsWithoutSite } from './alarm-table.ts';
import { ANSWER, answerOf, boundAnswers } from './answers.ts';
import { AuditTable } from './audit-table.ts';
import { BackupTable } from './backup-table.ts';
import { ErasurePartTable } from './erasure-part-table.ts';
import { ERASURES, ErasureTable, erasedOf } from './erasure-table.ts';
import { NodeTable } from './node-table.ts';
import { PreferenceTable } from './preference-table.ts';
import { REVISION, Revision } from './revision.ts';
import { migrate } from './schema.ts';
import { SearchTable } from './search-table.ts';
import { SessionTable } from './session-table.ts';
import { startDigest } from './start-digest.ts';
import { PooledStatements, type Statements } from './statements.ts';
import { StationPasswordTable } from './station-password-table.ts';
import { ROLES, USERS, UserTable, usersOf } from './user-table.ts';

const DAY = 86_400_000;

/** All of one moment. */
const SNAPSHOT = [
  'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
  REVISION,
  'SELECT * FROM sites ORDER BY id',
  'SELECT * FROM keys ORDER BY created, id',
  USERS,
  ROLES,
  'SELECT * FROM sessions ORDER BY id',
  ERASURES,
  ALARMS,
  'COMMIT',
].join('; ');

export interface RevisedSnapshot {
  readonly revision: number;
  readonly snapshot: ControlSnapshot;
}

export class PostgresDatabase implements ControlStore {
  readonly #statements: PooledStatements;
  readonly #revision: Revision;
  /** Answers to repeated requests that this node had to forget before their time was over. */
  forgottenAnswers = 0;
  readonly users: UserTable;
  readonly sessions: SessionTable;
  readonly saved: SearchTable;
  readonly preferences: PreferenceTable;
  readonly stationPasswords: StationPasswordTable;
  readonly audit: AuditTable;
  readonly erasures: ErasureTable;
  readonly erasureParts: ErasurePartTable;
  readonly backups: BackupTable;
  readonly alarms: AlarmTable;
  readonly nodes: NodeTable;

  constructor(statements: PooledStatements) {
    this.#statements = statements;
    this.#revision = new Revision(statements);
    this.users = new UserTable(statements, this.#revision);
    this.sessions = new SessionTable(statements, this.#revision);
    this.saved = new SearchTable(statements);
    this.preferences = new PreferenceTable(statements);
    this.stationPasswords = new StationPasswordTable(statements);
    this.audit = new AuditTable(statements);
    this.erasures = new ErasureTable(statements, this.#revision);
    this.erasureParts = new ErasurePartTable(statements);
    this.backups = new BackupTable(statements);
    this.alarms = new AlarmTable(statements, this.#revision);
    this.nodes = new NodeTable(statements);
  }

  /** Throws a StoreUnavailableError where nobody answers, a ControlFileError where it cannot be used as it is. */
  static async open(address: PostgresAddress): Promise<PostgresDatabase> {
    const statements = new PooledStatements(address);
    try {
      await migrate(statements, address.shown);
      return new PostgresDatabase(statements);
    } catch (error) {
      await statements.close();
      throw error;
    }
  }

  async snapshot(): Promise<ControlSnapshot> {
    return (await this.revised()).snapshot;
  }

  async revised(): Promise<RevisedSnapshot> {
    const [
      ,
      state = [],
      sites = [],
      keys = [],
      users = [],
      roles = [],
      sessions = [],
      erasures = [],
      alarms = [],
    ] = await this.#statements.batch(SNAPSHOT);
    return {
      revision: integer(state[0] ?? {}, 'revision'),
      snapshot: {
        sites: new Map(sites.map(siteOf).map((site) => [site.id, site])),
        keys: keys.map(keyOf),
        users: usersOf(users, roles),
        sessions: new Map(sessions.map(sessionOf).map((session) => [session.id, session])),
        ...erasedOf(erasures),
        alarms: alarms.map(alarmOf),
      },
    };
  }

  async putSite(site: Site): Promise<void> {
    await this.#revision.change((inside) =>
      inside.run(
        `INSERT INTO sites (id, name, timezone, upstream, retention_days, origin, station_auth, upstream_trusted,
           level, changed_by, retention_days_info, retention_days_debug, pseudonymise_id_tags)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, timezone = excluded.timezone,
           upstream = excluded.upstream, retention_days = excluded.retention_days, origin = excluded.origin,
           station_auth = excluded.station_auth, upstream_trusted = excluded.upstream_trusted,
           level = excluded.level, changed_by = excluded.changed_by,
           retention_days_info = excluded.retention_days_info,
           retention_days_debug = excluded.retention_days_debug,
           pseudonymise_id_tags = excluded.pseudonymise_id_tags`,
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
      ),
    );
  }

  async removeSite(id: string): Promise<boolean> {
    return this.#revision.change(async (inside) => {
      if ((await inside.run('DELETE FROM sites WHERE id = $1', id)) === 0) return false;
      for (const table of OF_A_SITE) await inside.run(`DELETE FROM ${table} WHERE site = $1`, id);
      const keys = (await inside.rows('SELECT * FROM keys ORDER BY id FOR UPDATE')).map(keyOf);
      for (const key of keysWithout(keys, id)) await putKey(inside, key);
      await alarmsWithoutSite(inside, id);
      return true;
    });
  }

  async loggedSettings(): Promise<ReadonlyMap<string, LoggedSettings>> {
    const rows = await this.#statements.rows('SELECT id, logged FROM sites WHERE logged IS NOT NULL');
    return new Map(rows.map((row) => [text(row, 'id'), settingsOf(row)]));
  }

  /** One of several nodes that know of the same change tells it. */
  async settingsLogged(
    site: string,
    before: LoggedSettings | null,
    settings: LoggedSettings,
  ): Promise<boolean> {
    const changed = await this.#statements.run(
      'UPDATE sites SET logged = $1 WHERE id = $2 AND logged IS NOT DISTINCT FROM $3',
      JSON.stringify(settings),
      site,
      before && JSON.stringify(before),
    );
    return changed === 1;
  }

  async agreeOnSecretKey(offered: string | null): Promise<string | null> {
    // What is there is not written again.
    await this.#statements.run(
      'UPDATE state SET secret_key_check = $1 WHERE secret_key_check IS NULL',
      offered,
    );
    const [row = {}] = await this.#statements.rows('SELECT secret_key_check FROM state');
    return textOrNull(row, 'secret_key_check');
  }

  async putKey(key: KeyRecord): Promise<void> {
    await this.#revision.change((inside) => putKey(inside, key));
  }

  async putFirstKey(key: KeyRecord): Promise<boolean> {
    return this.#revision.change(async (inside) => {
      if ((await inside.rows('SELECT FROM keys LIMIT 1')).length > 0) return false;
      await putKey(inside, key);
      return true;
    });
  }

  /** False where there is no such key; revoking twice is no error. */
  async revokeKey(id: string): Promise<boolean> {
    return this.#revision.change(
      async (inside) => (await inside.run('UPDATE keys SET revoked = 1 WHERE id = $1', id)) === 1,
    );
  }

  /** No new revision: other nodes look for it by themselves now and then. */
  async keyUsed(id: string, at: number): Promise<void> {
    await this.#statements.run(
      'UPDATE keys SET last_used = greatest(coalesce(last_used, 0), $1) WHERE id = $2',
      at,
      id,
    );
  }

  async firstUse(digest: Uint8Array, until: number): Promise<boolean> {
    const added = await this.#statements.run(
      'INSERT INTO seen (digest, until) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING',
      digest,
      until,
    );
    return added === 1;
  }

  async firstAnswer(key: string, site: string, idempotencyKey: string, now: number): Promise<string | null> {
    return answerOf(this.#statements, [key, site, idempotencyKey], now);
  }

  /** Begun first and looked at then: an answer that came in between is found. */
  async beginAnswer(key: string, site: string, idempotencyKey: string, now: number): Promise<BegunAnswer> {
    const ours = await this.#statements.run(
      `INSERT INTO begun (key, site, idempotency_key, until) VALUES ($1, $2, $3, $4)
       ON CONFLICT (key, site, idempotency_key) DO UPDATE SET until = excluded.until WHERE begun.until <= $5`,
      key,
      site,
      idempotencyKey,
      now + BEGUN_MS,
      now,
    );
    const answer = await this.firstAnswer(key, site, idempotencyKey, now);
    if (answer === null) return ours === 1 ? 'ours' : 'elsewhere';
    if (ours === 1) await this.giveUpAnswer(key, site, idempotencyKey);
    return { answer };
  }

  async giveUpAnswer(key: string, site: string, idempotencyKey: string): Promise<void> {
    await this.#statements.run(`DELETE FROM begun WHERE ${ANSWER}`, key, site, idempotencyKey);
  }

  /** Keeps the first answer; one older than 24 h makes room. */
  async rememberAnswer(
    key: string,
    site: string,
    idempotencyKey: string,
    answer: string,
    at: number,
  ): Promise<string> {
    return this.#statements.transaction(async (inside) => {
      await inside.rows("SELECT pg_advisory_xact_lock(hashtextextended('ocpp_logs answers', 0))");
      await inside.run(
        `INSERT INTO answers (key, site, idempotency_key, answer, size, at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (key, site, idempotency_key) DO UPDATE
           SET answer = excluded.answer, size = excluded.size, at = excluded.at
           WHERE answers.at <= excluded.at - ${ANSWERS_KEPT}`,
        key,
        site,
        idempotencyKey,
        answer,
        Buffer.byteLength(answer),
        at,
      );
      await inside.run(`DELETE FROM begun WHERE ${ANSWER}`, key, site, idempotencyKey);
      const first = await answerOf(inside, [key, site, idempotencyKey], at);
      this.forgottenAnswers += await boundAnswers(inside);
      return first ?? answer;
    });
  }

  async putJob(id: string, url: string, until: number): Promise<void> {
    await this.#statements.run(
      `INSERT INTO jobs (id, url, until) VALUES ($1, $2, $3)
       ON CONFLICT (id) DO UPDATE SET url = excluded.url, until = excluded.until`,
      id,
      url,
      until,
    );
  }

  async jobAt(id: string): Promise<string | null> {
    const [row] = await this.#statements.rows('SELECT url FROM jobs WHERE id = $1', id);
    return row ? text(row, 'url') : null;
  }

  /** Positive int32, never given twice, also not after its start was forgotten; on the disk when this resolves. */
  async transactionNumber(start: StartOfTransaction, now: number): Promise<number> {
    const digest = startDigest(start);
    const known = 'SELECT n FROM starts WHERE digest = $1';
    try {
      const [before] = await this.#statements.rows(known, digest);
      if (before) return integer(before, 'n');
      const [made] = await this.#statements.rows(
        `INSERT INTO starts (digest, at, site, charger, message_id, id_tag, connector, timestamp)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (digest) DO NOTHING RETURNING n`,
        digest,
        now,
        start.site,
        start.charger,
        start.messageId,
        start.idTag,
        start.connector,
        start.timestamp,
      );
      // Another node has given it one in between.
      const [row] = made ? [made] : await this.#statements.rows(known, digest);
      return integer(row ?? {}, 'n');
    } catch (error) {
      throw isExhausted(error) ? new Error(NUMBERS_EXHAUSTED) : error;
    }
  }

  /** Forgets what is out of date, a bounded number at a time; true if there is more. */
  async purge(now: number, auditDays = AUDIT_DAYS): Promise<boolean> {
    const answers = await this.#statements.run(
      'DELETE FROM answers WHERE n IN (SELECT n FROM answers WHERE at <= $1 LIMIT $2)',
      now - ANSWERS_KEPT,
      PURGE_BATCH,
    );
    const starts = await this.#statements.run(
      'DELETE FROM starts WHERE n IN (SELECT n FROM starts WHERE at <= $1 LIMIT $2)',
      now - STARTS_KEPT,
      PURGE_BATCH,
    );
    // As many as there were signed writes in a minute.
    await this.#statements.run('DELETE FROM seen WHERE until <= $1', now);
    await this.#statements.run('DELETE FROM begun WHERE until <= $1', now - DAY);
    await this.#statements.run('DELETE FROM jobs WHERE until <= $1', now);
    const audit = await this.audit.purge(now - auditDays * DAY);
    return audit || Math.max(answers, starts) === PURGE_BATCH;
  }

  close(): Promise<void> {
    return this.#statements.close();
  }
}

async function putKey(inside: Statements, key: KeyRecord): Promise<void> {
  await inside.run(
    `INSERT INTO keys (id, name, api_key, scopes, sites, expires, created, last_used, revoked, bearer_hash,
       sealed_secret) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, scopes = excluded.scopes, sites = excluded.sites,
       expires = excluded.expires, revoked = excluded.revoked`,
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

/** The sequence has reached its end. */
function isExhausted(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '2200H';
}
