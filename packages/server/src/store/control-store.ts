/**
 * Control data as the control thread and the command line have it: in `control.db`, which answers at once, or in
 * PostgreSQL. Whoever asks waits for the answer, so that it does not matter which.
 */

import type {
  AlarmProgress,
  AlarmRead,
  AlarmRecord,
  Delivery,
  FireOutcome,
  FiringRecord,
  FiringsQuery,
  KeeperLost,
  NewFiring,
  Told,
} from './alarms.ts';
import type { AuditEvent, AuditQuery, AuditRecord } from './audit.ts';
import type {
  BegunAnswer,
  ControlSnapshot,
  KeyRecord,
  LoggedSettings,
  Site,
  StartOfTransaction,
  StationPassword,
} from './control.ts';
import type {
  BackupRecord,
  ErasurePart,
  ErasureRecord,
  SiteErasedTag,
  TextsPlace,
  TextsStep,
} from './erasure.ts';
import type { GivenNumber, NodeClaim, NodeRow } from './nodes.ts';
import type {
  LinkRecord,
  Preferences,
  SavedSearch,
  SessionRecord,
  UserChange,
  UserRecord,
} from './people.ts';

/** At once or later. */
export type Soon<T> = T | Promise<T>;

export interface Users {
  all(): Soon<ReadonlyMap<string, UserRecord>>;
  named(name: string): Soon<UserRecord | null>;
  add(user: UserRecord): Soon<void>;
  change(id: string, change: UserChange): Soon<UserRecord | null>;
  remove(id: string): Soon<boolean>;
}

export interface SessionsAndLinks {
  all(): Soon<ReadonlyMap<string, SessionRecord>>;
  open(session: SessionRecord, instead: string | null): Soon<void>;
  end(id: string): Soon<void>;
  endOf(user: string): Soon<void>;
  seen(id: string, at: number): Soon<void>;
  putLink(link: LinkRecord): Soon<void>;
  takeLink(id: string, now: number, first: UserRecord): Soon<string | null>;
  /** True if a session went. */
  purge(now: number): Soon<boolean>;
}

export interface Searches {
  of(owner: string): Soon<readonly SavedSearch[]>;
  one(id: string): Soon<SavedSearch | null>;
  put(search: SavedSearch): Soon<void>;
  remove(id: string): Soon<boolean>;
}

export interface KeptPreferences {
  of(owner: string): Soon<Preferences | null>;
  put(owner: string, preferences: Preferences): Soon<void>;
}

export interface StationPasswordRecords {
  get(site: string, charger: string): Soon<StationPassword | null>;
  of(site: string): Soon<readonly StationPassword[]>;
  put(password: StationPassword): Soon<void>;
  drop(site: string, charger: string): Soon<boolean>;
}

export interface AuditRecords {
  append(events: readonly AuditEvent[]): Soon<void>;
  list(query: AuditQuery): Soon<readonly AuditRecord[]>;
  /** A bounded number at a time; true if there is more. */
  purge(before: number, most?: number): Soon<boolean>;
}

export interface Erasures {
  all(): Soon<readonly ErasureRecord[]>;
  /** Those that new frames are looked through for. */
  tags(): Soon<readonly SiteErasedTag[]>;
  /** False, and nothing is stored, where another one of the same id tag is there, which another node was asked for. */
  put(erasure: ErasureRecord): Soon<boolean>;
  /** Takes a tag out of some rows from `from` on; `key` is that of pseudonyms. */
  eraseTexts(tag: SiteErasedTag, key: Uint8Array, from: TextsPlace): Soon<TextsStep>;
}

/** What several nodes did of erasures. */
export interface ErasureParts {
  /** Of one erasure, or of all. */
  of(id: string | null): Soon<readonly ErasurePart[]>;
  put(part: ErasurePart): Soon<void>;
}

export interface Backups {
  add(backup: BackupRecord): Soon<void>;
  /** Oldest first. */
  all(): Soon<readonly BackupRecord[]>;
}

export interface Nodes {
  claim(claim: NodeClaim, now: number): Soon<GivenNumber>;
  seen(folder: string, now: number): Soon<void>;
  /** By number. */
  all(): Soon<readonly NodeRow[]>;
  /** False where no folder has it. Throws a NodeRunsError where its server was seen a moment ago. */
  release(number: number, now: number): Soon<boolean>;
  /** One that was given back and that no entry bears: it may be given again. False where there is none. */
  forget(number: number): Soon<boolean>;
}

/** As of `Alarms`. */
export interface AlarmStore {
  all(): Soon<readonly AlarmRecord[]>;
  put(alarm: AlarmRecord): Soon<void>;
  change(alarm: AlarmRecord, read: AlarmRead): Soon<boolean>;
  addReady(alarms: readonly AlarmRecord[]): Soon<void>;
  remove(id: string, read?: AlarmRead): Soon<boolean>;
  progress(): Soon<readonly AlarmProgress[]>;
  evaluated(alarms: readonly string[], through: number, node: string): Soon<void>;
  reached(node: string): Soon<number | null>;
  fire(firings: readonly NewFiring[]): Soon<readonly FireOutcome[]>;
  firings(query: FiringsQuery): Soon<readonly FiringRecord[]>;
  numberOf(firing: string): Soon<number | null>;
  lose(lost: KeeperLost): Soon<number | null>;
  delivered(n: number, deliveries: readonly Delivery[], node: string): Soon<boolean>;
  undelivered(node: string): Soon<readonly FiringRecord[]>;
  takeOver(node: string, most: number, told?: Told): Soon<readonly FiringRecord[]>;
  toldThrough(): Soon<number | null>;
}

export interface ControlStore {
  readonly users: Users;
  readonly sessions: SessionsAndLinks;
  readonly saved: Searches;
  readonly preferences: KeptPreferences;
  readonly stationPasswords: StationPasswordRecords;
  readonly audit: AuditRecords;
  readonly erasures: Erasures;
  readonly backups: Backups;
  readonly alarms: AlarmStore;
  /** null: control data is that of one folder. */
  readonly nodes: Nodes | null;
  /** null as {@link nodes}. */
  readonly erasureParts: ErasureParts | null;
  snapshot(): Soon<ControlSnapshot>;
  putSite(site: Site): Soon<void>;
  /**
   * With the right of keys and people to it, the passwords of its stations and the answers to its pushes. A key that was
   * for this site alone is revoked. False where there is none of this id.
   */
  removeSite(id: string): Soon<boolean>;
  loggedSettings(): Soon<ReadonlyMap<string, LoggedSettings>>;
  settingsLogged(site: string, before: LoggedSettings | null, settings: LoggedSettings): Soon<boolean>;
  /** The check of the secret key that counts: of one that was offered before, or else this one. */
  agreeOnSecretKey(offered: string | null): Soon<string | null>;
  putKey(key: KeyRecord): Soon<void>;
  putFirstKey(key: KeyRecord): Soon<boolean>;
  revokeKey(id: string): Soon<boolean>;
  keyUsed(id: string, at: number): Soon<void>;
  firstAnswer(key: string, site: string, idempotencyKey: string, now: number): Soon<string | null>;
  /** Whether nobody has used it before, whichever node was asked; it is remembered `until` then. */
  firstUse(digest: Uint8Array, until: number): Soon<boolean>;
  beginAnswer(key: string, site: string, idempotencyKey: string, now: number): Soon<BegunAnswer>;
  giveUpAnswer(key: string, site: string, idempotencyKey: string): Soon<void>;
  /** Answers that it had to forget before their time was over, for want of room. */
  readonly forgottenAnswers: number;
  /** The answer that counts: this one, or one that was there before. */
  rememberAnswer(key: string, site: string, idempotencyKey: string, answer: string, at: number): Soon<string>;
  putJob(id: string, url: string, until: number): Soon<void>;
  jobAt(id: string): Soon<string | null>;
  transactionNumber(start: StartOfTransaction, now: number): Soon<number>;
  /** Forgets what is out of date, a bounded number at a time; true if there is more. */
  purge(now: number, auditDays?: number): Soon<boolean>;
  close(): Soon<void>;
}
