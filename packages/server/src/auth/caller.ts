/** Who is asking, and what that one may do. */

import type { Scope } from '../store/control.ts';

export interface Caller {
  /** Id of the key; `admin-token` and `run-token` for the two that are no keys. */
  readonly keyId: string;
  readonly scopes: ReadonlySet<Scope>;
  /** null: all sites. */
  readonly sites: ReadonlySet<string> | null;
}

/** `admin` includes the other scopes. */
export function mayDo(caller: Caller, scope: Scope): boolean {
  return caller.scopes.has(scope) || caller.scopes.has('admin');
}

export function maySee(caller: Caller, site: string): boolean {
  return caller.sites === null || caller.sites.has(site);
}

export function adminCaller(keyId: string): Caller {
  return { keyId, scopes: new Set(['admin']), sites: null };
}
