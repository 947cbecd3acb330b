/** How far a migration has come: a line on a terminal that is written over; elsewhere a line a month. */

import { counted } from '@ocpp-logs/core';
import type { Comparison, MigrationProgress } from '../../store/migrate/migration.ts';
import type { Terminal } from '../command.ts';
import { barLine } from '../progress-line.ts';
import { bytesText, countText, spanText } from '../quantity.ts';

/** What is done sooner shows no bar. */
const FIRST_MS = 500;
/** ms between two lines of a terminal. */
const EVERY_MS = 200;
const ERASE = '\r\u001b[K';

export class Progress {
  readonly #terminal: Terminal;
  readonly #total: number;
  readonly #now: () => number;
  readonly #start: number;
  #shown: number | null = null;
  #done = 0;
  #moved = 0;
  #bytes = 0;

  /** `total`: entries that are looked at, each as often as it is. */
  constructor(terminal: Terminal, total: number, now: () => number = Date.now) {
    this.#terminal = terminal;
    this.#total = total;
    this.#now = now;
    this.#start = now();
  }

  get moved(): { readonly entries: number; readonly bytes: number; readonly seconds: number } {
    return { entries: this.#moved, bytes: this.#bytes, seconds: (this.#now() - this.#start) / 1000 };
  }

  /** Entries of which is known that nothing is to be done with them. */
  skip(entries: number): void {
    this.#done += entries;
  }

  show({ stretch, step, entries, bytes }: MigrationProgress): void {
    this.#done += entries;
    this.#bytes += bytes;
    if (step === 'moving') this.#moved += entries;
    const now = this.#now();
    const elapsed = now - this.#start;
    const { watched, columns, errors } = this.#terminal;
    if (!watched || elapsed < FIRST_MS || (this.#shown !== null && now - this.#shown < EVERY_MS)) return;
    const done = Math.min(1, this.#done / Math.max(1, this.#total));
    const percent = `${String(Math.floor(done * 100)).padStart(3)}%`;
    const where = `${stretch.site} ${stretch.month} ${step}`;
    const rate = `${countText(Math.round(this.#moved / (elapsed / 1000)))} entries/s`;
    const left = done > 0 ? [`${spanText(((elapsed / done) * (1 - done)) / 1000)} left`] : [];
    const room = Math.max(0, columns - 1);
    const choices = [
      [percent, where, rate, bytesText(this.#bytes), ...left],
      [percent, rate, ...left],
      [percent],
    ];
    this.#shown = now;
    errors.write(`${ERASE}${barLine(done, choices, room)}`);
  }

  compared({ stretch, here, there, same }: Comparison): void {
    this.clear();
    const { site, month } = stretch;
    const told = same
      ? `same: ${counted(here.entries, 'entry', 'entries')}, ${here.sum}`
      : `DIFFERENT: here ${counted(here.entries, 'entry', 'entries')}, ${here.sum}; there ${countText(there.entries)}, ${there.sum}`;
    this.#terminal.errors.write(`${site}  ${month}  ${told}\n`);
  }

  clear(): void {
    if (this.#shown !== null) this.#terminal.errors.write(ERASE);
    this.#shown = null;
  }
}
