/** Passwords of stations at the built-in CSMS: kept as scrypt hashes, checked once each, known again by a digest in memory. */

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Control, StationPassword } from '../store/control.ts';
import { Attempts, addressGroup } from './attempts.ts';
import { fitsBytes, hashBytes, type ScryptCost } from './password.ts';
import { canonicalPassword, stationCredentials } from './station-credentials.ts';
import { TooMuchWorkError, Turns } from './turns.ts';

/**
 * 8 MiB and a few hundredths of a second. Less than for people: OCPP asks for random passwords of 16 bytes or more, which nobody guesses, and
 * after a restart every station of a fleet comes at once.
 */
export const STATION_COST: ScryptCost = { ln: 13, r: 8, p: 1 };
const AT_ONCE = 2;
const WAITING = 1_000;
/** Wrong passwords of one station, and of all stations at one address. */
const PER_STATION = { limit: 10, windowMs: 10 * 60_000 };
const PER_ADDRESS = { limit: 100, windowMs: 60_000 };
const KNOWN_MOST = 100_000;
/** For how long who has shown the password here is let in while the database of passwords does not answer. */
const KNOWN_MS = 60 * 60_000;
const AWAY_SECONDS = 10;

export interface StationAt {
  readonly site: string;
  readonly charger: string;
}

export interface PasswordRefusal {
  readonly status: 401 | 429 | 503;
  readonly reason: string;
  /** Seconds. */
  readonly retryAfter?: number;
}

type Kept = Pick<Control, 'stationPassword' | 'putStationPassword' | 'dropStationPassword'>;

interface Known {
  /** Of the password that was checked; another one in the store makes this one worthless. */
  readonly hash: string;
  readonly digest: Uint8Array;
  /** When it last was the one that is stored. */
  confirmed: number;
}

export class StationPasswords {
  readonly #kept: Kept;
  readonly #now: () => number;
  readonly #cost: ScryptCost;
  readonly #turns = new Turns(AT_ONCE, WAITING);
  readonly #digestKey = randomBytes(32);
  readonly #known = new Map<string, Known>();
  readonly #byStation = new Attempts(PER_STATION.limit, PER_STATION.windowMs);
  readonly #byAddress = new Attempts(PER_ADDRESS.limit, PER_ADDRESS.windowMs);
  /** How many were checked with scrypt. */
  checked = 0;

  constructor(kept: Kept, now: () => number, cost: ScryptCost = STATION_COST) {
    this.#kept = kept;
    this.#now = now;
    this.#cost = cost;
  }

  /** Counts from now on, instead of what counted before. */
  async set({ site, charger }: StationAt, password: string): Promise<void> {
    const hash = await this.#hash(password);
    await this.#kept.putStationPassword({ site, charger, hash, nextHash: null, changed: this.#now() });
  }

  /** The station was told to use it from now on, and said it would: the one before counts until it does. */
  async expect({ site, charger }: StationAt, password: string): Promise<void> {
    const hash = await this.#hash(password);
    const before = await this.#kept.stationPassword(site, charger);
    const changed = this.#now();
    if (before === null) {
      await this.#kept.putStationPassword({ site, charger, hash, nextHash: null, changed });
    } else {
      await this.#kept.putStationPassword({ ...before, nextHash: hash, changed });
    }
  }

  /** False where there was none. */
  drop({ site, charger }: StationAt): Promise<boolean> {
    this.#known.delete(keyOf({ site, charger }));
    return this.#kept.dropStationPassword(site, charger);
  }

  /** null: let in. */
  async refusal(
    at: StationAt,
    authorization: string | undefined,
    address: string,
  ): Promise<PasswordRefusal | null> {
    const credentials = stationCredentials(authorization, at.charger);
    if ('problem' in credentials) return { status: 401, reason: credentials.problem };
    const password = canonicalPassword(credentials.password);
    let stored: StationPassword | null;
    try {
      stored = await this.#kept.stationPassword(at.site, at.charger);
    } catch (error) {
      if (!isAway(error)) throw error;
      if (this.#wasKnown(at, password)) return null;
      return { status: 503, reason: 'passwords cannot be looked up now', retryAfter: AWAY_SECONDS };
    }
    if (stored !== null && this.#isKnown(at, stored, password)) return null;
    return this.#checked(at, stored, password, addressGroup(address));
  }

  async #checked(
    at: StationAt,
    stored: StationPassword | null,
    password: Uint8Array,
    from: string,
  ): Promise<PasswordRefusal | null> {
    const now = this.#now();
    const station = keyOf(at);
    const wait = this.#byAddress.wait(from, now) || this.#byStation.take(station, now);
    if (wait > 0) {
      return { status: 429, reason: 'too many wrong passwords', retryAfter: Math.ceil(wait / 1_000) };
    }
    let fits: string | null;
    try {
      fits = await this.#fitting(stored, password);
    } catch (error) {
      this.#byStation.giveBack(station);
      if (!(error instanceof TooMuchWorkError)) throw error;
      return { status: 503, reason: 'too many passwords are checked at once', retryAfter: 10 };
    }
    if (stored === null || fits === null) {
      this.#byAddress.take(from, now);
      const reason = stored === null ? 'the station has no password here' : 'the password is wrong';
      return { status: 401, reason };
    }
    this.#byStation.giveBack(station);
    if (fits === stored.nextHash) {
      await this.#kept.putStationPassword({ ...stored, hash: fits, nextHash: null, changed: now });
    }
    this.#remember(at, fits, password);
    return null;
  }

  /** The hash that it fits. A station without a password takes the same time. */
  async #fitting(stored: StationPassword | null, password: Uint8Array): Promise<string | null> {
    for (const hash of [stored?.hash ?? null, stored?.nextHash]) {
      if (hash === undefined || (hash === null && stored !== null)) continue;
      this.checked += 1;
      if (await fitsBytes(password, hash, this.#cost, this.#turns)) return hash;
    }
    return null;
  }

  #isKnown(at: StationAt, stored: StationPassword, password: Uint8Array): boolean {
    const known = this.#known.get(keyOf(at));
    if (known === undefined || known.hash !== stored.hash) return false;
    if (!timingSafeEqual(known.digest, this.#digest(password))) return false;
    known.confirmed = this.#now();
    return true;
  }

  #wasKnown(at: StationAt, password: Uint8Array): boolean {
    const known = this.#known.get(keyOf(at));
    if (known === undefined || known.confirmed + KNOWN_MS <= this.#now()) return false;
    return timingSafeEqual(known.digest, this.#digest(password));
  }

  #remember(at: StationAt, hash: string, password: Uint8Array): void {
    const key = keyOf(at);
    this.#known.delete(key);
    this.#known.set(key, { hash, digest: this.#digest(password), confirmed: this.#now() });
    const [oldest] = this.#known.keys();
    if (this.#known.size > KNOWN_MOST && oldest !== undefined) this.#known.delete(oldest);
  }

  #digest(password: Uint8Array): Uint8Array {
    return createHmac('sha256', this.#digestKey).update(password).digest();
  }

  #hash(password: string): Promise<string> {
    return hashBytes(canonicalPassword(Buffer.from(password)), this.#cost, this.#turns);
  }
}

/** The store says so; what it says comes through a thread, where errors have no class. */
function isAway(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'STORE_UNAVAILABLE';
}

function keyOf({ site, charger }: StationAt): string {
  return JSON.stringify([site, charger]);
}
