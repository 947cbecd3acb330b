/** Sessions and links that sign in once, in control.db. */

import { LINKS_MAX, type LinkRecord, SESSIONS_MAX, type SessionRecord, type UserRecord } from '../people.ts';
import { linkOf, sessionOf } from './rows.ts';
import type { Statements } from './statements.ts';
import type { UserTable } from './user-table.ts';

export class SessionTable {
  readonly #statements: Statements;
  readonly #users: UserTable;

  constructor(statements: Statements, users: UserTable) {
    this.#statements = statements;
    this.#users = users;
  }

  all(): ReadonlyMap<string, SessionRecord> {
    const sessions = this.#sql('SELECT * FROM sessions').all().map(sessionOf);
    return new Map(sessions.map((session) => [session.id, session]));
  }

  open(session: SessionRecord, instead: string | null): void {
    const { id, user, created, lastSeen, expires, idleMs, byLinkUntil } = session;
    this.#statements.transaction(() => {
      if (instead !== null) this.end(instead);
      this.#sql(
        `INSERT INTO sessions (id, user, created, last_seen, expires, idle_ms, by_link_until)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
      ).run(id, user, created, lastSeen, expires, idleMs, byLinkUntil ?? null);
      this.#sql(
        `DELETE FROM sessions WHERE user = ? AND id <> ? AND id NOT IN (
           SELECT id FROM sessions WHERE user = ? AND id <> ? ORDER BY last_seen DESC LIMIT ${SESSIONS_MAX - 1})`,
      ).run(user, id, user, id);
    });
  }

  end(id: string): void {
    this.#sql('DELETE FROM sessions WHERE id = ?').run(id);
  }

  endOf(user: string): void {
    this.#sql('DELETE FROM sessions WHERE user = ?').run(user);
  }

  seen(id: string, at: number): void {
    this.#sql('UPDATE sessions SET last_seen = max(last_seen, ?) WHERE id = ?').run(at, id);
  }

  putLink({ id, user, expires }: LinkRecord): void {
    this.#statements.transaction(() => {
      this.#sql('INSERT INTO links (id, user, expires) VALUES (?, ?, ?)').run(id, user, expires);
      this.#sql(
        `DELETE FROM links WHERE id NOT IN (SELECT id FROM links ORDER BY expires DESC LIMIT ${LINKS_MAX})`,
      ).run();
    });
  }

  takeLink(id: string, now: number, first: UserRecord): string | null {
    return this.#statements.transaction(() => {
      const row = this.#sql('DELETE FROM links WHERE id = ? AND expires > ? RETURNING *').get(id, now);
      if (!row) return null;
      const { user } = linkOf(row);
      if (user !== null) return user;
      // Whoever was there first has let in or locked out everyone else since.
      if (this.#users.count() > 0) return null;
      this.#users.insert(first);
      return first.id;
    });
  }

  /** True if a session went. */
  purge(now: number): boolean {
    this.#sql('DELETE FROM links WHERE expires <= ?').run(now);
    const ended = this.#sql('DELETE FROM sessions WHERE expires <= ? OR last_seen + idle_ms <= ?');
    return Number(ended.run(now, now).changes) > 0;
  }

  #sql(statement: string) {
    return this.#statements.sql(statement);
  }
}
