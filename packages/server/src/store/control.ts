/**
 * Control data: sites, keys, and what must be remembered about requests. Small, and shared between processes:
 * the server follows changes that the command line makes beside it within a second.
 */

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
  readonly origin: 'config' | 'added' | 'auto';
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
}

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
  snapshot(): ControlSnapshot;
  /** Called after every change, whoever made it. */
  onChange(listener: (snapshot: ControlSnapshot) => void): void;
  putSite(site: Site): Promise<void>;
  putKey(key: KeyRecord): Promise<void>;
  revokeKey(id: string): Promise<boolean>;
  keyUsed(id: string, at: number): void;
  /** The answer first given under this Idempotency-Key in the last 24 h. */
  firstAnswer(key: string, site: string, idempotencyKey: string): Promise<string | null>;
  rememberAnswer(
    key: string,
    site: string,
    idempotencyKey: string,
    answer: string,
    at: number,
  ): Promise<void>;
  /** Positive int32, never reused, on the disk before it resolves; the same start gets the same number. */
  transactionNumber(start: StartOfTransaction): Promise<number>;
  close(): Promise<void>;
}
