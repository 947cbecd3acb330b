/** Who is asking, and what that one may do. */

import type { KeyRecord, Scope } from '../store/control.ts';
import type { Role, RoleAt, UserRecord } from '../store/people.ts';

/** What a route can ask for; `command` is no scope that a key has by itself. */
export type Right = Scope | 'command';
type Rights = ReadonlySet<Right>;

export interface Caller {
  /** Id of the key or user; `admin-token` and `run-token` for the two that are neither. */
  readonly keyId: string;
  /** Of a person that is signed in: the id of the session. */
  readonly session: string | null;
  /** On all sites, and on the server itself. */
  readonly everywhere: Rights;
  /** Besides, on single sites. */
  readonly bySite: ReadonlyMap<string, Rights>;
  /** What is being done: only the sites where it is granted can be seen. null: any. */
  readonly doing: Right | null;
}

const NONE: Rights = new Set();
const RIGHTS: Readonly<Record<Role, Rights>> = {
  viewer: new Set(['read']),
  operator: new Set(['read', 'ingest', 'command']),
  admin: new Set(['admin']),
};

/** The least role that has a right. */
/** Of keys: those that may command are those of the scope admin. */
export const scopeFor = (right: Right): Scope => (right === 'command' ? 'admin' : right);

export const ROLE_FOR: Readonly<Record<Right, Role>> = {
  read: 'viewer',
  ingest: 'operator',
  command: 'operator',
  admin: 'admin',
};

/** `admin` includes every other. */
function includes(rights: Rights, right: Right): boolean {
  return rights.has(right) || rights.has('admin');
}

/** On any site at all. */
export function mayDo(caller: Caller, right: Right): boolean {
  return (
    mayEverywhere(caller, right) || [...caller.bySite.values()].some((rights) => includes(rights, right))
  );
}

export function mayEverywhere(caller: Caller, right: Right): boolean {
  return includes(caller.everywhere, right);
}

export function mayDoAt(caller: Caller, right: Right, site: string): boolean {
  return mayEverywhere(caller, right) || includes(caller.bySite.get(site) ?? NONE, right);
}

export function maySee(caller: Caller, site: string): boolean {
  return caller.doing === null ? isKnown(caller, site) : mayDoAt(caller, caller.doing, site);
}

/** Whether the caller has anything to do with the site. */
export function isKnown(caller: Caller, site: string): boolean {
  return caller.everywhere.size > 0 || caller.bySite.has(site);
}

export function adminCaller(keyId: string): Caller {
  return { keyId, session: null, everywhere: RIGHTS.admin, bySite: new Map(), doing: null };
}

export function callerOfKey({ id, scopes, sites }: KeyRecord): Caller {
  const rights = new Set(scopes);
  return {
    keyId: id,
    session: null,
    everywhere: sites === null ? rights : NONE,
    bySite: new Map(sites?.map((site) => [site, rights])),
    doing: null,
  };
}

export function callerOfUser({ id, roles }: Pick<UserRecord, 'id' | 'roles'>, session: string): Caller {
  const bySite = new Map<string, Rights>();
  for (const { site } of roles) if (site !== null) bySite.set(site, rightsOf(roles, site));
  return { keyId: id, session, everywhere: rightsOf(roles, null), bySite, doing: null };
}

function rightsOf(roles: readonly RoleAt[], site: string | null): Rights {
  return new Set(roles.filter((role) => role.site === site).flatMap(({ role }) => [...RIGHTS[role]]));
}
