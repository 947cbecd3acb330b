/** Records of people for the suite. */

import type { SavedSearch, SessionRecord, UserRecord } from '../../people.ts';

export const ADMIN_OF_ALL = [{ site: null, role: 'admin' }] as const;

export function user(name: string, change: Partial<UserRecord> = {}): UserRecord {
  return {
    id: `user_${name}`,
    name,
    password: null,
    created: 1,
    disabled: false,
    oidc: null,
    roles: [{ site: null, role: 'viewer' }],
    ...change,
  };
}

export function session(id: string, of: string, change: Partial<SessionRecord> = {}): SessionRecord {
  return { id, user: `user_${of}`, created: 1, lastSeen: 1, expires: 1_000, idleMs: 100, ...change };
}

export function search(id: string, change: Partial<SavedSearch> = {}): SavedSearch {
  return { id, owner: 'user_ada', name: id, shared: false, query: '{}', changed: 1, ...change };
}
