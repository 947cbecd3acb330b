/** People who sign in: what they may do, their sessions, and the links and searches that are theirs. */

/** Each includes those before it. */
export const ROLES = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Under which a name is unique. */
export function foldedName(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

export interface RoleAt {
  /** null: all sites, and for an admin the server itself. */
  readonly site: string | null;
  readonly role: Role;
}

/** As an OpenID provider knows a person. */
export interface OidcSubject {
  readonly issuer: string;
  readonly subject: string;
}

export interface UserRecord {
  readonly id: string;
  /** No two are alike but for the case of letters. */
  readonly name: string;
  /** Hash with its parameters; null: signs in by a link or a provider. */
  readonly password: string | null;
  readonly created: number;
  readonly disabled: boolean;
  readonly oidc: OidcSubject | null;
  readonly roles: readonly RoleAt[];
}

export type UserChange = Partial<Pick<UserRecord, 'name' | 'password' | 'disabled' | 'oidc' | 'roles'>>;

export interface SessionRecord {
  /** Hex SHA-256 of the cookie's token. */
  readonly id: string;
  readonly user: string;
  readonly created: number;
  /** ms; written at most once a minute. */
  readonly lastSeen: number;
  /** ms: ends then however much it is used. */
  readonly expires: number;
  /** ms without use after which it ends. */
  readonly idleMs: number;
  /** ms; of one that a link began: until then the password is set without the one before. */
  readonly byLinkUntil?: number;
}

/** Of a link that signs in once. */
export interface LinkRecord {
  /** Hex SHA-256 of its token. */
  readonly id: string;
  /** null: whoever comes first becomes the first admin. */
  readonly user: string | null;
  readonly expires: number;
}

export interface SavedSearch {
  readonly id: string;
  /** Id of the user or key that made it. */
  readonly owner: string;
  readonly name: string;
  /** Whether everyone may read it. */
  readonly shared: boolean;
  /** A JSON object. */
  readonly query: string;
  readonly changed: number;
}

/** How a person wants things shown; the last one that was kept counts. */
export interface Preferences {
  /** A JSON object. */
  readonly value: string;
  readonly changed: number;
}

export const PREFERENCES_BYTES_MAX = 16_384;
export const USERS_MAX = 10_000;
export const SESSIONS_MAX = 20;
export const LINKS_MAX = 1_000;
export const SEARCHES_MAX = 200;
export const SEARCH_BYTES_MAX = 8_192;

/** What a person can cause here; the code comes through calls between threads. */
export const PEOPLE_FAULTS = {
  NAME_TAKEN: 'another user has this name',
  SUBJECT_TAKEN: 'another user signs in by this subject of the provider',
  LAST_ADMIN: 'nobody else is an admin of all sites; make another one first',
  TOO_MANY_USERS: `there are ${USERS_MAX} users, which is the most`,
  TOO_MANY_SEARCHES: `${SEARCHES_MAX} searches are saved already, which is the most`,
} as const;
export type PeopleFaultCode = keyof typeof PEOPLE_FAULTS;

export class PeopleFault extends Error {
  override readonly name = 'PeopleFault';
  readonly code: PeopleFaultCode;

  constructor(code: PeopleFaultCode) {
    super(PEOPLE_FAULTS[code]);
    this.code = code;
  }
}

export function isPeopleFault(code: string): code is PeopleFaultCode {
  return Object.hasOwn(PEOPLE_FAULTS, code);
}

/** Asynchronous face, as of `Control`. Every change of who may do what is in the next snapshot. */
export interface People {
  addUser(user: UserRecord): Promise<void>;
  /** null where there is no such user. Disabling ends the user's sessions. */
  changeUser(id: string, change: UserChange): Promise<UserRecord | null>;
  /** With sessions, links, preferences and searches that are not shared. */
  removeUser(id: string): Promise<boolean>;
  /** The oldest of the user's sessions make room. `instead` is a session that ends with this one's beginning. */
  openSession(session: SessionRecord, instead: string | null): Promise<void>;
  endSession(id: string): Promise<void>;
  endSessionsOf(user: string): Promise<void>;
  sessionSeen(id: string, at: number): void;
  putLink(link: LinkRecord): Promise<void>;
  /**
   * Takes a link away and says whom it signs in; null for one that is unknown, expired or void. One that names nobody
   * makes `first`, as long as there are no users.
   */
  takeLink(id: string, now: number, first: UserRecord): Promise<string | null>;
  /** Those of the owner, and those that others share. */
  searches(owner: string): Promise<readonly SavedSearch[]>;
  search(id: string): Promise<SavedSearch | null>;
  putSearch(search: SavedSearch): Promise<void>;
  removeSearch(id: string): Promise<boolean>;
  /** Of a user or key; null where nothing was kept. */
  preferences(owner: string): Promise<Preferences | null>;
  putPreferences(owner: string, preferences: Preferences): Promise<void>;
}
