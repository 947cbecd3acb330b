/**
 * Whether a frame or event of an import is among those stored. A frame's identity is charger, direction, millisecond
 * and masked text, with its running number among identical ones: n equal frames are known only if n are stored. Where
 * either side was put together of an archive's parts, what the message says is compared instead of its text.
 */

import { hash } from 'node:crypto';
import type { Direction, Entry, Wire } from '@ocpp-logs/core';
import { opposite, readFrame } from '@ocpp-logs/core';
import type { SourceEvent, SourceFrame, SourceItem } from '../store.ts';
import { MADE_ID } from '../store.ts';
import { saidByAnswer, saidByCall, saidInFrame, saidStatus } from './said.ts';

/** A frame or event as it is recognised. */
export interface StoredFrame {
  readonly key: string;
  /** ms; null: any time fits. */
  readonly at: number | null;
  /** By what it says. */
  readonly alike: readonly string[];
  /** Its message id was made. */
  readonly made: boolean;
  /** Of a call: whether an answer to it would be nothing new. */
  readonly settled: boolean;
}

/** Its keys are {@link digestOf} those that it had. */
export type DigestedFrame = Pick<StoredFrame, 'key' | 'alike' | 'made'>;

/** It is the same as one asked for, at most. */
interface Stored {
  taken: boolean;
  readonly made: boolean;
  readonly settled: boolean;
}

/** What became of a call whose answer goes the way of it. */
type Fate = 'known' | 'new';

export function timeOf(item: SourceItem): number {
  return 'event' in item ? item.at : item.frame.at;
}

export class StoredItems {
  /** Times asked for, by charger. */
  readonly asked = new Map<string, Set<number>>();
  readonly #anyRebuilt: boolean;
  #anyMade = false;
  #anyDigested = false;
  readonly #same = new Map<string, Stored[]>();
  /** Of the frames stored; null where any time fits. What is at no such time needs no look at its text. */
  readonly #times = new Set<number | null>();
  /** By what they say; only where it may be asked for. */
  readonly #alike = new Map<string, Stored[]>();
  /** By charger, direction and message id. */
  readonly #fates = new Map<string, Fate>();

  constructor(items: readonly SourceItem[]) {
    this.#anyRebuilt = items.some((item) => 'frame' in item && item.rebuilt === true);
    for (const item of items) {
      const times = this.asked.get(item.charger);
      if (times === undefined) this.asked.set(item.charger, new Set([timeOf(item)]));
      else times.add(timeOf(item));
    }
  }

  add(entry: Entry): void {
    for (const frame of framesOf(entry)) this.#keep(frame.key, frame);
  }

  /** One of which digests are left. What is asked for has to be told by the same ones. */
  addDigested({ key, alike, made }: DigestedFrame): void {
    this.#anyDigested = true;
    this.#keep(key, { at: null, alike, made, settled: true });
  }

  #keep(key: string, { at, alike, made, settled }: Omit<StoredFrame, 'key'>): void {
    const stored: Stored = { taken: false, made, settled };
    this.#anyMade ||= made;
    this.#times.add(at);
    keep(this.#same, key, stored);
    if (!this.#anyRebuilt && !made) return;
    for (const each of alike) keep(this.#alike, each, stored);
  }

  /** Whether one more of it is stored. To be asked in the order of time. */
  take(asked: SourceItem): boolean {
    if (this.#same.size === 0) return false;
    if ('event' in asked) return this.#takeOne(this.#same, eventKeyOf(asked)) !== null;
    const same = this.#takeSame(asked);
    if (same === null && !this.#anyMade && asked.rebuilt !== true) return false;
    if (same !== null && asked.rebuilt !== true) return true;
    return this.#takeAlike(asked, same);
  }

  #takeSame({ charger, frame }: SourceFrame): Stored | null {
    const { direction, at, cut } = frame;
    if (!this.#times.has(at) && !this.#times.has(null)) return null;
    const identity = cut?.sha256 ?? hash('sha256', frame.bytes);
    return (
      this.#takeOne(this.#same, frameKey(charger, direction, at, identity)) ??
      this.#takeOne(this.#same, frameKey(charger, direction, null, identity))
    );
  }

  #takeOne(
    map: ReadonlyMap<string, Stored[]>,
    key: string,
    fits: (stored: Stored) => boolean = () => true,
  ): Stored | null {
    return takeOne(map, key, fits) ?? (this.#anyDigested ? takeOne(map, digestOf(key), fits) : null);
  }

  /**
   * Either side was rebuilt. The answer goes the way of its call where that is at hand: an archive may know less of it,
   * or when it came.
   */
  #takeAlike({ charger, frame, rebuilt = false }: SourceFrame, same: Stored | null): boolean {
    const { text, message } = readFrame(frame.bytes, frame.binary, frame.cut);
    if (text === null || message.kind === 'malformed' || frame.cut !== null) return same !== null;
    const { direction, at } = frame;
    const called = message.kind === 'call' || message.kind === 'send';
    if (!called && same !== null) return true;
    const call = frameKey(charger, called ? direction : opposite(direction), null, message.id);
    const fate = this.#fates.get(call);
    if (!called && fate !== undefined) return fate === 'known';
    const fits = (stored: Stored) => rebuilt || stored.made;
    let found = same;
    for (const said of saidInFrame(text, message)) {
      found ??= this.#takeOne(this.#alike, frameKey(charger, direction, at, said), fits);
    }
    if (called && (rebuilt || found !== null || fate !== undefined)) {
      // An exchange that still waits takes its answer.
      this.#fates.set(call, found?.settled === true ? 'known' : 'new');
    }
    return found !== null;
  }
}

/** All that an entry was made of. */
export function framesOf(entry: Entry): readonly StoredFrame[] {
  const { charger, direction, at, event, connection } = entry;
  const made = entry.messageId?.startsWith(MADE_ID) === true;
  if (entry.kind === 'connection' && event !== null) {
    return [{ key: eventKey(charger, at, connection, event), at, alike: [], made, settled: true }];
  }
  const frames: StoredFrame[] = [];
  // The text itself was not kept: it named a secret (extraction rules 1).
  const sha256 = event?.event === 'malformed' ? event.sha256 : undefined;
  if (entry.request !== null) {
    const said = entry.kind === 'orphan' ? saidByAnswer(entry, entry.request) : saidByCall(entry);
    frames.push({
      key: frameKey(charger, direction, at, identityOf(entry.request)),
      at,
      alike: said === null ? [] : [frameKey(charger, direction, at, said)],
      made,
      settled: entry.outcome !== 'pending',
    });
  } else if (sha256 !== undefined) {
    frames.push({ key: frameKey(charger, direction, at, sha256), at, alike: [], made, settled: true });
  }
  if (direction !== null) frames.push(...answersOf(entry, opposite(direction), made));
  return frames;
}

function answersOf(entry: Entry, back: Direction, made: boolean): readonly StoredFrame[] {
  const { charger, at, answer, rejection, direction } = entry;
  const answeredAt = entry.answeredAt ?? at;
  const frames: StoredFrame[] = [];
  if (answer !== null) {
    const status = entry.fields.response_id_tag_info_status;
    const said = [saidByAnswer(entry, answer), typeof status === 'string' ? saidStatus(status) : null];
    // An archive that does not tell when the answer came has it at the time of its call.
    const times = answeredAt === at ? [at] : [at, answeredAt];
    frames.push({
      key: frameKey(charger, back, answeredAt, identityOf(answer)),
      at: answeredAt,
      alike: said.flatMap((each) =>
        each === null ? [] : times.map((time) => frameKey(charger, back, time, each)),
      ),
      made,
      settled: true,
    });
  }
  if (rejection !== null) {
    // Nobody kept when the rejection came: any time fits.
    frames.push({
      key: frameKey(charger, direction, null, identityOf(rejection)),
      at: null,
      alike: [],
      made,
      settled: true,
    });
  }
  return frames;
}

/** Bytes of a digest: of ten million frames asked for in an hour of 100,000 stored ones, 0.00001 are taken for another. */
export const DIGEST_BYTES = 7;

export function digestOf(key: string): string {
  return hash('sha256', key, 'hex').slice(0, 2 * DIGEST_BYTES);
}

function keep(map: Map<string, Stored[]>, key: string, stored: Stored): void {
  const all = map.get(key);
  if (all === undefined) map.set(key, [stored]);
  else all.push(stored);
}

function takeOne(
  map: ReadonlyMap<string, Stored[]>,
  key: string,
  fits: (stored: Stored) => boolean,
): Stored | null {
  const all = map.get(key);
  while (all?.at(-1)?.taken === true) all.pop();
  const found = all?.findLast((stored) => !stored.taken && fits(stored));
  if (found === undefined) return null;
  found.taken = true;
  return found;
}

function identityOf(wire: Wire): string {
  return wire.cut?.sha256 ?? hash('sha256', wire.bytes);
}

function frameKey(charger: string, direction: Direction | null, at: number | null, what: string): string {
  return `${what} ${at} ${direction} ${charger}`;
}

function eventKeyOf({ charger, at, connection, event }: SourceEvent): string {
  return eventKey(charger, at, connection, event);
}

/** Whatever the order of its members. */
function eventKey(charger: string, at: number, connection: string | null, event: object): string {
  const members = Object.entries(event).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([charger, at, connection, members]);
}
