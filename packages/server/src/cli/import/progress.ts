/** One line on a terminal that tells how far a long import has come. */

import type { Terminal } from '../command.ts';

const EVERY_MS = 500;

export class Progress {
  readonly #terminal: Terminal;
  #next = Date.now() + 2 * EVERY_MS;
  #shown = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Cheap enough to be called for every frame. */
  show(frames: number, file: string): void {
    if (!this.#terminal.watched || frames % 256 !== 0 || Date.now() < this.#next) return;
    this.#next = Date.now() + EVERY_MS;
    this.#shown = true;
    this.#terminal.errors.write(`\r\u001b[K${frames} frames, reading ${file}`);
  }

  clear(): void {
    if (this.#shown) this.#terminal.errors.write('\r\u001b[K');
  }
}
