/** Passwords: what is accepted, and scrypt hashes that carry their own parameters (OWASP: N=2^17, r=8, p=1). */

import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { Turns } from './turns.ts';

const LEAST = 12;
const MOST = 1_000;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** Each takes 128 MiB while it is made. */
const AT_ONCE = 2;
const WAITING = 32;

export interface ScryptCost {
  /** log2 of N. */
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

export const COST: ScryptCost = { ln: 17, r: 8, p: 1 };

/** What is wrong with a new password, as a rule; null where it may be used. Length is all that counts. */
export function passwordFault(password: string): string | null {
  const length = [...password].length;
  return length >= LEAST && length <= MOST ? null : `must have ${LEAST} to ${MOST} characters`;
}

interface Hash extends ScryptCost {
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
}

const turns = new Turns(AT_ONCE, WAITING);

/** The same letters from different keyboards are the same bytes. */
function bytesOf(password: string): Uint8Array {
  return Buffer.from(password.normalize('NFKC'));
}

/** Off the event loop. */
function derive(
  password: Uint8Array,
  salt: Uint8Array,
  { ln, r, p }: ScryptCost,
  queue: Turns,
): Promise<Uint8Array> {
  const N = 2 ** ln;
  const options = { N, r, p, maxmem: 128 * r * (N + p + 2) };
  return queue.take(
    () =>
      new Promise((resolve, reject) => {
        scrypt(password, salt, HASH_BYTES, options, (error, hash) => {
          if (error) reject(error);
          else resolve(hash);
        });
      }),
  );
}

/** `$scrypt$ln=17,r=8,p=1$SALT$HASH` */
export function hashPassword(password: string, cost: ScryptCost = COST): Promise<string> {
  return hashBytes(bytesOf(password), cost, turns);
}

export async function hashBytes(password: Uint8Array, cost: ScryptCost, queue: Turns): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, cost, queue);
  return written({ ...cost, salt, hash });
}

function written({ ln, r, p, salt, hash }: Hash): string {
  const parts = [salt, hash].map((bytes) => Buffer.from(bytes).toString('base64url'));
  return `$scrypt$ln=${ln},r=${r},p=${p}$${parts.join('$')}`;
}

function read(text: string): Hash {
  const match = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w-]+)\$([\w-]+)$/.exec(text);
  if (!match) throw new Error('a stored password hash has another form than this program writes');
  const [ln, r, p] = [match[1], match[2], match[3]].map(Number);
  return {
    ln: ln ?? 0,
    r: r ?? 0,
    p: p ?? 0,
    salt: Buffer.from(match[4] ?? '', 'base64url'),
    hash: Buffer.from(match[5] ?? '', 'base64url'),
  };
}

/** Whoever has no password takes the work of one who has: which names exist must not be told by time. */
export function fitsPassword(
  password: string,
  stored: string | null,
  cost: ScryptCost = COST,
): Promise<boolean> {
  // A text that is longer than any password would only be work.
  return fitsBytes(bytesOf(password.slice(0, MOST * 2)), stored, cost, turns);
}

export async function fitsBytes(
  password: Uint8Array,
  stored: string | null,
  cost: ScryptCost,
  queue: Turns,
): Promise<boolean> {
  const known = stored === null ? null : read(stored);
  const { salt, hash, ...made } = known ?? { ...cost, salt: NOBODY, hash: NOBODY };
  const derived = await derive(password, salt, made, queue);
  return timingSafeEqual(derived, hash) && known !== null;
}

const NOBODY = randomBytes(HASH_BYTES);

/** Whether the hash was made with less than is asked for now. */
export function isWeaker(stored: string, cost: ScryptCost = COST): boolean {
  const { ln, r, p } = read(stored);
  return 2 ** ln * r * p < 2 ** cost.ln * cost.r * cost.p;
}
