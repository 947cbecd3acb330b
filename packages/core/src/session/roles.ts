/** Which session an entry is of, and what it is there. */

import type { EntryRole, Session } from './session.ts';

export interface EntryInSession {
  readonly session: string;
  readonly role: EntryRole;
}

/** By entry id. An entry that is in no session is not there, nor are those beyond the 5,000 marks of a session. */
export function entriesInSessions(
  sessions: Iterable<Pick<Session, 'id' | 'marks'>>,
): ReadonlyMap<string, EntryInSession> {
  const entries = new Map<string, EntryInSession>();
  for (const { id, marks } of sessions) {
    for (const { entry, role } of marks) entries.set(entry, { session: id, role });
  }
  return entries;
}
