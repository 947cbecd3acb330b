/**
 * Finds the direction of frames whose source does not tell it. A call goes the way of its action; an answer goes
 * against its call; "sent" and "received" mean what the first calls of the source show them to mean.
 */

import { ACTIONS, type Direction, opposite } from '@ocpp-logs/core';
import { type ImportedFrame, type SkippedLine, skipped } from './format.ts';
import { type FrameHead, readHead } from './frame-head.ts';
import { keptText } from './kept-text.ts';

/** Calls that are remembered: between this many and half of it. */
const CALLS_MAX = 20_000;
const UNDECIDED_MAX = 1_000;
const UNKNOWN =
  'the direction cannot be told: an answer to no call of the file, or an action that goes both ways';

const UNMARKED = `${UNKNOWN}; nothing marks it as sent or received, so --seen-from does not help`;

export interface DirectedFrame extends ImportedFrame {
  readonly direction: Direction;
}

export type Settled = DirectedFrame | SkippedLine;

/** What "sent" means in a log written there. */
export type SeenFrom = 'station' | 'csms';

const SENT_BY: Readonly<Record<SeenFrom, Direction>> = {
  station: 'station_to_csms',
  csms: 'csms_to_station',
};

export class DirectionFinder {
  /** Way of a frame that was "sent". */
  #sent: Direction | null;
  readonly #told: boolean;
  /** Ways of calls by charger and message id; the older half makes room as a whole. */
  #calls = new Map<string, Direction>();
  #olderCalls = new Map<string, Direction>();
  #undecided: ImportedFrame[] = [];

  constructor(seenFrom: SeenFrom | null) {
    this.#sent = seenFrom === null ? null : SENT_BY[seenFrom];
    this.#told = seenFrom !== null;
  }

  /** Frames that are decided now, in the order in which they came. */
  take(frame: ImportedFrame): readonly Settled[] {
    const head = readHead(frame.frame);
    const direction = this.#directionOf(frame, head);
    if (direction === null) return this.#wait(frame);
    this.#learn(frame, head, direction);
    const directed = { ...frame, direction };
    return this.#undecided.length === 0 || this.#sent === null ? [directed] : [...this.#decide(), directed];
  }

  /** The rest: what could not be decided is skipped with a reason. */
  end(): readonly Settled[] {
    return this.#decide();
  }

  #directionOf(frame: ImportedFrame, head: FrameHead | null): Direction | null {
    if (frame.direction !== null) return frame.direction;
    const marked = this.#marked(frame);
    if (this.#told && marked !== null) return marked;
    if (head === null) return marked;
    const { type, action } = head;
    if (type === 3 || type === 4) {
      const call = this.#call(frame, head);
      return call === undefined ? marked : opposite(call);
    }
    if (type === 5) return this.#call(frame, head) ?? marked;
    const way = action === null ? undefined : ACTIONS.get(action)?.direction;
    return way === undefined || way === 'both' ? marked : way;
  }

  #call(frame: ImportedFrame, head: FrameHead): Direction | undefined {
    const key = keyOf(frame, head);
    return this.#calls.get(key) ?? this.#olderCalls.get(key);
  }

  #marked({ way }: ImportedFrame): Direction | null {
    if (way === null || this.#sent === null) return null;
    return way === 'sent' ? this.#sent : opposite(this.#sent);
  }

  #learn(frame: ImportedFrame, head: FrameHead | null, direction: Direction): void {
    if (head?.action == null) return;
    this.#calls.set(keptText(keyOf(frame, head)), direction);
    if (this.#calls.size >= CALLS_MAX / 2) {
      this.#olderCalls = this.#calls;
      this.#calls = new Map();
    }
    if (frame.way !== null) this.#sent ??= frame.way === 'sent' ? direction : opposite(direction);
  }

  #wait(frame: ImportedFrame): readonly Settled[] {
    // Without a mark nothing that comes later decides it.
    if (frame.way === null) return [skipped(frame.line, UNMARKED)];
    if (this.#undecided.length >= UNDECIDED_MAX) return [skipped(frame.line, UNKNOWN)];
    this.#undecided.push(frame);
    return [];
  }

  #decide(): readonly Settled[] {
    const waiting = this.#undecided;
    this.#undecided = [];
    return waiting.map((frame) => {
      const direction = this.#marked(frame);
      return direction === null ? skipped(frame.line, UNKNOWN) : { ...frame, direction };
    });
  }
}

function keyOf(frame: ImportedFrame, head: FrameHead): string {
  return `${frame.charger ?? ''}\n${head.id}`;
}
