/**
 * Calls in the store that still lack their answer, for answers of ingests and imports that find none at hand: what was
 * cut into several files, or over a restart, ends as if it had come at once. Kept for one request; each stretch of
 * time is looked up once.
 */

import type { Direction, EntryId, Outcome } from '@ocpp-logs/core';
import { opposite } from '@ocpp-logs/core';
import type { EntryWriter, StoredEntry } from '../../store/store.ts';
import type { Conversation } from './conversation.ts';

/** As pairing takes them: an answer comes at most so long after its call ... */
const AFTER_MS = 600_000;
/** ... and bears a time at most so long before it. */
const AHEAD_MS = 10_000;
const STRETCH_MS = 600_000;
/** Requests go forward in time, so that few are needed at once. */
const STRETCHES_MAX = 4;
/** Of one stretch and site. */
const CALLS_MAX = 20_000;
/** That are read, of one station and stretch: the newest. */
const READ_MAX = 1000;

/** What is known of a call without its texts, which may be long. */
interface KnownCall {
  readonly id: EntryId;
  readonly at: number;
  readonly charger: string;
  readonly connection: string | null;
  readonly outcome: Outcome | null;
}

interface Stretch {
  readonly ids: ReadonlyMap<string, readonly EntryId[]>;
  /** By station, once it was asked for: its calls by {@link keyOf}, newest first. */
  readonly calls: Map<string, ReadonlyMap<string, readonly KnownCall[]>>;
}

export class StoredCalls {
  readonly #writer: EntryWriter;
  /** By site and number of the stretch, in the order of their looking up. */
  readonly #stretches = new Map<string, Stretch>();
  /** Answered since, which the store may not know yet. */
  readonly #answered = new Set<string>();
  #taking = false;

  constructor(writer: EntryWriter) {
    this.#writer = writer;
  }

  /** Of a request: everything before is in the store. */
  begin(): void {
    this.#taking = true;
  }

  end(): void {
    this.#taking = false;
    this.#stretches.clear();
    this.#answered.clear();
  }

  /** Told of every answer, those of live stations too: outside of a request there is nobody to look it up for. */
  answered(site: string, id: EntryId): void {
    if (this.#taking) this.#answered.add(`${site}\n${id}`);
  }

  /** How much is known. */
  get size(): number {
    return this.#stretches.size + this.#answered.size;
  }

  /** The call for an answer with this id that came at `at`, ms: the newest before it, or else the next one behind. */
  find(talk: Conversation, direction: Direction, id: string, at: number): StoredEntry | null {
    let next: KnownCall | null = null;
    const last = Math.floor((at + AHEAD_MS) / STRETCH_MS);
    for (let nth = last; nth >= Math.floor((at - AFTER_MS) / STRETCH_MS); nth--) {
      const calls = this.#callsOf(talk.site, nth, talk.charger).get(keyOf(opposite(direction), id)) ?? [];
      for (const call of calls) {
        const reaches = call.at <= at + AHEAD_MS && call.at >= at - AFTER_MS;
        if (!reaches || !isOf(call, talk) || this.#answered.has(`${talk.site}\n${call.id}`)) continue;
        if (call.at <= at) return this.#whole(talk.site, call);
        next = call;
      }
    }
    return next === null ? null : this.#whole(talk.site, next);
  }

  #whole(site: string, { id }: KnownCall): StoredEntry | null {
    const entry = this.#writer.read(site, id);
    return entry === null ? null : { id, entry };
  }

  #callsOf(site: string, nth: number, charger: string): ReadonlyMap<string, readonly KnownCall[]> {
    const stretch = this.#stretch(site, nth);
    const known = stretch.calls.get(charger);
    if (known !== undefined) return known;
    const calls = new Map<string, KnownCall[]>();
    for (const id of (stretch.ids.get(charger) ?? []).slice(0, READ_MAX)) {
      const entry = this.#writer.read(site, id);
      if (entry === null || entry.direction === null || entry.messageId === null) continue;
      const { at, connection, outcome } = entry;
      const call = { id, at, charger, connection, outcome };
      const key = keyOf(entry.direction, entry.messageId);
      const alike = calls.get(key);
      if (alike === undefined) calls.set(key, [call]);
      else alike.push(call);
    }
    stretch.calls.set(charger, calls);
    return calls;
  }

  #stretch(site: string, nth: number): Stretch {
    const key = `${site}\n${nth}`;
    const known = this.#stretches.get(key);
    if (known !== undefined) return known;
    const ids = new Map<string, EntryId[]>();
    const from = nth * STRETCH_MS;
    for (const { charger, id } of this.#writer.unanswered(site, from, from + STRETCH_MS, CALLS_MAX)) {
      const all = ids.get(charger);
      if (all === undefined) ids.set(charger, [id]);
      else all.push(id);
    }
    const stretch = { ids, calls: new Map() };
    this.#stretches.set(key, stretch);
    const [oldest] = this.#stretches.keys();
    if (this.#stretches.size > STRETCHES_MAX && oldest !== undefined) this.#stretches.delete(oldest);
    return stretch;
  }
}

function keyOf(direction: Direction, id: string): string {
  return `${direction} ${id}`;
}

function isOf({ connection, charger, outcome }: KnownCall, talk: Conversation): boolean {
  // Its own source told that the connection ended: that answers nothing any more.
  if (connection === talk.connection) return outcome !== 'connection_lost';
  return !isTold(connection, charger) || !isTold(talk.connection, charger);
}

/** Whether somebody named it: what is only a source's virtual connection (virtual.ts) ends with its station. */
function isTold(connection: string | null, charger: string): boolean {
  return connection !== null && !connection.endsWith(`:${charger}`);
}
