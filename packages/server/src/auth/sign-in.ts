/** From a password or a link to a user. Guessing is bounded by name and by address. */

import { Problem } from '../errors.ts';
import type { Control } from '../store/control.ts';
import { foldedName, type LinkRecord, type UserRecord } from '../store/people.ts';
import { Attempts, addressGroup } from './attempts.ts';
import { COST, fitsPassword, hashPassword, isWeaker, type ScryptCost } from './password.ts';
import { newToken, tokenId } from './session-token.ts';
import { newUser } from './user.ts';

const WINDOW_MS = 15 * 60_000;
/**
 * Wrong passwords in the window: for one user from one address, so that strangers elsewhere do not lock the right person
 * out; from one address, for whomever; for one user from wherever.
 */
const PER_BOTH = 10;
const PER_ADDRESS = 30;
const PER_USER = 100;
export const LINK_MS = 15 * 60_000;
const FIRST_NAME = 'admin';

function tooMany(waitMs: number): Problem {
  const seconds = Math.ceil(waitMs / 1000);
  return new Problem('too-many-requests', `Too many attempts to sign in; try again in ${seconds} s.`, {
    headers: { 'retry-after': String(seconds) },
  });
}

export class SignIn {
  readonly #control: Pick<Control, 'snapshot' | 'people'>;
  readonly #now: () => number;
  readonly #cost: ScryptCost;
  readonly #byBoth = new Attempts(PER_BOTH, WINDOW_MS);
  readonly #byUser = new Attempts(PER_USER, WINDOW_MS);
  readonly #byAddress = new Attempts(PER_ADDRESS, WINDOW_MS);

  constructor(
    control: Pick<Control, 'snapshot' | 'people'>,
    now: () => number = Date.now,
    cost: ScryptCost = COST,
  ) {
    this.#control = control;
    this.#now = now;
    this.#cost = cost;
  }

  /** The user, or a {@link Problem} that is the same for every name. */
  async byPassword(name: string, password: string, address: string): Promise<UserRecord> {
    const folded = foldedName(name);
    // Before the work, so that many at once are bounded like one after the other.
    this.#count(folded, address);
    const user = [...this.#control.snapshot().users.values()].find(
      (known) => foldedName(known.name) === folded,
    );
    const fits = await this.#fits(password, user?.password ?? null, folded, address);
    if (!user || !fits || user.disabled) {
      throw new Problem('credentials-invalid', 'The name and the password do not belong together.');
    }
    this.#right(folded, address);
    await this.#strengthen(user, password);
    return user;
  }

  /** Whether it is this user's own password; as bounded as signing in. */
  async checkPassword(user: UserRecord, password: string, address: string): Promise<boolean> {
    const folded = foldedName(user.name);
    this.#count(folded, address);
    if (!(await this.#fits(password, user.password, folded, address))) return false;
    this.#right(folded, address);
    return true;
  }

  async byLink(token: string, address: string): Promise<UserRecord> {
    this.#countAddress(address);
    const now = this.#now();
    const first = newUser({ name: FIRST_NAME, roles: [{ site: null, role: 'admin' }] }, now);
    const id = await this.#control.people.takeLink(tokenId(token), now, first);
    const user = id === null ? undefined : this.#control.snapshot().users.get(id);
    if (!user || user.disabled) {
      throw new Problem(
        'credentials-invalid',
        'The link was used, is over 15 minutes old, or is not complete.',
      );
    }
    this.#byAddress.giveBack(addressGroup(address));
    return user;
  }

  hash(password: string): Promise<string> {
    return hashPassword(password, this.#cost);
  }

  /** What is refused here was never looked at, so it counts nowhere. */
  #count(user: string, address: string): void {
    const now = this.#now();
    const counts = this.#counts(user, address);
    const wait = Math.max(...counts.map(([attempts, key]) => attempts.wait(key, now)));
    if (wait > 0) throw tooMany(wait);
    for (const [attempts, key] of counts) attempts.take(key, now);
  }

  /** What was not looked at, because the server has too much to do, was no attempt. */
  async #fits(password: string, hash: string | null, user: string, address: string): Promise<boolean> {
    try {
      return await fitsPassword(password, hash, this.#cost);
    } catch (error) {
      this.#giveBack(user, address);
      throw error;
    }
  }

  #right(user: string, address: string): void {
    this.#giveBack(user, address);
    this.#byBoth.forget(bothOf(user, address));
  }

  #giveBack(user: string, address: string): void {
    for (const [attempts, key] of this.#counts(user, address)) attempts.giveBack(key);
  }

  #counts(user: string, address: string): readonly (readonly [Attempts, string])[] {
    return [
      [this.#byBoth, bothOf(user, address)],
      [this.#byAddress, addressGroup(address)],
      [this.#byUser, user],
    ];
  }

  #countAddress(address: string): void {
    const wait = this.#byAddress.take(addressGroup(address), this.#now());
    if (wait > 0) throw tooMany(wait);
  }

  /** What was hashed when less was usual is hashed anew, as long as the password is at hand. */
  async #strengthen(user: UserRecord, password: string): Promise<void> {
    if (user.password === null || !isWeaker(user.password, this.#cost)) return;
    await this.#control.people.changeUser(user.id, { password: await this.hash(password) });
  }
}

function bothOf(user: string, address: string): string {
  return JSON.stringify([user, addressGroup(address)]);
}

/** A link that signs in once; `user` null: the first admin. */
export function newLink(
  user: string | null,
  now: number,
): { readonly token: string; readonly record: LinkRecord } {
  const token = newToken();
  return { token, record: { id: tokenId(token), user, expires: now + LINK_MS } };
}
