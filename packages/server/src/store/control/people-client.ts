/** `People` on the server's own thread. */

import type {
  LinkRecord,
  People,
  Preferences,
  SavedSearch,
  SessionRecord,
  UserChange,
  UserRecord,
} from '../people.ts';
import type { CallClient } from '../rpc.ts';
import type { ControlMethods } from './worker.ts';

export class PeopleClient implements People {
  readonly #calls: CallClient<ControlMethods>;

  constructor(calls: CallClient<ControlMethods>) {
    this.#calls = calls;
  }

  addUser(user: UserRecord): Promise<void> {
    return this.#calls.call('addUser', [user]);
  }

  changeUser(id: string, change: UserChange): Promise<UserRecord | null> {
    return this.#calls.call('changeUser', [id, change]);
  }

  removeUser(id: string): Promise<boolean> {
    return this.#calls.call('removeUser', [id]);
  }

  openSession(session: SessionRecord, instead: string | null): Promise<void> {
    return this.#calls.call('openSession', [session, instead]);
  }

  endSession(id: string): Promise<void> {
    return this.#calls.call('endSession', [id]);
  }

  endSessionsOf(user: string): Promise<void> {
    return this.#calls.call('endSessionsOf', [user]);
  }

  sessionSeen(id: string, at: number): void {
    // A lost time of use is written with the next use.
    this.#calls.call('sessionSeen', [id, at]).catch(() => undefined);
  }

  putLink(link: LinkRecord): Promise<void> {
    return this.#calls.call('putLink', [link]);
  }

  takeLink(id: string, now: number, first: UserRecord): Promise<string | null> {
    return this.#calls.call('takeLink', [id, now, first]);
  }

  searches(owner: string): Promise<readonly SavedSearch[]> {
    return this.#calls.call('searches', [owner]);
  }

  search(id: string): Promise<SavedSearch | null> {
    return this.#calls.call('search', [id]);
  }

  putSearch(search: SavedSearch): Promise<void> {
    return this.#calls.call('putSearch', [search]);
  }

  removeSearch(id: string): Promise<boolean> {
    return this.#calls.call('removeSearch', [id]);
  }

  preferences(owner: string): Promise<Preferences | null> {
    return this.#calls.call('preferences', [owner]);
  }

  putPreferences(owner: string, preferences: Preferences): Promise<void> {
    return this.#calls.call('putPreferences', [owner, preferences]);
  }
}
