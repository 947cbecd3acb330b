/** What a person may do, by the roles that the session tells. The server decides; this only spares people closed doors. */

import type { RoleAt } from '../api/answers.ts';

/** Each includes those before it. */
export const ROLES = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export const ROLE_WORDS: Readonly<Record<Role, string>> = {
  viewer: 'reads logs and downloads them',
  operator: 'also imports logs and calls stations',
  admin: 'also changes settings; on all sites: keys and users, too',
};

export const isRole = (role: string): role is Role => ROLES.some((known) => known === role);

const rank = (role: string): number => (isRole(role) ? ROLES.indexOf(role) : -1);

const reaches = ({ role }: RoleAt, least: Role): boolean => rank(role) >= rank(least);

export function mayEverywhere(roles: readonly RoleAt[], least: Role): boolean {
  return roles.some((each) => each.site === null && reaches(each, least));
}

export function mayAt(roles: readonly RoleAt[], least: Role, site: string): boolean {
  return roles.some((each) => (each.site === null || each.site === site) && reaches(each, least));
}

/** On any site at all. */
export function maySomewhere(roles: readonly RoleAt[], least: Role): boolean {
  return roles.some((each) => reaches(each, least));
}
