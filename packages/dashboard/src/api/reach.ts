/** Whether the server answers; while it does not, it is knocked at until it does. */

const FIRST_MS = 1_000;
const LONGEST_MS = 10_000;

export class Reach {
  readonly #knock: () => Promise<void>;
  readonly #listeners = new Set<() => void>();
  readonly #returned = new Set<() => void>();
  #away = false;

  /** `knock` fails as long as nobody answers. */
  constructor(knock: () => Promise<void>) {
    this.#knock = knock;
  }

  get away(): boolean {
    return this.#away;
  }

  /** Told of every change. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Told when what failed can be asked again. */
  readonly onBack = (listener: () => void): (() => void) => {
    this.#returned.add(listener);
    return () => this.#returned.delete(listener);
  };

  failed(): void {
    if (this.#away) return;
    this.#away = true;
    this.#tell(this.#listeners);
    this.#wait(FIRST_MS);
  }

  answered(): void {
    if (!this.#away) return;
    this.#away = false;
    this.#tell(this.#listeners);
    this.#tell(this.#returned);
  }

  /** What was refused before is no longer: somebody signed in again. */
  renewed(): void {
    this.#tell(this.#returned);
  }

  #wait(ms: number): void {
    setTimeout(() => void this.#ask(ms), ms);
  }

  async #ask(ms: number): Promise<void> {
    if (!this.#away) return;
    try {
      await this.#knock();
      this.answered();
    } catch {
      // Not yet: that it fails is what is asked.
      this.#wait(Math.min(ms * 2, LONGEST_MS));
    }
  }

  #tell(listeners: ReadonlySet<() => void>): void {
    for (const listener of [...listeners]) listener();
  }
}
