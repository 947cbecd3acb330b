/**
 * Signed requests: `x-signature` = hex HMAC-SHA256 of `METHOD:URL_PATH:TIMESTAMP:BODY`.
 * Pure: time comes in as an argument; what was seen before is {@link SeenSignatures}.
 */

import { createHmac, type Hmac, timingSafeEqual } from 'node:crypto';

export const PREFIX = '/rest/v1';

export interface SignedRequest {
  readonly method: string;
  /** Path and query exactly as they arrived. */
  readonly url: string;
  /** `x-req-timestamp`: Unix seconds, as sent. */
  readonly timestamp: string;
  /** `x-signature`, as sent. */
  readonly signature: string;
  /** The exact bytes of the body; empty for none. */
  readonly body: Uint8Array;
}

/**
 * What may have been signed: the published prose signs the path with `/rest/v1`, its sample without; a client before
 * a proxy signs the path with the prefix that the proxy cuts off.
 */
export function signedPaths(url: string, publicPath: string): readonly string[] {
  const rest = url === PREFIX || url.startsWith(`${PREFIX}/`) || url.startsWith(`${PREFIX}?`);
  const bare = rest ? url.slice(PREFIX.length) : url;
  const paths = [bare, PREFIX + bare];
  return publicPath === '' ? paths : [...paths, ...paths.map((path) => publicPath + path)];
}

export function signatureOf(hmacKey: string, request: SignedRequest, path: string): Uint8Array {
  return begun(hmacKey, request, path).update(request.body).digest();
}

function begun(hmacKey: string, request: Omit<SignedRequest, 'body'>, path: string): Hmac {
  return createHmac('sha256', hmacKey).update(`${request.method}:${path}:${request.timestamp}:`);
}

/** Whether the time of the request may be accepted at `now`, ms. */
export function isTimely(timestamp: string, now: number, toleranceSeconds: number): boolean {
  return (
    /^\d{1,12}$/.test(timestamp) && Math.abs(Math.floor(now / 1000) - Number(timestamp)) <= toleranceSeconds
  );
}

/** Takes the same time for every wrong signature. */
export function isSigned(hmacKey: string, request: SignedRequest, publicPath: string): boolean {
  const check = new SignatureCheck(hmacKey, request, publicPath);
  check.update(request.body);
  return check.fits();
}

/** A signature that is checked while its body passes. */
export class SignatureCheck {
  readonly #signature: string;
  readonly #hmacs: readonly Hmac[];

  constructor(hmacKey: string, request: Omit<SignedRequest, 'body'>, publicPath: string) {
    this.#signature = request.signature;
    this.#hmacs = signedPaths(request.url, publicPath).map((path) => begun(hmacKey, request, path));
  }

  update(chunk: Uint8Array): void {
    for (const hmac of this.#hmacs) hmac.update(chunk);
  }

  /** Once, when all of the body has passed. */
  fits(): boolean {
    const digests = this.#hmacs.map((hmac) => hmac.digest());
    if (!/^[0-9a-fA-F]{64}$/.test(this.#signature)) return false;
    const given = Buffer.from(this.#signature, 'hex');
    return digests.reduce((matches, digest) => timingSafeEqual(digest, given) || matches, false);
  }
}

/** Signatures of accepted writes, until their time is over. */
export class SeenSignatures {
  readonly #bound: number;
  /** Signature to the time, ms, from which on its timestamp is refused anyway. In order of arrival. */
  readonly #until = new Map<string, number>();

  constructor(bound = 100_000) {
    this.#bound = bound;
  }

  /** `full`: nothing may be accepted until older ones have expired, or a replay could slip through. */
  add(signature: string, until: number, now: number): 'new' | 'seen' | 'full' {
    const key = signature.toLowerCase();
    if ((this.#until.get(key) ?? 0) > now) return 'seen';
    if (this.#until.size >= this.#bound) this.#forget(now);
    if (this.#until.size >= this.#bound) return 'full';
    this.#until.set(key, until);
    return 'new';
  }

  get size(): number {
    return this.#until.size;
  }

  #forget(now: number): void {
    for (const [key, until] of this.#until) if (until <= now) this.#until.delete(key);
  }
}
