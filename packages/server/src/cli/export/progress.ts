/** One line on a terminal that tells how far an export has come; erased at the end. */

import type { ExportProgress } from '../../export/export.ts';
import type { Terminal } from '../command.ts';
import { barLine } from '../progress-line.ts';
import { bytesText, countText, spanText } from '../quantity.ts';

/** What is done sooner shows no bar. */
const FIRST_MS = 500;
const ERASE = '\r\u001b[K';

export class Progress {
  readonly #terminal: Terminal;
  readonly #total: number;
  readonly #now: () => number;
  readonly #start: number;
  #shown = false;

  /** `total`: entries of each pass. */
  constructor(terminal: Terminal, total: number, now: () => number = Date.now) {
    this.#terminal = terminal;
    this.#total = total;
    this.#now = now;
    this.#start = now();
  }

  show({ entries, bytes, pass, passes }: ExportProgress): void {
    const elapsed = this.#now() - this.#start;
    if (!this.#terminal.watched || elapsed < FIRST_MS) return;
    // While it is read more may be recorded.
    const done = Math.min(1, ((pass - 1) * this.#total + entries) / Math.max(1, passes * this.#total));
    const percent = `${String(Math.floor(done * 100)).padStart(3)}%`;
    const left = done > 0 ? [`${spanText(((elapsed / done) * (1 - done)) / 1000)} left`] : [];
    const count = `${countText(entries)} of ${countText(this.#total)} entries`;
    const what = pass < passes ? [`looking for names, ${count}`] : [count, bytesText(bytes)];
    // The last column stays free: a terminal that wraps cannot erase the line above.
    const room = Math.max(0, this.#terminal.columns - 1);
    const line = barLine(done, [[percent, ...what, ...left], [percent, ...left], [percent]], room);
    this.#shown = true;
    this.#terminal.errors.write(`${ERASE}${line}`);
  }

  clear(): void {
    if (this.#shown) this.#terminal.errors.write(ERASE);
    this.#shown = false;
  }
}
