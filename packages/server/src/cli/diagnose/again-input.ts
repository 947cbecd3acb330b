/** A source that can be read once, read again from its beginning: what a first look took of it is held. */

import type { ImportInput } from '../../import/input.ts';

const HELD_MAX = 16 * 1024 * 1024;

export interface AgainInput extends ImportInput {
  /** false once more was read than is held. */
  readonly again: boolean;
}

export function againInput(input: ImportInput): AgainInput {
  return input.once ? new HeldInput(input) : { ...input, again: true };
}

class HeldInput implements AgainInput {
  readonly name: string;
  readonly size: number | null;
  readonly once = true;
  readonly #input: ImportInput;
  #rest: AsyncIterator<Uint8Array> | null = null;
  #held: Uint8Array[] | null = [];
  #length = 0;

  constructor(input: ImportInput) {
    this.name = input.name;
    this.size = input.size;
    this.#input = input;
  }

  get again(): boolean {
    return this.#held !== null;
  }

  async *open(signal: AbortSignal): AsyncIterable<Uint8Array> {
    // A reader that gives up must not close what the next one goes on with.
    this.#rest ??= this.#input.open(signal)[Symbol.asyncIterator]();
    for (const chunk of [...(this.#held ?? [])]) yield chunk;
    for (;;) {
      const { done, value } = await this.#rest.next();
      if (done === true) return;
      this.#hold(value);
      yield value;
    }
  }

  #hold(chunk: Uint8Array): void {
    this.#length += chunk.length;
    if (this.#length > HELD_MAX) this.#held = null;
    else this.#held?.push(chunk);
  }
}
