/** One line on a terminal that tells how far an export has come; erased at the end. */

import { counted } from '@ocpp-logs/core';
import type { ExportProgress } from '../../export/export.ts';
import type { Terminal } from '../command.ts';
import { barLine } from '../progress-line.ts';
import { bytesText, countText, spanText } from '../quantity.ts';

/** What is done sooner shows no bar. */
const FIRST_MS = 500;
const ERASE = '\r\u001b[K';

export class Progress {
  readonly #terminal: Terminal;
  readonly #totals: readonly number[];
  readonly #now: () => number;
  readonly #start: number;
  #shown = false;

  /** `totals`: entries of each pass. */
  constructor(terminal: Terminal, totals: readonly number[], now: () => number = Date.now) {
    this.#terminal = terminal;
    this.#totals = totals;
    this.#now = now;
    this.#start = now();
  }

  show({ entries, bytes, pass, passes }: ExportProgress): void {
    const elapsed = this.#now() - this.#start;
    if (!this.#terminal.watched || elapsed < FIRST_MS) return;
    // While it is read more may be recorded.
    const total = this.#totals[pass - 1] ?? 0;
    const before = sumOf(this.#totals.slice(0, pass - 1));
    const done = (before + Math.min(entries, total)) / Math.max(1, sumOf(this.#totals));
    const percent = `${String(Math.floor(done * 100)).padStart(3)}%`;
    const left = done > 0 ? [`${spanText(((elapsed / done) * (1 - done)) / 1000)} left`] : [];
    const count = `${countText(entries)} of ${counted(total, 'entry', 'entries')}`;
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

function sumOf(totals: readonly number[]): number {
  return totals.reduce((sum, total) => sum + total, 0);
}
