/** One line on a terminal that tells how far a pull has come; erased at the end. */

import { counted } from '@ocpp-logs/core';
import type { PullProgress } from '../../pull/pull.ts';
import { lengthOf } from '../../pull/span.ts';
import type { Terminal } from '../command.ts';
import { barLine } from '../progress-line.ts';
import { countText, spanText } from '../quantity.ts';

const EVERY_MS = 200;
const FIRST_MS = 500;
const ERASE = '\r\u001b[K';

export class Progress {
  readonly #terminal: Terminal;
  readonly #name: string;
  readonly #now: () => number;
  readonly #began: number;
  #next: number;
  #shown = false;

  constructor(terminal: Terminal, name: string, now: () => number = Date.now) {
    this.#terminal = terminal;
    this.#name = name;
    this.#now = now;
    this.#began = now();
    this.#next = this.#began + FIRST_MS;
  }

  show(progress: PullProgress): void {
    const now = this.#now();
    if (!this.#terminal.watched || now < this.#next) return;
    this.#next = now + EVERY_MS;
    this.#write(this.#line(progress, (now - this.#began) / 1000));
  }

  /** At once: whoever watches sees why nothing moves. */
  wait(why: string, ms: number): void {
    if (this.#terminal.watched) this.#write(`${this.#name}: ${why}; again in ${Math.ceil(ms / 1000)} s`);
  }

  clear(): void {
    if (this.#shown) this.#terminal.errors.write(ERASE);
    this.#shown = false;
  }

  #write(line: string): void {
    this.#shown = true;
    this.#terminal.errors.write(`${ERASE}${line.slice(0, this.#room)}`);
  }

  /** The last column stays free: a terminal that wraps cannot erase the line above. */
  get #room(): number {
    return Math.max(0, this.#terminal.columns - 1);
  }

  #line({ window, span, entries }: PullProgress, seconds: number): string {
    const read = window.from - span.from;
    const done = Math.min(1, Math.max(0, read / Math.max(1, lengthOf(span))));
    const at = `${this.#name} ${new Date(window.from).toISOString().slice(0, 16).replace('T', ' ')}`;
    const count = counted(entries, 'entry', 'entries');
    const rate = `${countText(Math.round(entries / Math.max(1, seconds)))}/s`;
    const left = done > 0 ? [`${spanText((seconds / done) * (1 - done))} left`] : [];
    return barLine(done, [[at, count, rate, ...left], [at, count, rate], [at, count], [at]], this.#room);
  }
}
