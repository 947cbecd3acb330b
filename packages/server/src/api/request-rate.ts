/** How many requests a key, a person, or an address without a key may send in a minute. */

import type { FastifyReply } from 'fastify';
import { Allowance } from '../auth/allowance.ts';
import { addressGroup } from '../auth/attempts.ts';
import { Problem } from '../errors.ts';

export interface RateLog {
  warn(facts: object, text: string): void;
}

export class RequestRate {
  readonly #byCaller: Allowance;
  readonly #byAddress: Allowance;
  readonly #now: () => number;
  readonly #log: RateLog;
  #refused = 0;

  /** @param now monotonic, ms */
  constructor(perMinute: number, now: () => number, log: RateLog) {
    this.#byCaller = new Allowance(perMinute);
    this.#byAddress = new Allowance(perMinute);
    this.#now = now;
    this.#log = log;
  }

  /** Requests that were refused. */
  get refused(): number {
    return this.#refused;
  }

  /** `caller`: id of a key or user. Throws a {@link Problem}. */
  ofCaller(caller: string, reply: FastifyReply): void {
    this.#take(this.#byCaller, caller, reply);
  }

  /** Of those who have not shown who they are, and of those who failed to. */
  ofAddress(address: string, reply: FastifyReply): void {
    this.#take(this.#byAddress, addressGroup(address), reply);
  }

  #take(allowance: Allowance, name: string, reply: FastifyReply): void {
    const { perMinute } = allowance;
    const { waitMs, left } = allowance.take(name, this.#now());
    const seconds = Math.ceil(waitMs / 1000);
    reply.headers({
      'ratelimit-policy': `"requests";q=${perMinute};w=60`,
      ratelimit: `"requests";r=${left};t=${seconds}`,
    });
    if (waitMs === 0) return;
    this.#refused += 1;
    this.#log.warn({ of: name, limit: perMinute }, 'requests refused: too many in a minute');
    throw new Problem('too-many-requests', `At most ${perMinute} requests in a minute; try again later.`, {
      headers: { 'retry-after': String(Math.max(1, seconds)) },
    });
  }
}
