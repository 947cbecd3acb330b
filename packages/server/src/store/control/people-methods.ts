/** What the control thread does for people; `tell` after whatever decides who may do what. */

import type { ControlStore, Soon } from '../control-store.ts';
import type {
  LinkRecord,
  Preferences,
  SavedSearch,
  SessionRecord,
  UserChange,
  UserRecord,
} from '../people.ts';

export function peopleMethods(
  { users, sessions, saved, preferences }: ControlStore,
  tell: () => Promise<void>,
) {
  const told = async <T>(result: Soon<T>): Promise<T> => {
    const done = await result;
    await tell();
    return done;
  };
  return {
    addUser: (user: UserRecord) => told(users.add(user)),
    changeUser: (id: string, change: UserChange) => told(users.change(id, change)),
    removeUser: (id: string) => told(users.remove(id)),
    openSession: (session: SessionRecord, instead: string | null) => told(sessions.open(session, instead)),
    endSession: (id: string) => told(sessions.end(id)),
    endSessionsOf: (user: string) => told(sessions.endOf(user)),
    sessionSeen: (id: string, at: number) => sessions.seen(id, at),
    putLink: (link: LinkRecord) => sessions.putLink(link),
    takeLink: (id: string, now: number, first: UserRecord) => told(sessions.takeLink(id, now, first)),
    searches: (owner: string) => saved.of(owner),
    search: (id: string) => saved.one(id),
    putSearch: (search: SavedSearch) => saved.put(search),
    removeSearch: (id: string) => saved.remove(id),
    preferences: (owner: string) => preferences.of(owner),
    putPreferences: (owner: string, wanted: Preferences) => preferences.put(owner, wanted),
  };
}
