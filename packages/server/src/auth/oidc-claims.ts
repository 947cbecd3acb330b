/** From what a provider says of a person to a name and roles here. */

import { ROLES, type Role, type RoleAt } from '../store/people.ts';
import { nameFault } from './user.ts';

export interface RoleRule {
  /** Of the claim. */
  readonly value: string;
  readonly role: Role;
  /** null: all sites. */
  readonly site: string | null;
}

export type Claims = Readonly<Record<string, unknown>>;

/** By its name, or as a path with dots through objects, such as `realm_access.roles`. */
export function claimOf(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let value: unknown = claims;
  for (const step of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    // Safe: an object that has this member.
    value = (value as Claims)[step];
  }
  return value;
}

/** For a new user; the subject where the claim is no name. */
export function nameIn(claims: Claims, claim: string, subject: string): string {
  const name = claimOf(claims, claim);
  const usable = typeof name === 'string' && nameFault(name.trim()) === null;
  return usable ? name.trim() : subject.slice(0, 100);
}

/** The highest role of each site, of all rules whose value the claim has: a text, or a list of texts. */
export function rolesIn(claims: Claims, claim: string, rules: readonly RoleRule[]): readonly RoleAt[] {
  const values: readonly unknown[] = [claimOf(claims, claim)].flat();
  const bySite = new Map<string | null, Role>();
  for (const { value, role, site } of rules) {
    if (!values.includes(value)) continue;
    const known = bySite.get(site);
    if (known === undefined || ROLES.indexOf(role) > ROLES.indexOf(known)) bySite.set(site, role);
  }
  return [...bySite].map(([site, role]) => ({ site, role }));
}
