/** Memory for bodies that are held as a whole, counted as their bytes come: who sends slowly keeps nobody out. */

import { type Readable, Transform, type TransformCallback } from 'node:stream';
import { ByteBudget } from '../capture/relay/byte-budget.ts';
import { Problem } from '../errors.ts';

interface Share {
  readonly budget: ByteBudget;
  bodies: number;
}

export class BodyMemory {
  readonly #all: ByteBudget;
  readonly #ofOne: number;
  readonly #shares = new Map<string, Share>();

  /** @param ofOne bytes of one key, so that others have the rest */
  constructor(all: number, ofOne: number) {
    this.#all = new ByteBudget(all, null);
    this.#ofOne = ofOne;
  }

  /** To be released once. */
  open(key: string): HeldBody {
    const share = this.#shares.get(key) ?? { budget: new ByteBudget(this.#ofOne, this.#all), bodies: 0 };
    this.#shares.set(key, share);
    share.bodies += 1;
    return new HeldBody(new ByteBudget(Number.POSITIVE_INFINITY, share.budget), () => {
      share.bodies -= 1;
      if (share.bodies === 0) this.#shares.delete(key);
    });
  }
}

/** What is held of one request. */
export class HeldBody {
  readonly #budget: ByteBudget;
  #released: (() => void) | null;

  constructor(budget: ByteBudget, released: () => void) {
    this.#budget = budget;
    this.#released = released;
  }

  /** Throws a Problem where there is no room. */
  take(bytes: number): void {
    if (!this.#budget.take(bytes)) throw full();
  }

  give(bytes: number): void {
    this.#budget.give(bytes);
  }

  /** As {@link take}, but takes nothing: what does not come must not be held. */
  demand(bytes: number): void {
    this.take(bytes);
    this.give(bytes);
  }

  /** The body with every byte taken as it comes. */
  taking(body: Readable): Readable {
    const taken = new Taking(this);
    body.once('error', (error) => taken.destroy(error));
    taken.once('error', () => {
      body.unpipe(taken);
      // It goes on, unread, so that the answer is not lost on a connection that is reset.
      body.resume();
    });
    return body.pipe(taken);
  }

  release(): void {
    this.#budget.close();
    this.#released?.();
    this.#released = null;
  }
}

class Taking extends Transform {
  readonly #held: HeldBody;

  constructor(held: HeldBody) {
    super();
    this.#held = held;
  }

  override _transform(chunk: Uint8Array, _encoding: BufferEncoding, done: TransformCallback): void {
    try {
      this.#held.take(chunk.length);
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    done(null, chunk);
  }
}

function full(): Problem {
  return new Problem(
    'too-many-requests',
    'Other bodies fill the memory that ingest, or this key in it, may take; send it again.',
    { headers: { 'retry-after': '1' } },
  );
}
