/** Making keys. What is shown once and what is kept are two records. */

import { createHash, randomBytes } from 'node:crypto';
import type { KeyRecord, Scope } from '../store/control.ts';
import { seal } from './secret-key.ts';

export function sha256Hex(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** The key of the HMAC is a text: the lower-case hex digits of SHA-256(secret). */
export function hmacKeyOf(secret: string): string {
  return sha256Hex(secret);
}

export const KEY_NAME_MAX = 255;

export interface KeyWish {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** null: all sites. */
  readonly sites: readonly string[] | null;
  /** ms; null: never. */
  readonly expires: number | null;
}

/** Of a new key: the only place where its three credentials stand in clear. */
export interface ShownKey {
  readonly id: string;
  readonly api_key: string;
  readonly secret: string;
  readonly bearer: string;
  readonly scopes: readonly Scope[];
  /** null: all sites. */
  readonly sites: readonly string[] | null;
  /** ISO 8601; null: never. */
  readonly expires: string | null;
}

export interface NewKey {
  readonly record: KeyRecord;
  readonly shown: ShownKey;
}

/** `api_key`, `secret` and bearer are independent values of 256 bits. */
export function createKey(wish: KeyWish, secretKey: Uint8Array, now: number): NewKey {
  const id = `key_${randomBytes(8).toString('hex')}`;
  const apiKey = randomBytes(32).toString('hex');
  const secret = randomBytes(32).toString('hex');
  const bearer = `olk_${randomBytes(32).toString('base64url')}`;
  const { name, scopes, sites, expires } = wish;
  return {
    record: {
      id,
      name,
      apiKey,
      scopes,
      sites,
      expires,
      created: now,
      lastUsed: null,
      revoked: false,
      bearerHash: sha256Hex(bearer),
      sealedSecret: seal(secretKey, id, hmacKeyOf(secret)),
    },
    shown: {
      id,
      api_key: apiKey,
      secret,
      bearer,
      scopes,
      sites,
      expires: expires === null ? null : new Date(expires).toISOString(),
    },
  };
}

/** One line, as `key create --json` prints it. */
export function keyJson(shown: ShownKey): string {
  const { id, api_key, secret, bearer, scopes, sites, expires } = shown;
  return JSON.stringify({ id, api_key, secret, bearer, scopes, sites, expires });
}

/** Of a key that was made before: what may be shown of it. */
export function publicKey(
  { id, name, scopes, sites, revoked, created, expires, lastUsed }: KeyRecord,
  now: number,
) {
  const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());
  const expired = expires !== null && expires <= now;
  return {
    id,
    name,
    scopes: [...scopes],
    sites: sites && [...sites],
    state: revoked ? ('revoked' as const) : expired ? ('expired' as const) : ('active' as const),
    created: iso(created),
    expires: iso(expires),
    last_used: iso(lastUsed),
  };
}
