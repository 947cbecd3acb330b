/** Making users, and what their names may be. */

import { randomBytes } from 'node:crypto';
import type { RoleAt, UserRecord } from '../store/people.ts';

const NAME_MAX = 100;
/** Control and format characters: two names must not look alike by what cannot be seen. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** What is wrong with a name, as a rule; null where it may be used. */
export function nameFault(name: string): string | null {
  const length = [...name].length;
  const good =
    length >= 1 && length <= NAME_MAX && name.isWellFormed() && name.trim() === name && !UNSEEN.test(name);
  return good ? null : `must be 1 to ${NAME_MAX} characters without control characters or blanks around them`;
}

export function newUser(
  wish: Partial<Pick<UserRecord, 'password' | 'oidc'>> & {
    readonly name: string;
    readonly roles: readonly RoleAt[];
  },
  now: number,
): UserRecord {
  const { name, roles, password = null, oidc = null } = wish;
  const id = `user_${randomBytes(8).toString('hex')}`;
  return { id, name: name.normalize('NFC'), password, created: now, disabled: false, oidc, roles };
}

/** Whether the person still has to choose how to sign in: the first admin, or one who was invited. */
export function isUnfinished({ password, oidc }: UserRecord): boolean {
  return password === null && oidc === null;
}

/** As commands and the audit log show them. */
export function rolesText(roles: readonly RoleAt[]): string {
  return roles.map(({ site, role }) => (site === null ? role : `${role}@${site}`)).join(',') || 'none';
}
