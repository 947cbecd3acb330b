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

/**
 * Contents are compared and not times: links are swapped below a path, and clocks of file systems are coarse. A file that
 * is being written may look whole: what two looks in a row find counts.
 */
export const FOLLOW_MS = 5_000;

/** What a look found: the texts, or why there are none. */
type Found =
  | { readonly mark: string; readonly texts: Readonly<Record<string, string>> }
  | { readonly mark: string; readonly texts: null };

export class FollowedFiles {
  readonly #options: FollowedOptions;
  readonly #timer: NodeJS.Timeout;
  #taken: string;
  /** By the look before. */
  #found = '';
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
    const found = await this.#read();
    const again = found.mark === this.#found;
    this.#found = found.mark;
    if (found.mark === this.#taken) this.#refused = '';
    else if (again && found.mark !== this.#refused) this.#settled(found);
  }

  async #read(): Promise<Found> {
    try {
      const read = Object.entries(this.#options.paths).map(
        async ([name, path]) => [name, await readFile(path, 'utf8')] as const,
      );
      const texts = Object.fromEntries(await Promise.all(read));
      return { mark: JSON.stringify(texts), texts };
    } catch (error) {
      return { mark: reasonOf(error), texts: null };
    }
  }

  #settled({ mark, texts }: Found): void {
    const { paths, take, log } = this.#options;
    const names = Object.keys(paths).join(', ');
    try {
      if (texts === null) throw new Error(mark);
      take(texts);
      this.#taken = mark;
      this.#refused = '';
      this.reloads += 1;
      log.info(`${names}: read again`);
    } catch (error) {
      this.#refused = mark;
      this.failures += 1;
      log.error(`${names}: changed, but cannot be used (${reasonOf(error)}); what was read before goes on`);
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
