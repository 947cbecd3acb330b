/** Files that are read again when they change, a set at a time: certificates are renewed while the server runs. */

import { readFile } from 'node:fs/promises';

export interface FollowedOptions {
  /** Paths by name. */
  readonly paths: Readonly<Record<string, string>>;
  /** As they were read at the start. */
  readonly texts: Readonly<Record<string, string>>;
  /** Takes new texts over; throws where they are no good, and those before stay. */
  readonly take: (texts: Readonly<Record<string, string>>) => void;
  readonly everyMs: number;
  readonly log: { info(text: string): void; error(text: string): void };
}

/** Contents are compared and not times: links are swapped below a path, and clocks of file systems are coarse. */
export const FOLLOW_MS = 5_000;

export class FollowedFiles {
  readonly #options: FollowedOptions;
  readonly #timer: NodeJS.Timeout;
  #taken: string;
  /** What did not do is told once. */
  #refused = '';
  #looking: Promise<void> = Promise.resolve();
  reloads = 0;
  failures = 0;

  constructor(options: FollowedOptions) {
    this.#options = options;
    this.#taken = JSON.stringify(options.texts);
    this.#timer = setInterval(() => this.look(), options.everyMs);
    this.#timer.unref();
  }

  /** Looks for changes now. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#look());
    return this.#looking;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { paths, take, log } = this.#options;
    const names = Object.keys(paths).join(', ');
    let seen = '';
    try {
      const read = Object.entries(paths).map(
        async ([name, path]) => [name, await readFile(path, 'utf8')] as const,
      );
      const texts = Object.fromEntries(await Promise.all(read));
      seen = JSON.stringify(texts);
      if (seen === this.#taken) {
        this.#refused = '';
        return;
      }
      if (seen === this.#refused) return;
      take(texts);
      this.#taken = seen;
      this.#refused = '';
      this.reloads += 1;
      log.info(`${names}: read again`);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const told = seen === '' ? reason : seen;
      if (told === this.#refused) return;
      this.#refused = told;
      this.failures += 1;
      log.error(`${names}: changed, but cannot be used (${reason}); what was read before goes on`);
    }
  }
}
