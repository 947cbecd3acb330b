/** What is held of a message that has not come to its end, charged to the bound of all connections together. */

import type { WebSocket } from 'ws';
import type { ByteBudget } from '../relay/byte-budget.ts';

/** What `ws` (of an exact version, so that these stay) keeps of its receiver; a test fails when it names them otherwise. */
interface Receiving {
  readonly _receiver?: {
    /** Of a frame that has not ended, and of what came behind it. */
    readonly _bufferedBytes: number;
    /** Of frames before it in the same message, inflated. */
    readonly _messageLength: number;
    /** Not 0 while something is inflated, which goes on after what came. */
    readonly writableLength: number;
  };
}

export class Unfinished {
  readonly #receiving: Receiving;
  readonly #whole: ByteBudget;
  #charged = 0;
  #lastLook = 0;

  constructor(socket: WebSocket, whole: ByteBudget) {
    // Safe: what is read of it may be absent, and is looked for.
    this.#receiving = socket as unknown as Receiving;
    this.#whole = whole;
  }

  /** After anything came. False where all connections together would hold too much. */
  charge(): boolean {
    const held = this.#held();
    if (held <= this.#charged) this.#whole.give(this.#charged - held);
    else if (!this.#whole.take(held - this.#charged)) return false;
    this.#charged = held;
    return true;
  }

  /** Whether nothing was added to a message since this was asked before. */
  stands(): boolean {
    const held = this.#held();
    const stands = held > 0 && held === this.#lastLook;
    this.#lastLook = held;
    return stands;
  }

  /** Whether more may be held in a moment, without anything coming. */
  get unsettled(): boolean {
    return (this.#receiving._receiver?.writableLength ?? 0) > 0;
  }

  release(): void {
    this.#whole.give(this.#charged);
    this.#charged = 0;
  }

  #held(): number {
    const { _receiver: receiver } = this.#receiving;
    return receiver === undefined ? 0 : receiver._bufferedBytes + receiver._messageLength;
  }
}
