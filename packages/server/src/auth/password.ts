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

/** The same letters from different keyboards are the same bytes. Off the event loop. */
function derive(password: string, salt: Uint8Array, { ln, r, p }: ScryptCost): Promise<Uint8Array> {
  const N = 2 ** ln;
  const options = { N, r, p, maxmem: 128 * r * (N + p + 2) };
  return turns.take(
    () =>
      new Promise((resolve, reject) => {
        scrypt(password.normalize('NFKC'), salt, HASH_BYTES, options, (error, hash) => {
          if (error) reject(error);
          else resolve(hash);
        });
      }),
  );
}

/** `$scrypt$ln=17,r=8,p=1$SALT$HASH` */
export async function hashPassword(password: string, cost: ScryptCost = COST): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, cost);
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
export async function fitsPassword(
  password: string,
  stored: string | null,
  cost: ScryptCost = COST,
): Promise<boolean> {
  const known = stored === null ? null : read(stored);
  const { salt, hash, ...made } = known ?? { ...cost, salt: NOBODY, hash: NOBODY };
  // A text that is longer than any password would only be work.
  const derived = await derive(password.slice(0, MOST * 2), salt, made);
  return timingSafeEqual(derived, hash) && known !== null;
}

const NOBODY = randomBytes(HASH_BYTES);

/** Whether the hash was made with less than is asked for now. */
export function isWeaker(stored: string, cost: ScryptCost = COST): boolean {
  const { ln, r, p } = read(stored);
  return 2 ** ln * r * p < 2 ** cost.ln * cost.r * cost.p;
}
