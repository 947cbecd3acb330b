/** One line on a terminal that tells how many files of a back-up have been copied; erased at the end. */

import { counted } from '@ocpp-logs/core';
import type { Terminal } from '../command.ts';
import { barLine } from '../progress-line.ts';
import { bytesText, countText } from '../quantity.ts';

const ERASE = '\r\u001b[K';

export class FileProgress {
  readonly #terminal: Terminal;
  #bytes = 0;
  #shown = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  show({ at, of, bytes }: { readonly at: number; readonly of: number; readonly bytes: number }): void {
    this.#bytes += bytes;
    if (!this.#terminal.watched) return;
    const percent = `${String(Math.floor((at / of) * 100)).padStart(3)}%`;
    const texts = [percent, `${countText(at)} of ${counted(of, 'file')}`, bytesText(this.#bytes)];
    const room = Math.max(0, this.#terminal.columns - 1);
    this.#shown = true;
    this.#terminal.errors.write(`${ERASE}${barLine(at / of, [texts, [percent]], room)}`);
  }

  clear(): void {
    if (this.#shown) this.#terminal.errors.write(ERASE);
    this.#shown = false;
  }
}
