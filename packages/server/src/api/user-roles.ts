/** Roles in the body of a request. */

import { ID_BYTES_MAX, isId } from '../store/control/site-rules.ts';
import { ROLES, type RoleAt } from '../store/people.ts';
import type { BodyQuery } from './body-query.ts';

const ROLES_MOST = 1_000;

/** null where they are absent; every fault is told of `body`. */
export function readRoles(body: BodyQuery, isKnown: (site: string) => boolean): readonly RoleAt[] | null {
  const value = body.value('roles');
  if (value === undefined) return null;
  if (!Array.isArray(value) || value.length > ROLES_MOST) {
    body.fault('roles', `must be an array of at most ${ROLES_MOST} objects with site and role`);
    return [];
  }
  const roles = value.flatMap((item, at) => roleAt(item, `roles[${at}]`, body));
  for (const [at, { site }] of roles.entries()) {
    if (site !== null && !isKnown(site)) body.fault(`roles[${at}].site`, `names no site: "${site}"`);
  }
  const sites = new Set(roles.map(({ site }) => site));
  if (sites.size < roles.length)
    body.fault('roles', 'names a site twice; one role is enough, each includes those below');
  return roles;
}

function roleAt(item: unknown, place: string, body: BodyQuery): readonly RoleAt[] {
  const members: Readonly<Record<string, unknown>> =
    typeof item === 'object' && item !== null && !Array.isArray(item) ? { ...item } : {};
  const { site, role: asked, ...others } = members;
  const [unknown] = Object.keys(others);
  const role = ROLES.find((known) => known === asked);
  if (unknown !== undefined) body.fault(`${place}.${unknown}`, 'is no parameter here; known are site, role');
  if (role === undefined) body.fault(`${place}.role`, `must be one of ${ROLES.join(', ')}`);
  if (site === null) return role === undefined ? [] : [{ site, role }];
  if (typeof site !== 'string' || !isId(site)) {
    body.fault(`${place}.site`, `must be the id of a site, 1 to ${ID_BYTES_MAX} bytes, or null for all`);
    return [];
  }
  return role === undefined ? [] : [{ site, role }];
}
