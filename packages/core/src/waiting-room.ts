/** What calls that wait for their answer may take in memory, those of all connections together. */

/** Of a call in the pairing, in the recorder's draft and parsed, besides its payload; measured generously. Bytes. */
const CALL_COST = 1_024;
/** Its text, its bytes, and what they are parsed to. */
const CHARACTER_COST = 8;

export class WaitingRoom {
  readonly #max: number;
  calls = 0;
  /** Estimated. */
  bytes = 0;
  /** Calls that ended before their time for want of room. */
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
