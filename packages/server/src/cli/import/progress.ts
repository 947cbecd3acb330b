/** One line on a terminal that tells how far an import has come; erased at the end. */

import { counted } from '@ocpp-logs/core';
import type { ImportProgress } from '../../import/engine.ts';
import type { Terminal } from '../command.ts';
import { barLine, fitting } from '../progress-line.ts';
import { bytesText, countText, spanText } from '../quantity.ts';

const EVERY_MS = 200;
/** What is done sooner shows no bar. */
const FIRST_MS = 500;
/** Rates are those of the last while. */
const WINDOW_MS = 10_000;
const ERASE = '\r\u001b[K';

interface Sample {
  readonly at: number;
  readonly bytes: number;
  readonly entries: number;
}

export class Progress {
  readonly #terminal: Terminal;
  readonly #now: () => number;
  #next: number;
  #samples: Sample[] = [];
  #shown = false;

  constructor(terminal: Terminal, now: () => number = Date.now) {
    this.#terminal = terminal;
    this.#now = now;
    this.#next = now() + FIRST_MS;
  }

  /** Cheap enough to be called for every block that is read. */
  show(progress: ImportProgress): void {
    if (!this.#terminal.watched) return;
    const at = this.#now();
    if (this.#samples.length === 0) this.#samples.push({ at, bytes: 0, entries: 0 });
    if (at < this.#next) return;
    this.#next = at + EVERY_MS;
    this.#samples.push({ at, bytes: progress.bytes, entries: progress.entries });
    const since = this.#samples.findIndex((sample) => sample.at >= at - WINDOW_MS);
    this.#samples = this.#samples.slice(since);
    this.#shown = true;
    this.#terminal.errors.write(`${ERASE}${this.#line(progress)}`);
  }

  clear(): void {
    if (this.#shown) this.#terminal.errors.write(ERASE);
    this.#shown = false;
  }

  /** The last column stays free: a terminal that wraps cannot erase the line above. */
  #line({ bytes, totalBytes, frames, entries }: ImportProgress): string {
    const room = Math.max(0, this.#terminal.columns - 1);
    const [oldest] = this.#samples;
    const seconds = Math.max(0.001, (this.#now() - (oldest?.at ?? 0)) / 1000);
    const rate = `${countText(Math.round((entries - (oldest?.entries ?? 0)) / seconds))} entries/s`;
    if (totalBytes === null || totalBytes === 0)
      return fitting([[bytesText(bytes), counted(frames, 'frame'), rate]], room);
    const done = Math.min(1, bytes / totalBytes);
    const percent = `${String(Math.floor(done * 100)).padStart(3)}%`;
    const speed = (bytes - (oldest?.bytes ?? 0)) / seconds;
    const left = speed > 0 ? [`${spanText((totalBytes - bytes) / speed)} left`] : [];
    const texts = [percent, rate, ...left];
    return barLine(done, [texts, [percent, ...left], [percent]], room);
  }
}
