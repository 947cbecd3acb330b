/** Users and their roles in control.db. */

import {
  foldedName,
  PeopleFault,
  type RoleAt,
  USERS_MAX,
  type UserChange,
  type UserRecord,
} from '../people.ts';
import { integer, type Row, text, userOf } from './rows.ts';
import type { Statements } from './statements.ts';

export class UserTable {
  readonly #statements: Statements;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  all(): ReadonlyMap<string, UserRecord> {
    const roles = Map.groupBy(this.#sql('SELECT * FROM roles ORDER BY site, role').all(), (row) =>
      text(row, 'user'),
    );
    const rows = this.#sql('SELECT * FROM users ORDER BY folded_name').all();
    return new Map(rows.map((row) => [text(row, 'id'), userOf(row, roles.get(text(row, 'id')) ?? [])]));
  }

  named(name: string): UserRecord | null {
    return this.#one(this.#sql('SELECT * FROM users WHERE folded_name = ?').get(foldedName(name)));
  }

  add(user: UserRecord): void {
    this.#statements.transaction(() => this.insert(user));
  }

  /** Within a transaction. */
  insert(user: UserRecord): void {
    if (this.count() >= USERS_MAX) throw new PeopleFault('TOO_MANY_USERS');
    this.#free(user);
    this.#sql(
      `INSERT INTO users (id, name, folded_name, password, created, disabled, oidc_issuer, oidc_subject)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ).run(
      user.id,
      user.name,
      foldedName(user.name),
      user.password,
      user.created,
      user.disabled ? 1 : 0,
      user.oidc?.issuer ?? null,
      user.oidc?.subject ?? null,
    );
    this.#putRoles(user.id, user.roles);
  }

  count(): number {
    return integer(this.#sql('SELECT count(*) AS n FROM users').get() ?? {}, 'n');
  }

  change(id: string, change: UserChange): UserRecord | null {
    return this.#statements.transaction(() => {
      const before = this.#byId(id);
      if (!before) return null;
      const after = { ...before, ...change };
      this.#keepingAnAdmin(() => {
        this.#free(after);
        this.#sql(
          `UPDATE users SET name = ?, folded_name = ?, password = ?, disabled = ?, oidc_issuer = ?, oidc_subject = ?
           WHERE id = ?`,
        ).run(
          after.name,
          foldedName(after.name),
          after.password,
          after.disabled ? 1 : 0,
          after.oidc?.issuer ?? null,
          after.oidc?.subject ?? null,
          id,
        );
        this.#sql('DELETE FROM roles WHERE user = ?').run(id);
        this.#putRoles(id, after.roles);
      });
      if (after.disabled) this.#sql('DELETE FROM sessions WHERE user = ?').run(id);
      if (after.disabled) this.#sql('DELETE FROM links WHERE user = ?').run(id);
      return this.#byId(id);
    });
  }

  remove(id: string): boolean {
    return this.#statements.transaction(() => {
      if (!this.#byId(id)) return false;
      this.#keepingAnAdmin(() => this.#sql('DELETE FROM users WHERE id = ?').run(id));
      this.#sql('DELETE FROM searches WHERE owner = ? AND shared = 0').run(id);
      this.#sql('DELETE FROM preferences WHERE owner = ?').run(id);
      return true;
    });
  }

  /** Who could still let others in. */
  #admins(): number {
    const row = this.#sql(
      `SELECT count(DISTINCT users.id) AS n FROM users JOIN roles ON roles.user = users.id
       WHERE users.disabled = 0 AND roles.site IS NULL AND roles.role = 'admin'`,
    ).get();
    return integer(row ?? {}, 'n');
  }

  #keepingAnAdmin(change: () => unknown): void {
    const before = this.#admins();
    change();
    if (before > 0 && this.#admins() === 0) throw new PeopleFault('LAST_ADMIN');
  }

  #free({ id, name, oidc }: UserRecord): void {
    const other = this.#sql('SELECT id FROM users WHERE folded_name = ? AND id <> ?').get(
      foldedName(name),
      id,
    );
    if (other) throw new PeopleFault('NAME_TAKEN');
    if (oidc === null) return;
    const same = 'SELECT id FROM users WHERE oidc_issuer = ? AND oidc_subject = ? AND id <> ?';
    if (this.#sql(same).get(oidc.issuer, oidc.subject, id)) throw new PeopleFault('SUBJECT_TAKEN');
  }

  #putRoles(id: string, roles: readonly RoleAt[]): void {
    for (const { site, role } of roles) {
      this.#sql('INSERT INTO roles (user, site, role) VALUES (?, ?, ?)').run(id, site, role);
    }
  }

  #byId(id: string): UserRecord | null {
    return this.#one(this.#sql('SELECT * FROM users WHERE id = ?').get(id));
  }

  #one(row: Row | undefined): UserRecord | null {
    if (!row) return null;
    const roles = this.#sql('SELECT * FROM roles WHERE user = ? ORDER BY site, role').all(text(row, 'id'));
    return userOf(row, roles);
  }

  #sql(statement: string) {
    return this.#statements.sql(statement);
  }
}
