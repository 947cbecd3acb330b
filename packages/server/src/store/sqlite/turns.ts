/** Long questions of one thread take turns, step by step; messages of others come in between. */

import type { Steps } from './steps.ts';

/** Given up, as nobody waits for the answer any more. */
export class AbandonedError extends Error {
  override readonly name = 'AbandonedError';
  readonly code = 'ABANDONED';
}

interface Waiting {
  readonly question: number;
  /** One step; true when it is over. */
  readonly step: () => boolean;
  readonly abandon: () => void;
}

export class Turns {
  #waiting: Waiting[] = [];
  #running = false;

  /** The first step is made at once: most questions have no other. */
  run<T>(question: number, steps: Steps<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const step = () => {
        try {
          const { done, value } = steps.next();
          if (done) resolve(value);
          return done === true;
        } catch (error) {
          reject(error);
          return true;
        }
      };
      if (step()) return;
      const abandon = () => reject(new AbandonedError('nobody waits for the answer'));
      this.#waiting.push({ question, step, abandon });
      this.#goOn();
    });
  }

  abandon(question: number): void {
    const given = this.#waiting.find((waiting) => waiting.question === question);
    if (given === undefined) return;
    this.#waiting = this.#waiting.filter((waiting) => waiting !== given);
    given.abandon();
  }

  #goOn(): void {
    if (this.#running) return;
    this.#running = true;
    setImmediate(() => {
      this.#running = false;
      const next = this.#waiting.shift();
      if (next === undefined) return;
      if (!next.step()) this.#waiting.push(next);
      if (this.#waiting.length > 0) this.#goOn();
    });
  }
}
