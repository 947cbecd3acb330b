/** What may be kept in memory for pairing, that of all connections together. */

import { type Link, LinkedList } from './linked-list.ts';

/** Of a call in the pairing, in the recorder's draft and parsed, besides its text; measured generously. Bytes. */
const CALL_COST = 1_024;
/** Its text, its bytes, and what they are parsed to. */
const CHARACTER_COST = 8;
/** Of a call that is known by its id alone. */
const LATE_COST = 640;

export interface PairingRooms {
  /** For calls that wait for their answer. */
  readonly waiting: WaitingRoom;
  /** For those that ended without it and may still get it. */
  readonly late: LateRoom;
  /** For answers that wait for their call. */
  readonly held: WaitingRoom;
}

/** Who brings one more gives up what is oldest of its own. */
export class WaitingRoom {
  readonly #max: number;
  calls = 0;
  /** Estimated. */
  bytes = 0;
  /** Calls that ended before their time for want of room, here or on their connection. */
  ended = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get isFull(): boolean {
    return this.bytes > this.#max;
  }

  enter(characters: number): void {
    this.calls += 1;
    this.bytes += CALL_COST + CHARACTER_COST * characters;
  }

  leave(characters: number): void {
    this.calls -= 1;
    this.bytes -= CALL_COST + CHARACTER_COST * characters;
  }
}

export class LateCall implements Link<LateCall> {
  readonly cost: number;
  /** Takes it out of its pairing. */
  readonly forget: () => void;
  before: LateCall | null = null;
  after: LateCall | null = null;
  list: LinkedList<LateCall> | null = null;

  /** @param characters of its id and action */
  constructor(characters: number, forget: () => void) {
    this.cost = LATE_COST + 2 * characters;
    this.forget = forget;
  }
}

/** One more, and the oldest of all connections are forgotten, since one that is quiet would keep its own while it lives. */
export class LateRoom {
  readonly #max: number;
  readonly #calls = new LinkedList<LateCall>();
  /** Estimated. */
  bytes = 0;
  forgotten = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get calls(): number {
    return this.#calls.size;
  }

  enter(call: LateCall): void {
    this.#calls.insert(call);
    this.bytes += call.cost;
    while (this.bytes > this.#max) {
      const oldest = this.#calls.first;
      if (oldest === null) return;
      this.leave(oldest);
      this.forgotten += 1;
      oldest.forget();
    }
  }

  leave(call: LateCall): void {
    if (call.list === null) return;
    this.#calls.remove(call);
    this.bytes -= call.cost;
  }
}
