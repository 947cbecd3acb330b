/** Users and their roles in PostgreSQL. */

import { createHash } from 'node:crypto';
import { integer, type Row, text, userOf } from '../control/rows.ts';
import type { Users } from '../control-store.ts';
import {
  foldedName,
  PeopleFault,
  type RoleAt,
  USERS_MAX,
  type UserChange,
  type UserRecord,
} from '../people.ts';
import type { Revision } from './revision.ts';
import type { PooledStatements, Statements, Value } from './statements.ts';

export const USERS = 'SELECT * FROM users ORDER BY folded_name';
export const ROLES = 'SELECT * FROM roles ORDER BY site NULLS FIRST, role';

export class UserTable implements Users {
  readonly #statements: PooledStatements;
  readonly #revision: Revision;

  constructor(statements: PooledStatements, revision: Revision) {
    this.#statements = statements;
    this.#revision = revision;
  }

  async all(): Promise<ReadonlyMap<string, UserRecord>> {
    const [users = [], roles = []] = await this.#statements.batch(`${USERS}; ${ROLES}`);
    return usersOf(users, roles);
  }

  async named(name: string): Promise<UserRecord | null> {
    return one(this.#statements, 'SELECT * FROM users WHERE folded_name = $1', foldedName(name));
  }

  add(user: UserRecord): Promise<void> {
    return this.#revision.change((inside) => insertUser(inside, user));
  }

  change(id: string, change: UserChange): Promise<UserRecord | null> {
    return this.#revision.change(async (inside) => {
      const before = await byId(inside, id);
      if (!before) return null;
      const after = { ...before, ...change };
      await keepingAnAdmin(inside, async () => {
        await free(inside, after);
        await inside.run(
          `UPDATE users SET name = $1, folded_name = $2, password = $3, disabled = $4, oidc_issuer = $5,
             oidc_subject = $6, oidc_digest = $7 WHERE id = $8`,
          ...columnsOf(after),
          id,
        );
        await inside.run('DELETE FROM roles WHERE "user" = $1', id);
        await putRoles(inside, id, after.roles);
      });
      if (after.disabled) {
        await inside.run('DELETE FROM sessions WHERE "user" = $1', id);
        await inside.run('DELETE FROM links WHERE "user" = $1', id);
      }
      return byId(inside, id);
    });
  }

  remove(id: string): Promise<boolean> {
    return this.#revision.change(async (inside) => {
      if (!(await byId(inside, id))) return false;
      await keepingAnAdmin(inside, () => inside.run('DELETE FROM users WHERE id = $1', id));
      await inside.run('DELETE FROM searches WHERE owner = $1 AND shared = 0', id);
      await inside.run('DELETE FROM preferences WHERE owner = $1', id);
      return true;
    });
  }
}

export function usersOf(users: readonly Row[], roles: readonly Row[]): ReadonlyMap<string, UserRecord> {
  const byUser = Map.groupBy(roles, (row) => text(row, 'user'));
  return new Map(users.map((row) => [text(row, 'id'), userOf(row, byUser.get(text(row, 'id')) ?? [])]));
}

export async function countUsers(inside: Statements): Promise<number> {
  const [row] = await inside.rows('SELECT count(*) AS n FROM users');
  return integer(row ?? {}, 'n');
}

/** Within a change. */
export async function insertUser(inside: Statements, user: UserRecord): Promise<void> {
  if ((await countUsers(inside)) >= USERS_MAX) throw new PeopleFault('TOO_MANY_USERS');
  await free(inside, user);
  await inside.run(
    `INSERT INTO users (name, folded_name, password, disabled, oidc_issuer, oidc_subject, oidc_digest, id, created)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    ...columnsOf(user),
    user.id,
    user.created,
  );
  await putRoles(inside, user.id, user.roles);
}

function columnsOf({ name, password, disabled, oidc }: UserRecord): readonly Value[] {
  return [
    name,
    foldedName(name),
    password,
    disabled ? 1 : 0,
    oidc?.issuer ?? null,
    oidc?.subject ?? null,
    oidc === null ? null : subjectDigest(oidc),
  ];
}

/** A provider may give subjects that are longer than what an index takes. */
export function subjectDigest({ issuer, subject }: NonNullable<UserRecord['oidc']>): Uint8Array {
  return createHash('sha256')
    .update(JSON.stringify([issuer, subject]))
    .digest();
}

/** Who could still let others in. */
async function admins(inside: Statements): Promise<number> {
  const [row] = await inside.rows(
    `SELECT count(DISTINCT users.id) AS n FROM users JOIN roles ON roles."user" = users.id
     WHERE users.disabled = 0 AND roles.site IS NULL AND roles.role = 'admin'`,
  );
  return integer(row ?? {}, 'n');
}

async function keepingAnAdmin(inside: Statements, change: () => Promise<unknown>): Promise<void> {
  const before = await admins(inside);
  await change();
  if (before > 0 && (await admins(inside)) === 0) throw new PeopleFault('LAST_ADMIN');
}

async function free(inside: Statements, { id, name, oidc }: UserRecord): Promise<void> {
  const [other] = await inside.rows(
    'SELECT id FROM users WHERE folded_name = $1 AND id <> $2',
    foldedName(name),
    id,
  );
  if (other) throw new PeopleFault('NAME_TAKEN');
  if (oidc === null) return;
  const [same] = await inside.rows(
    'SELECT id FROM users WHERE oidc_digest = $1 AND id <> $2',
    subjectDigest(oidc),
    id,
  );
  if (same) throw new PeopleFault('SUBJECT_TAKEN');
}

async function putRoles(inside: Statements, id: string, roles: readonly RoleAt[]): Promise<void> {
  for (const { site, role } of roles) {
    await inside.run('INSERT INTO roles ("user", site, role) VALUES ($1, $2, $3)', id, site, role);
  }
}

function byId(inside: Statements, id: string): Promise<UserRecord | null> {
  return one(inside, 'SELECT * FROM users WHERE id = $1', id);
}

async function one(statements: Statements, sql: string, value: string): Promise<UserRecord | null> {
  const [row] = await statements.rows(sql, value);
  if (!row) return null;
  const roles = await statements.rows(
    'SELECT * FROM roles WHERE "user" = $1 ORDER BY site NULLS FIRST, role',
    text(row, 'id'),
  );
  return userOf(row, roles);
}
