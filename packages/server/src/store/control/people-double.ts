/** `People` without a thread, for tests: the tables of control.db in memory. */

import { DatabaseSync } from 'node:sqlite';
import type { People, SessionRecord, UserRecord } from '../people.ts';
import { PreferenceTable } from './preference-table.ts';
import { migrate } from './schema.ts';
import { SearchTable } from './search-table.ts';
import { SessionTable } from './session-table.ts';
import { Statements } from './statements.ts';
import { UserTable } from './user-table.ts';

export interface PeopleDouble extends People {
  users(): ReadonlyMap<string, UserRecord>;
  sessions(): ReadonlyMap<string, SessionRecord>;
}

/** `changed` is called after whatever decides who may do what. */
export function peopleDouble(changed: () => void): PeopleDouble {
  const db = new DatabaseSync(':memory:');
  migrate(db);
  const statements = new Statements(db);
  const users = new UserTable(statements);
  const sessions = new SessionTable(statements, users);
  const saved = new SearchTable(statements);
  const preferences = new PreferenceTable(statements);
  const then = async <T>(work: () => T): Promise<T> => {
    const result = work();
    changed();
    return result;
  };
  return {
    users: () => users.all(),
    sessions: () => sessions.all(),
    addUser: (user) => then(() => users.add(user)),
    changeUser: (id, change) => then(() => users.change(id, change)),
    removeUser: (id) => then(() => users.remove(id)),
    openSession: (session, instead) => then(() => sessions.open(session, instead)),
    endSession: (id) => then(() => sessions.end(id)),
    endSessionsOf: (user) => then(() => sessions.endOf(user)),
    sessionSeen: (id, at) => sessions.seen(id, at),
    putLink: async (link) => sessions.putLink(link),
    takeLink: (id, now, first) => then(() => sessions.takeLink(id, now, first)),
    searches: async (owner) => saved.of(owner),
    search: async (id) => saved.one(id),
    putSearch: async (search) => saved.put(search),
    removeSearch: async (id) => saved.remove(id),
    preferences: async (owner) => preferences.of(owner),
    putPreferences: async (owner, wanted) => preferences.put(owner, wanted),
  };
}
