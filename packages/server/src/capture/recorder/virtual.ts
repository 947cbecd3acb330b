/**
 * Conversations that no socket carries: what CSMSs push and what is imported. One per (site, charger, connection
 * given or source), kept over requests and files; beyond the bound the one that was quiet longest ends.
 */

import type { Outcome, PairingRooms } from '@ocpp-logs/core';
import { payloadsOf } from '@ocpp-logs/core';
import type { EntryWriter, StoredEntry } from '../../store/store.ts';
import { StoreUnavailableError } from '../../store/unavailable.ts';
import { Conversation } from './conversation.ts';
import type { EventLine, FrameLine, IngestLine } from './ingest-line.ts';
import type { Pipeline } from './pipeline.ts';
import type { RecorderClock } from './recorder-clock.ts';
import { Tracked } from './tracked.ts';

export interface VirtualOptions {
  readonly clock: RecorderClock;
  readonly timeoutMs: number;
  readonly rooms: PairingRooms;
  readonly writer: EntryWriter;
  readonly onFault: (error: unknown) => void;
}

export const CONVERSATIONS_MAX = 20_000;

export class VirtualConversations {
  readonly #pipeline: Pipeline;
  readonly #options: VirtualOptions;
  /** In the order of their last use. */
  readonly #talks = new Map<string, Conversation>();
  #evicted: (talk: Conversation) => void = () => undefined;
  /** Those that the bound has ended. */
  endedEarly = 0;

  constructor(pipeline: Pipeline, options: VirtualOptions) {
    this.#pipeline = pipeline;
    this.#options = options;
  }

  get size(): number {
    return this.#talks.size;
  }

  feed(site: string, source: string, line: IngestLine): Conversation {
    const talk = this.#talk(site, line.charger, connectionOf(source, line));
    if (line.kind === 'frame') this.#frame(talk, line);
    else this.#event(talk, line);
    return talk;
  }

  #frame(talk: Conversation, line: FrameLine): void {
    const { direction, at, arrival, text, version, connector, rebuilt } = line;
    const frame = { direction, at, arrival, bytes: Buffer.from(text), binary: false, cut: null };
    try {
      if (arrival !== null) this.#pipeline.expire(talk, arrival);
      this.#pipeline.text(talk, frame, text, { version, connector, rebuilt, line });
    } catch (error) {
      if (error instanceof StoreUnavailableError) throw error;
      // As with a live frame: it costs no more than this line.
      this.#options.onFault(error);
      this.#pipeline.unread(talk, frame, line);
    }
  }

  #event(talk: Conversation, line: EventLine): void {
    const { at, arrival, event } = line;
    try {
      if (arrival !== null) this.#pipeline.expire(talk, arrival);
      talk.arrival = arrival ?? talk.arrival;
      if (event.event === 'accepted') talk.subprotocol = event.subprotocol ?? talk.subprotocol;
      if (event.event === 'closed') this.#pipeline.end(talk, 'connection_lost');
    } catch (error) {
      if (error instanceof StoreUnavailableError) throw error;
      this.#options.onFault(error);
    }
    this.#pipeline.connectionEvent(talk, at, event, [], line);
  }

  /** Takes up a call again that was waiting when the server stopped. */
  resume(site: string, stored: StoredEntry, as: 'pending' | 'connection_lost'): void {
    const { entry } = stored;
    const draft = { entry, ...payloadsOf(entry) };
    const tracked = new Tracked(site, draft, { id: stored.id });
    if (as === 'connection_lost' || entry.connection === null) {
      const outcome: Outcome = 'connection_lost';
      tracked.draft = { ...draft, entry: { ...entry, outcome } };
      this.#pipeline.changes.add(tracked);
      return;
    }
    const talk = this.#talk(site, entry.charger, entry.connection);
    talk.arrival = Math.max(talk.arrival, entry.at * 1000);
    this.#pipeline.resume(talk, tracked, 'pending');
    // It is read back when it ends.
    tracked.draft = null;
  }

  /** A quiet source's calls time out by the time that has passed here since it was heard. */
  tick(): void {
    const now = this.#options.clock.now();
    for (const talk of this.#talks.values()) {
      this.#pipeline.expire(talk, talk.arrival + (now - talk.fedAt) * 1000);
    }
  }

  /** Told of each conversation that the bound ends. */
  onEvict(listener: (talk: Conversation) => void): void {
    this.#evicted = listener;
  }

  /** Answers that still look for a later call become entries of their own. */
  releaseHeld(talks: Iterable<Conversation>): void {
    for (const talk of talks) this.#pipeline.releaseHeld(talk);
  }

  /** No more comes from this source: what waits is `unanswered`. */
  end(talks: Iterable<Conversation>): void {
    for (const talk of talks) this.#pipeline.end(talk, 'unanswered');
  }

  #talk(site: string, charger: string, connection: string): Conversation {
    const key = `${site}\n${charger}\n${connection}`;
    const known = this.#talks.get(key);
    const now = this.#options.clock.now();
    if (known !== undefined) {
      // Among those used in the same millisecond the order does not matter.
      if (known.fedAt !== now) {
        this.#talks.delete(key);
        this.#talks.set(key, known);
        known.fedAt = now;
      }
      return known;
    }
    const { timeoutMs, rooms } = this.#options;
    const subprotocol = null;
    const talk = new Conversation({
      site,
      charger,
      connection,
      subprotocol,
      virtual: true,
      timeoutMs,
      rooms,
    });
    talk.fedAt = now;
    this.#talks.set(key, talk);
    this.#shrink();
    return talk;
  }

  #shrink(): void {
    if (this.#talks.size <= CONVERSATIONS_MAX) return;
    for (const [key, talk] of this.#talks) {
      this.#pipeline.end(talk, 'unanswered');
      talk.pairing.forget();
      this.#talks.delete(key);
      this.endedEarly += 1;
      this.#evicted(talk);
      return;
    }
  }
}

/** Of a line that names no connection it is the source's one of that charger. */
export function connectionOf(source: string, { charger, connection }: IngestLine): string {
  return connection ?? `${source}:${charger}`;
}
