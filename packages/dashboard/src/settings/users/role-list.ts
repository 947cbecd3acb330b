/** Roles as they are put together: one for each site, or one for all. */

import type { RoleAt } from '../../api/answers.ts';

export const FIRST_ROLE: RoleAt = { site: null, role: 'viewer' };

/** Places that have no role yet; null is all sites. */
export function freePlaces(roles: readonly RoleAt[], sites: readonly string[]): readonly (string | null)[] {
  const taken = new Set(roles.map(({ site }) => site));
  return [null, ...sites].filter((site) => !taken.has(site));
}

/** With a role more, on the first place that is free. */
export function withRole(roles: readonly RoleAt[], sites: readonly string[]): readonly RoleAt[] {
  const [site] = freePlaces(roles, sites);
  return site === undefined ? roles : [...roles, { site, role: 'viewer' }];
}

export function changedAt(
  roles: readonly RoleAt[],
  place: number,
  change: Partial<RoleAt>,
): readonly RoleAt[] {
  return roles.map((role, at) => (at === place ? { ...role, ...change } : role));
}

export function sameRoles(a: readonly RoleAt[], b: readonly RoleAt[]): boolean {
  const text = (roles: readonly RoleAt[]) =>
    roles.map(({ site, role }) => JSON.stringify([site, role])).sort();
  return JSON.stringify(text(a)) === JSON.stringify(text(b));
}
