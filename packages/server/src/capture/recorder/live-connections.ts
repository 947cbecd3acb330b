/**
 * Connections as capture tells of them, and what the recorder's thread is told of each. While nothing more can be handed
 * over stations come and go all the same: what of that goes unrecorded is told by gaps, so that it does not pile up.
 */

import type { ConnectionEvent } from '@ocpp-logs/core';
import type { ConnectionNumber, OpenedConnection } from '../sink.ts';
import type { BatchBuilder } from './batch.ts';

export interface LiveConnection {
  readonly number: ConnectionNumber;
  readonly opened: OpenedConnection;
  capturedThrough: number | null;
  /** Since when its frames go unrecorded, and why; `lasting`: until it closes, and not until there is room again. */
  blind: { readonly from: number; readonly reason: string; readonly lasting: boolean } | null;
  /** When it was opened, ms, where that could not be told either; null once it is. */
  untold: number | null;
}

export const BEHIND = 'the store did not keep up';

export class LiveConnections {
  readonly #builder: BatchBuilder;
  readonly #connections = new Map<ConnectionNumber, LiveConnection>();
  /** Those whose frames go unrecorded until there is room again. */
  readonly #unseen = new Set<LiveConnection>();
  /** Told of, and not handed over yet. */
  readonly #fresh = new Set<ConnectionNumber>();
  /** By site: since when something went unrecorded of which no connection is left to tell. */
  readonly #missed = new Map<string, number>();
  #last = 0;
  gaps = 0;
  /** Connections and refusals that are no entries. */
  unrecorded = 0;

  constructor(builder: BatchBuilder) {
    this.#builder = builder;
  }

  get size(): number {
    return this.#connections.size;
  }

  get(connection: ConnectionNumber): LiveConnection | undefined {
    return this.#connections.get(connection);
  }

  values(): Iterable<LiveConnection> {
    return this.#connections.values();
  }

  /** `full`: nothing more can be handed over. */
  opened(opened: OpenedConnection, full: boolean): ConnectionNumber {
    this.#last += 1;
    const number = this.#last;
    const at = Date.now();
    const live: LiveConnection = { number, opened, capturedThrough: null, blind: null, untold: at };
    this.#connections.set(number, live);
    if (full) this.missFrames(live, at, BEHIND);
    else this.#tell(live);
    return number;
  }

  /** From this time on nothing of it is recorded, until there is room again. */
  missFrames(live: LiveConnection, from: number, reason: string): void {
    if (live.blind !== null) return;
    live.blind = { from, reason, lasting: false };
    this.#unseen.add(live);
  }

  /** From now on nothing of it is recorded, until it closes. */
  blind(connection: ConnectionNumber, reason: string): void {
    const live = this.#connections.get(connection);
    if (live === undefined || live.blind?.lasting === true) return;
    live.blind = { from: live.blind?.from ?? Date.now(), reason, lasting: true };
    this.#unseen.delete(live);
  }

  /** A frame of this time can be handed over: what was not before is told first. */
  recordsFrom(live: LiveConnection, at: number): void {
    this.#tell(live);
    if (live.blind !== null) this.#endGap(live, at);
  }

  /** Of one that the thread knows it is told in any case, which happens to each but once. */
  closed(
    connection: ConnectionNumber,
    closing: ConnectionEvent & { readonly event: 'closed' },
    full: boolean,
  ): void {
    const live = this.#connections.get(connection);
    if (live === undefined) return;
    const at = Date.now();
    this.#connections.delete(connection);
    this.#unseen.delete(live);
    if (live.untold !== null && full) {
      this.miss(live.opened.site, live.untold);
      return;
    }
    this.recordsFrom(live, at);
    this.#builder.event({ kind: 'closed', connection, closing, at });
  }

  /** Nobody will tell of it but a gap of the whole site. */
  miss(site: string, from: number): void {
    this.unrecorded += 1;
    this.#missed.set(site, Math.min(from, this.#missed.get(site) ?? from));
  }

  /** Whether something is to be told as soon as there is room for it. */
  get hasMissed(): boolean {
    return this.#missed.size > 0 || this.#unseen.size > 0;
  }

  /** There is room again. One that says nothing more, or not for hours, has its gap all the same. */
  tellMissed(): void {
    const to = Date.now();
    for (const live of [...this.#unseen]) this.recordsFrom(live, to);
    this.gaps += this.#missed.size;
    for (const [site, from] of this.#missed) {
      this.#builder.event({ kind: 'missed', site, from, to, reason: BEHIND });
    }
    this.#missed.clear();
  }

  handedOver(): void {
    this.#fresh.clear();
  }

  /** To a new thread: those that the one before knew. */
  tellAgain(builder: BatchBuilder, at: number): void {
    for (const { number: connection, opened, untold } of this.#connections.values()) {
      const known = untold === null && !this.#fresh.has(connection);
      if (known) builder.event({ kind: 'opened', connection, opened, at, again: true });
    }
  }

  #tell(live: LiveConnection): void {
    if (live.untold === null) return;
    const { number: connection, opened, untold: at } = live;
    live.untold = null;
    this.#fresh.add(connection);
    this.#builder.event({ kind: 'opened', connection, opened, at, again: false });
  }

  #endGap(live: LiveConnection, to: number): void {
    if (live.blind === null) return;
    const { from, reason } = live.blind;
    live.blind = null;
    this.#unseen.delete(live);
    this.gaps += 1;
    this.#builder.event({ kind: 'gap', connection: live.number, from, to, reason });
  }
}
