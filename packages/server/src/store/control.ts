/**
 * Control data: sites, keys, and what must be remembered about requests. Small, and shared between processes:
 * the server follows changes that the command line makes beside it within a second.
 */

import type { SiteLevel } from '@ocpp-logs/core';
import type { AlarmRecord, Alarms } from './alarms.ts';
import type { AuditEvent, AuditQuery, AuditRecord } from './audit.ts';
import type {
  BackupRecord,
  ErasurePart,
  ErasureRecord,
  SiteErasedTag,
  TextsPlace,
  TextsStep,
} from './erasure.ts';
import type { GivenNumber, NodeClaim, NodeRow } from './nodes.ts';
import type { People, SessionRecord, UserRecord } from './people.ts';

export interface Site {
  readonly id: string;
  readonly name: string;
  /** IANA name. */
  readonly timezone: string;
  /** `wss://csms.example/ocpp/{charger}`; null: the built-in CSMS answers. */
  readonly upstream: string | null;
  /** 0 is for ever. */
  readonly retentionDays: number;
  /** Of what the level info keeps beyond minimal; 0 is as long as everything. */
  readonly retentionDaysInfo: number;
  /** Of what the level debug alone keeps; 0 is as long as everything. */
  readonly retentionDaysDebug: number;
  /** How much of what is said is kept. */
  readonly level: SiteLevel;
  /** Whether id tags are replaced by pseudonyms before anything is stored. */
  readonly pseudonymiseIdTags: boolean;
  /** What stations of the site must show before they are let in. */
  readonly stationAuth: StationAuth;
  /** Whether the upstream was named on this machine; one that was set over HTTP may lead to fewer places. */
  readonly upstreamTrusted: boolean;
  readonly origin: 'config' | 'added' | 'auto';
  /** Who changed it last, as its log tells; null where nobody knows. */
  readonly changedBy: string | null;
}

/** Settings of a site of which its log tells, by their names, as texts. */
export type LoggedSettings = Readonly<Record<string, string | null>>;

/** `basic`: a password (OCPP security profiles 1 and 2); `certificate`: one that a known authority signed (profile 3). */
export const STATION_AUTHS = ['none', 'basic', 'certificate'] as const;
export type StationAuth = (typeof STATION_AUTHS)[number];

/** The password of a station, as it is kept. */
export interface StationPassword {
  readonly site: string;
  readonly charger: string;
  /** scrypt, with its parameters. */
  readonly hash: string;
  /** Of one that the station was told to use and has not used yet; both count until it does. */
  readonly nextHash: string | null;
  /** ms */
  readonly changed: number;
}

export const SCOPES = ['read', 'ingest', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** A key as it is kept. `admin` includes the other scopes. */
export interface KeyRecord {
  readonly id: string;
  readonly name: string;
  readonly apiKey: string;
  readonly scopes: readonly Scope[];
  /** null: all sites. */
  readonly sites: readonly string[] | null;
  /** ms; null: never. */
  readonly expires: number | null;
  readonly created: number;
  readonly lastUsed: number | null;
  readonly revoked: boolean;
  /** Hex SHA-256 of the bearer. */
  readonly bearerHash: string;
  /** The HMAC key, sealed with AES-256-GCM. */
  readonly sealedSecret: Uint8Array;
}

/** All that the server's own thread needs to decide at once, without a database in its way. */
export interface ControlSnapshot {
  readonly sites: ReadonlyMap<string, Site>;
  readonly keys: readonly KeyRecord[];
  readonly users: ReadonlyMap<string, UserRecord>;
  readonly sessions: ReadonlyMap<string, SessionRecord>;
  /** Of all sites; absent for none. */
  readonly erased?: readonly SiteErasedTag[];
  /** By id of an erasure, when it was asked for last; absent where no other node can ask. */
  readonly askedErasures?: ReadonlyMap<string, number>;
  /** Absent for none. */
  readonly alarms?: readonly AlarmRecord[];
}

/** There is one already, or it is for the caller to make, or another process is about to. */
export type BegunAnswer = { readonly answer: string } | 'ours' | 'elsewhere';

export interface StartOfTransaction {
  readonly site: string;
  readonly charger: string;
  readonly messageId: string;
  readonly idTag: string;
  readonly connector: number;
  readonly timestamp: string;
}

/** Asynchronous face, on the server's thread; the database is in a worker. */
export interface Control {
  readonly people: People;
  readonly alarms: Alarms;
  /** Whether other nodes have it, too. */
  readonly shared: boolean;
  snapshot(): ControlSnapshot;
  /**
   * Whether the snapshot is as new as callers may rely on: not where it lies in a database that has not answered for
   * some seconds, as somebody may have been locked out since.
   */
  isCurrent(): boolean;
  /** Resolves when the snapshot holds all that was done before the call, by whomever; rejects where that is unknown. */
  refresh(): Promise<void>;
  /** For `/metrics`. */
  counters(): Readonly<Record<string, number>>;
  /** Called after every change, whoever made it. */
  onChange(listener: (snapshot: ControlSnapshot) => void): void;
  putSite(site: Site): Promise<void>;
  /** With all that control data has of it; false where there is none. */
  removeSite(id: string): Promise<boolean>;
  /** By site, what its log has told of its settings; a site of which nothing was told is absent. */
  loggedSettings(): Promise<ReadonlyMap<string, LoggedSettings>>;
  /** Whether it is this caller that tells it: not where the log has gone on from `before` already. */
  settingsLogged(site: string, before: LoggedSettings | null, settings: LoggedSettings): Promise<boolean>;
  /** The check of the secret key that counts: of one that another node offered before, or else this one. */
  agreeOnSecretKey(offered: string | null): Promise<string | null>;
  putKey(key: KeyRecord): Promise<void>;
  /** False where there is a key already. */
  putFirstKey(key: KeyRecord): Promise<boolean>;
  revokeKey(id: string): Promise<boolean>;
  /** null: the station has none. */
  stationPassword(site: string, charger: string): Promise<StationPassword | null>;
  putStationPassword(password: StationPassword): Promise<void>;
  /** False where there was none. */
  dropStationPassword(site: string, charger: string): Promise<boolean>;
  keyUsed(id: string, at: number): void;
  /**
   * Whether no other process has seen it before; it is remembered `until` then, ms. What this process has seen it must know
   * by itself.
   */
  firstUse(digest: Uint8Array, until: number): Promise<boolean>;
  /** The answer first given under this Idempotency-Key in the last 24 h. */
  firstAnswer(key: string, site: string, idempotencyKey: string): Promise<string | null>;
  /** Before a request is carried out that must be carried out once. */
  beginAnswer(key: string, site: string, idempotencyKey: string, at: number): Promise<BegunAnswer>;
  /** It has no answer: another process may begin. */
  giveUpAnswer(key: string, site: string, idempotencyKey: string): Promise<void>;
  /** The answer that counts: this one, or one that another request under the key had first. */
  rememberAnswer(
    key: string,
    site: string,
    idempotencyKey: string,
    answer: string,
    at: number,
  ): Promise<string>;
  /** At which node an export or import lies, for `until`, ms. */
  putJob(id: string, url: string, until: number): Promise<void>;
  /** null: nobody has told. */
  jobAt(id: string): Promise<string | null>;
  /** Positive int32, never reused, on the disk before it resolves; the same start gets the same number. */
  transactionNumber(start: StartOfTransaction): Promise<number>;
  /** On the disk when it resolves. */
  audit(events: readonly AuditEvent[]): Promise<void>;
  /** Newest first. */
  audits(query: AuditQuery): Promise<readonly AuditRecord[]>;
  /** Newest first. */
  erasures(): Promise<readonly ErasureRecord[]>;
  /**
   * On the disk, and among what new frames are looked through for, when it resolves. False, and neither, where another one of
   * the same id tag is there, by its id or its replacement, for which another node was asked in the same moment.
   */
  putErasure(erasure: ErasureRecord): Promise<boolean>;
  /** Takes an id tag out of control.db itself, one step from `from` on; `key` is that of pseudonyms. */
  eraseTexts(tag: SiteErasedTag, key: Uint8Array, from: TextsPlace): Promise<TextsStep>;
  /** What nodes did of one erasure, or of all; none where nobody shares control data. */
  erasureParts(id: string | null): Promise<readonly ErasurePart[]>;
  putErasurePart(part: ErasurePart): Promise<void>;
  backups(): Promise<readonly BackupRecord[]>;
  /** The number of this folder among those that share control data; null: nobody shares it. */
  claimNode(claim: NodeClaim): Promise<GivenNumber | null>;
  /** By number; none where nobody shares control data. */
  nodes(): Promise<readonly NodeRow[]>;
  /** The server of the folder runs. */
  nodeSeen(folder: string): Promise<void>;
  close(): Promise<void>;
}
