/** How often something was tried, by name or address: so often in a while, then not for the rest of it. */

import { isIPv6 } from 'node:net';

interface Tried {
  readonly until: number;
  count: number;
}

export class Attempts {
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #most: number;
  /** In the order in which they began, which is that in which they end. */
  readonly #tried = new Map<string, Tried>();
  /** The same keys, by how often each was tried. */
  readonly #byCount: readonly Set<string>[];

  constructor(limit: number, windowMs: number, most = 10_000) {
    this.#limit = limit;
    this.#windowMs = windowMs;
    this.#most = most;
    this.#byCount = Array.from({ length: limit + 1 }, () => new Set());
  }

  /** Counts one; ms to wait where there were too many, 0 otherwise. */
  take(key: string, now: number): number {
    const known = this.#tried.get(key);
    if (known && known.until > now) {
      if (known.count >= this.#limit) return known.until - now;
      this.#put(key, known, known.count + 1);
      return 0;
    }
    this.forget(key);
    this.#makeRoom(now);
    const tried = { until: now + this.#windowMs, count: 1 };
    this.#tried.set(key, tried);
    this.#put(key, tried, 1);
    return 0;
  }

  /** ms to wait, without counting one. */
  wait(key: string, now: number): number {
    const known = this.#tried.get(key);
    return known && known.until > now && known.count >= this.#limit ? known.until - now : 0;
  }

  /** One that did not count after all. */
  giveBack(key: string): void {
    const known = this.#tried.get(key);
    if (known && known.count > 0) this.#put(key, known, known.count - 1);
  }

  forget(key: string): void {
    const known = this.#tried.get(key);
    if (known) this.#byCount[known.count]?.delete(key);
    this.#tried.delete(key);
  }

  get size(): number {
    return this.#tried.size;
  }

  #put(key: string, tried: Tried, count: number): void {
    this.#byCount[tried.count]?.delete(key);
    this.#byCount[count]?.add(key);
    tried.count = count;
  }

  #makeRoom(now: number): void {
    for (const [key, { until }] of this.#tried) {
      if (until > now) break;
      this.forget(key);
    }
    if (this.#tried.size < this.#most) return;
    // Not the oldest: by coming under many names or addresses anybody could have a count begin anew.
    const least = this.#byCount.find(({ size }) => size > 0);
    for (const key of least?.values().take(1) ?? []) this.forget(key);
  }
}

/** Of IPv6 the network: one customer has 2^64 addresses. */
export function addressGroup(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after];
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, '').toLowerCase())
    .join(':');
}
