/** From the headers of a request to its caller. Signed requests are settled when the body is there. */

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Problem } from '../errors.ts';
import type { Control, ControlSnapshot, KeyRecord } from '../store/control.ts';
import { adminCaller, type Caller, callerOfKey } from './caller.ts';
import { hmacKeyOf, sha256Hex } from './keys.ts';
import { unseal } from './secret-key.ts';
import { isTimely, SeenSignatures, SignatureCheck } from './signature.ts';

export interface AuthSettings {
  readonly secretKey: Uint8Array;
  /** `OCPP_LOGS_ADMIN_TOKEN`. */
  readonly adminToken: string | null;
  /** Of this run of the server, for the command line beside it. */
  readonly runToken: string | null;
  /** Seconds by which the time of a signed request may be off. */
  readonly clockSkewSeconds: number;
  /**
   * ms: signed writes of an earlier second are refused, because nobody remembers any more which of them were taken. Absent
   * where what was taken is remembered elsewhere.
   */
  readonly signedAfter?: number;
  /** What a proxy cut off before the path; empty for nothing. */
  readonly publicPath: string;
}

/** The headers that say who is asking; undefined where absent. */
export interface Credentials {
  readonly authorization: string | undefined;
  readonly apiKey: string | undefined;
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
}

export interface RequestLine {
  readonly method: string;
  /** Path and query exactly as they arrived. */
  readonly url: string;
}

/** A signed request whose body is too long to be held: it is checked while it passes. */
export interface PassingBody {
  /** Whom the request names; not proven before {@link settle}. */
  readonly claimed: Caller;
  update(chunk: Uint8Array): void;
  /** The caller, or a {@link Problem}. Once, when all of the body has passed. */
  settle(): Caller;
}

interface Token {
  readonly digest: Uint8Array;
  readonly caller: Caller;
}

const REPLAYABLE = new Set(['GET', 'HEAD']);
/** The work for an unknown key is that of a known one. */
const NOBODY = hmacKeyOf(randomBytes(32).toString('hex'));

function digestOf(text: string): Uint8Array {
  return createHash('sha256').update(text, 'utf8').digest();
}

/** Before `Authorization`, which a proxy may have asked for and passed on. */
function isSignedRequest({ apiKey, signature }: Credentials): boolean {
  return apiKey !== undefined || signature !== undefined;
}

function bearerOf(authorization: string): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
}

export function receivedBefore(): Problem {
  return refused('This signed request was received before; sign it anew.');
}

function refused(detail: string): Problem {
  return new Problem('credentials-invalid', detail);
}

export class Authenticator {
  readonly #settings: AuthSettings;
  readonly #tokens: readonly Token[];
  readonly #control: Pick<Control, 'keyUsed'>;
  readonly #now: () => number;
  readonly #seen: SeenSignatures;
  #byBearer = new Map<string, KeyRecord>();
  #byApiKey = new Map<string, KeyRecord>();

  constructor(
    settings: AuthSettings,
    control: Pick<Control, 'snapshot' | 'onChange' | 'keyUsed'>,
    now: () => number = Date.now,
    seen: SeenSignatures = new SeenSignatures(),
  ) {
    this.#settings = settings;
    this.#control = control;
    this.#now = now;
    this.#seen = seen;
    const tokens = [
      ['admin-token', settings.adminToken],
      ['run-token', settings.runToken],
    ] as const;
    this.#tokens = tokens.flatMap(([id, token]) =>
      token === null ? [] : [{ digest: digestOf(token), caller: adminCaller(id) }],
    );
    this.#take(control.snapshot());
    control.onChange((snapshot) => this.#take(snapshot));
  }

  /** Whether they are a token that this process was started with, which no control data says anything about. */
  isOwn({ authorization = '', apiKey, signature }: Credentials): boolean {
    if (apiKey !== undefined || signature !== undefined) return false;
    const digest = digestOf(bearerOf(authorization) ?? '');
    return this.#tokens.some((token) => timingSafeEqual(token.digest, digest));
  }

  /** Whether the answer depends on the body: it must be read before {@link authenticate} is asked. */
  needsBody(credentials: Credentials): boolean {
    return isSignedRequest(credentials);
  }

  /** Of signed requests: refuses at once what no body can make right, so that nobody sends megabytes for nothing. */
  precheck(credentials: Credentials): void {
    this.#claimed(credentials);
  }

  /** Of a signed request whose body is not held. Refuses at once as {@link precheck} does. */
  passing(line: RequestLine, credentials: Credentials): PassingBody {
    const claimed = callerOfKey(this.#claimed(credentials));
    const { check, settle } = this.#checking(line, credentials);
    return {
      claimed,
      update: (chunk) => check.update(chunk),
      settle: () => {
        const caller = settle();
        this.#control.keyUsed(caller.keyId, this.#now());
        return caller;
      },
    };
  }

  /** The caller, or a {@link Problem}. `body` counts for signed requests only. */
  authenticate(line: RequestLine, credentials: Credentials, body: Uint8Array): Caller {
    const caller =
      credentials.authorization === undefined || isSignedRequest(credentials)
        ? this.#signed(line, credentials, body)
        : this.#bearer(credentials.authorization);
    this.#control.keyUsed(caller.keyId, this.#now());
    return caller;
  }

  /** Of a signed write that was found right: what tells it from every other, and until when it could be sent again. */
  replayOf({
    timestamp,
    signature,
  }: Credentials): { readonly digest: Uint8Array; readonly until: number } | null {
    if (timestamp === undefined || signature === undefined) return null;
    return { digest: digestOf(signature.toLowerCase()), until: this.#expiryOf(timestamp) };
  }

  #expiryOf(timestamp: string): number {
    return (Number(timestamp) + this.#settings.clockSkewSeconds + 1) * 1000;
  }

  #bearer(authorization: string): Caller {
    const token = bearerOf(authorization);
    if (token === undefined) throw refused('Authorization must read: Bearer, a blank, and a key.');
    const digest = digestOf(token);
    for (const { digest: known, caller } of this.#tokens) {
      if (timingSafeEqual(known, digest)) return caller;
    }
    const key = this.#usable(this.#byBearer.get(Buffer.from(digest).toString('hex')));
    if (!key) throw refused('The bearer key is unknown, revoked or expired.');
    return callerOfKey(key);
  }

  #signed(line: RequestLine, credentials: Credentials, body: Uint8Array): Caller {
    const { check, settle } = this.#checking(line, credentials);
    check.update(body);
    return settle();
  }

  #checking(line: RequestLine, credentials: Credentials) {
    const { apiKey, timestamp, signature } = this.#signedHeaders(credentials);
    this.#timely(timestamp);
    const key = this.#usable(this.#byApiKey.get(sha256Hex(apiKey)));
    const hmacKey = key ? unseal(this.#settings.secretKey, key.id, key.sealedSecret) : null;
    const request = { ...line, timestamp, signature };
    const check = new SignatureCheck(hmacKey ?? NOBODY, request, this.#settings.publicPath);
    const settle = (): Caller => {
      const signed = check.fits();
      if (!key || hmacKey === null || !signed) throw this.#wrongSignature();
      if (!REPLAYABLE.has(line.method)) {
        this.#afterStart(timestamp);
        this.#once(signature, timestamp);
      }
      return callerOfKey(key);
    };
    return { check, settle };
  }

  #claimed(credentials: Credentials): KeyRecord {
    const { apiKey, timestamp } = this.#signedHeaders(credentials);
    this.#timely(timestamp);
    const key = this.#usable(this.#byApiKey.get(sha256Hex(apiKey)));
    if (!key) throw this.#wrongSignature();
    return key;
  }

  #signedHeaders({ apiKey, timestamp, signature }: Credentials) {
    if (apiKey !== undefined && timestamp !== undefined && signature !== undefined) {
      return { apiKey, timestamp, signature };
    }
    throw new Problem(
      'credentials-missing',
      'Send Authorization: Bearer and a key, or x-api-key, x-req-timestamp and x-signature.',
    );
  }

  #timely(timestamp: string): void {
    const { clockSkewSeconds } = this.#settings;
    if (isTimely(timestamp, this.#now(), clockSkewSeconds)) return;
    const time = Math.floor(this.#now() / 1000);
    throw refused(
      `x-req-timestamp must be Unix seconds within ${clockSkewSeconds} s of this server's time, now ${time}.`,
    );
  }

  #afterStart(timestamp: string): void {
    const { signedAfter } = this.#settings;
    if (signedAfter === undefined || Number(timestamp) > Math.floor(signedAfter / 1000)) return;
    throw refused(
      'This write was signed before the server was started, which knows no more whether it was received; sign it anew. ' +
        'If that does not help, the clock of the client is slow.',
    );
  }

  #wrongSignature(): Problem {
    return refused(
      'The key is unknown, revoked or expired, or the signature does not fit. Signed is METHOD:URL_PATH:TIMESTAMP:BODY ' +
        'with HMAC-SHA256, its key the lower-case hex digits of SHA-256(secret).',
    );
  }

  #once(signature: string, timestamp: string): void {
    const found = this.#seen.add(signature, this.#expiryOf(timestamp), this.#now());
    if (found === 'seen') throw receivedBefore();
    if (found === 'full') {
      throw new Problem('unavailable', 'Too many signed writes in a short time.', {
        headers: { 'retry-after': '30' },
      });
    }
  }

  #usable(key: KeyRecord | undefined): KeyRecord | null {
    if (!key || key.revoked || (key.expires !== null && key.expires <= this.#now())) return null;
    return key;
  }

  #take(snapshot: ControlSnapshot): void {
    this.#byBearer = new Map(snapshot.keys.map((key) => [key.bearerHash, key]));
    this.#byApiKey = new Map(snapshot.keys.map((key) => [sha256Hex(key.apiKey), key]));
  }
}
