/** Waiting in the station's own time, which runs `speed` times as fast as ours. */

/** The connection that everything waited on is over. */
export class Stopped extends Error {}

export class Sleeper {
  /** How much faster than ours this time runs. */
  readonly speed: number;
  readonly #until: AbortSignal;
  #wake: (() => void) | null = null;

  constructor(speed: number, until: AbortSignal) {
    this.speed = speed;
    this.#until = until;
  }

  /** Resolves with the station's seconds that went by: fewer than asked for after {@link wake}. Rejects when stopped. */
  sleep(seconds: number): Promise<number> {
    if (this.#until.aborted) return Promise.reject(new Stopped());
    const started = performance.now();
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer);
        this.#until.removeEventListener('abort', stop);
        this.#wake = null;
      };
      const stop = () => {
        leave();
        reject(new Stopped());
      };
      const timer = setTimeout(
        () => {
          leave();
          resolve(seconds);
        },
        (seconds * 1_000) / this.speed,
      );
      this.#until.addEventListener('abort', stop);
      this.#wake = () => {
        leave();
        resolve(Math.min(seconds, ((performance.now() - started) * this.speed) / 1_000));
      };
    });
  }

  wake(): void {
    this.#wake?.();
  }
}
