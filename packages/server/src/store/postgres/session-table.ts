/** Sessions and links that sign in once, in PostgreSQL. */

import { linkOf, sessionOf } from '../control/rows.ts';
import type { SessionsAndLinks } from '../control-store.ts';
import { LINKS_MAX, type LinkRecord, SESSIONS_MAX, type SessionRecord, type UserRecord } from '../people.ts';
import type { Revision } from './revision.ts';
import type { PooledStatements } from './statements.ts';
import { countUsers, insertUser } from './user-table.ts';

const ENDED = 'expires <= $1 OR last_seen + idle_ms <= $1';

export class SessionTable implements SessionsAndLinks {
  readonly #statements: PooledStatements;
  readonly #revision: Revision;

  constructor(statements: PooledStatements, revision: Revision) {
    this.#statements = statements;
    this.#revision = revision;
  }

  async all(): Promise<ReadonlyMap<string, SessionRecord>> {
    const rows = await this.#statements.rows('SELECT * FROM sessions ORDER BY id');
    return new Map(rows.map(sessionOf).map((session) => [session.id, session]));
  }

  open(session: SessionRecord, instead: string | null): Promise<void> {
    const { id, user, created, lastSeen, expires, idleMs, byLinkUntil } = session;
    return this.#revision.change(async (inside) => {
      if (instead !== null) await inside.run('DELETE FROM sessions WHERE id = $1', instead);
      await inside.run(
        `INSERT INTO sessions (id, "user", created, last_seen, expires, idle_ms, by_link_until)
         VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        id,
        user,
        created,
        lastSeen,
        expires,
        idleMs,
        byLinkUntil ?? null,
      );
      await inside.run(
        `DELETE FROM sessions WHERE "user" = $1 AND id <> $2 AND id NOT IN (
           SELECT id FROM sessions WHERE "user" = $1 AND id <> $2 ORDER BY last_seen DESC LIMIT $3)`,
        user,
        id,
        SESSIONS_MAX - 1,
      );
    });
  }

  async end(id: string): Promise<void> {
    await this.#revision.change((inside) => inside.run('DELETE FROM sessions WHERE id = $1', id));
  }

  async endOf(user: string): Promise<void> {
    await this.#revision.change((inside) => inside.run('DELETE FROM sessions WHERE "user" = $1', user));
  }

  /** No new revision: other nodes look for it by themselves now and then. */
  async seen(id: string, at: number): Promise<void> {
    await this.#statements.run(
      'UPDATE sessions SET last_seen = greatest(last_seen, $1) WHERE id = $2',
      at,
      id,
    );
  }

  async putLink({ id, user, expires }: LinkRecord): Promise<void> {
    await this.#statements.transaction(async (inside) => {
      await inside.run('INSERT INTO links (id, "user", expires) VALUES ($1, $2, $3)', id, user, expires);
      await inside.run(
        'DELETE FROM links WHERE id NOT IN (SELECT id FROM links ORDER BY expires DESC LIMIT $1)',
        LINKS_MAX,
      );
    });
  }

  takeLink(id: string, now: number, first: UserRecord): Promise<string | null> {
    return this.#revision.change(async (inside) => {
      const [row] = await inside.rows(
        'DELETE FROM links WHERE id = $1 AND expires > $2 RETURNING *',
        id,
        now,
      );
      if (!row) return null;
      const { user } = linkOf(row);
      if (user !== null) return user;
      // Whoever was there first has let in or locked out everyone else since.
      if ((await countUsers(inside)) > 0) return null;
      await insertUser(inside, first);
      return first.id;
    });
  }

  /** True if a session went. */
  async purge(now: number): Promise<boolean> {
    await this.#statements.run('DELETE FROM links WHERE expires <= $1', now);
    // A change is a new revision, which every node would read.
    const ended = await this.#statements.rows(`SELECT FROM sessions WHERE ${ENDED} LIMIT 1`, now);
    if (ended.length === 0) return false;
    return (
      (await this.#revision.change((inside) => inside.run(`DELETE FROM sessions WHERE ${ENDED}`, now))) > 0
    );
  }
}
