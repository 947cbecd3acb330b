/** Which session is where: at a connector, under a transaction id, or placed nowhere yet. Bounded. */

import { Draft } from './draft.ts';
import type { SeenEntry } from './seen.ts';
import { statusKind } from './status-kind.ts';

/** Sessions of a station that later entries can still come to; one more, and the oldest settles as it is. */
export const HELD_MAX = 64;
const CONNECTORS_MAX = 1_000;
/** An authorisation or remote start that nothing followed for so long is given up. ms. */
export const ATTEMPT_MS = 10 * 60_000;
/** What ended so long before the newest session settles as it is, so that a long log costs no more than a short one. */
export const SETTLED_MS = 24 * 3_600_000;

export class Lanes {
  readonly #held = new Set<Draft>();
  readonly #at = new Map<number, Draft>();
  readonly #byTransaction = new Map<string, Draft>();
  readonly #byRemoteStart = new Map<string, Draft>();
  readonly #settled: Draft[] = [];
  /** What connectors were last told to be. */
  readonly #told = new Map<number, string>();

  get held(): Iterable<Draft> {
    return this.#held;
  }

  /** What is at the connector now. */
  at(connector: number | null): Draft | null {
    return connector === null ? null : (this.#at.get(connector) ?? null);
  }

  /** What the connector is told to be. */
  tell(connector: number, status: string): void {
    if (this.#told.has(connector) || this.#told.size < CONNECTORS_MAX) this.#told.set(connector, status);
  }

  isFree(connector: number | null): boolean {
    return statusKind(this.told(connector) ?? '') === 'free';
  }

  /** Of a connector that is not named, where the station has told of one alone. */
  told(connector: number | null): string | null {
    if (connector !== null) return this.#told.get(connector) ?? null;
    const [only] = this.#told.size === 1 ? this.#told.values() : [];
    return only ?? null;
  }

  found(entry: SeenEntry, connector: number | null, meterFounded = false): Draft {
    const draft = new Draft(entry, connector, meterFounded);
    draft.statusBefore = this.told(connector);
    this.#held.add(draft);
    if (connector !== null && connector > 0) this.place(draft, connector);
    this.#shrink(draft);
    return draft;
  }

  /** What was there is over, whether or not its stop was seen. */
  place(draft: Draft, connector: number): void {
    draft.connector = connector;
    const before = this.#at.get(connector);
    if (before !== undefined && before !== draft) before.over = true;
    this.#at.set(connector, draft);
  }

  /** Nothing more is expected at its connector. */
  leave(draft: Draft): void {
    draft.over = true;
    if (draft.connector !== null && this.#at.get(draft.connector) === draft) this.#at.delete(draft.connector);
  }

  /** One of the two goes on, the other is no session any more. */
  merge(kept: Draft, other: Draft): void {
    if (kept === other) return;
    kept.absorb(other);
    this.#held.delete(other);
    for (const [id, draft] of this.#byRemoteStart) if (draft === other) this.#byRemoteStart.set(id, kept);
    for (const [id, draft] of this.#byTransaction) if (draft === other) this.#byTransaction.set(id, kept);
  }

  /** Names its transaction. An id that another session had goes to this one from now on. */
  name(draft: Draft, transaction: string): void {
    const before = this.#byTransaction.get(transaction);
    if (before !== undefined && before !== draft && this.#held.has(before)) draft.reuses = before.id;
    draft.transaction ??= transaction;
    draft.transactions.add(transaction);
    this.#byTransaction.set(transaction, draft);
  }

  ofTransaction(transaction: string | null): Draft | null {
    return transaction === null ? null : (this.#byTransaction.get(transaction) ?? null);
  }

  nameRemoteStart(draft: Draft, id: string): void {
    this.#byRemoteStart.set(id, draft);
  }

  ofRemoteStart(id: string | null): Draft | null {
    return id === null ? null : (this.#byRemoteStart.get(id) ?? null);
  }

  /** Attempts, newest sign of life first; those that lasted too long without one and without a plug are given up. */
  waiting(now: number): readonly Draft[] {
    const waiting: Draft[] = [];
    for (const draft of this.#held) {
      if (!draft.waiting) continue;
      if (draft.status === null && now - draft.to > ATTEMPT_MS) this.leave(draft);
      else waiting.push(draft);
    }
    return waiting.sort((a, b) => b.to - a.to);
  }

  running(): readonly Draft[] {
    return [...this.#held].filter((draft) => draft.running);
  }

  /** Attempts and transactions that are under way. */
  open(): readonly Draft[] {
    return [...this.#held].filter((draft) => (draft.running && draft.freeSince === null) || draft.waiting);
  }

  /** Those that settled since the last call. */
  takeSettled(): readonly Draft[] {
    return this.#settled.splice(0);
  }

  takeAll(): readonly Draft[] {
    const all = [...this.#settled.splice(0), ...this.#held];
    this.#held.clear();
    this.#at.clear();
    this.#byTransaction.clear();
    this.#byRemoteStart.clear();
    return all;
  }

  #shrink(newest: Draft): void {
    for (const draft of this.#held) {
      // A stop that was not seen may still come.
      const ended = draft.over && (draft.stop !== null || !draft.isTransaction);
      if (ended && newest.from - draft.to > SETTLED_MS) this.#settle(draft);
    }
    if (this.#held.size <= HELD_MAX) return;
    let oldest: Draft | null = null;
    for (const draft of this.#held) {
      if (draft === newest) continue;
      const better = oldest === null || rank(draft) < rank(oldest);
      if (better || (rank(draft) === rank(oldest) && draft.to < (oldest?.to ?? 0))) oldest = draft;
    }
    if (oldest !== null) this.#settle(oldest);
  }

  #settle(draft: Draft): void {
    this.leave(draft);
    this.#held.delete(draft);
    for (const names of [this.#byTransaction, this.#byRemoteStart]) {
      for (const [id, named] of names) if (named === draft) names.delete(id);
    }
    this.#settled.push(draft);
  }
}

/** What is over goes before what is not. */
function rank(draft: Draft | null): number {
  return draft?.over === true ? 0 : draft?.stop !== null ? 1 : 2;
}
