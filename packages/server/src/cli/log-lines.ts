/**
 * Log lines on their way to whoever reads them. Node writes standard error to a file or a terminal at once, on the thread
 * that forwards frames, and gathers without end what goes to a pipe that nobody reads. Here they are written beside that
 * thread, and bounded. (pino's own destination waits at its end for as long as a full pipe stays full.)
 */

import { write } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** Of lines that wait, bytes. */
export const LOG_WAITING_MAX = 1024 * 1024;
/** Until a full pipe is tried again, ms. */
const FULL_PAUSE = 50;

const writeTo = promisify(write);

export class LogLines {
  readonly #descriptor: number;
  readonly #waitingMax: number;
  #lines: Buffer[] = [];
  #waiting = 0;
  #dropped = 0;
  #writing: Promise<void> | null = null;

  /** @param descriptor of what is open, such as 2 */
  constructor(descriptor: number, waitingMax = LOG_WAITING_MAX) {
    this.#descriptor = descriptor;
    this.#waitingMax = waitingMax;
  }

  /** @param line with its end; it is counted instead where there is no room */
  write(line: string): void {
    const bytes = Buffer.from(line);
    if (this.#waiting + bytes.length > this.#waitingMax) {
      this.#dropped += 1;
      return;
    }
    this.#lines.push(bytes);
    this.#waiting += bytes.length;
    this.#writing ??= this.#writeAll();
  }

  counters(): Readonly<Record<string, number>> {
    return { log_bytes_waiting: this.#waiting, log_lines_dropped_total: this.#dropped };
  }

  /** Resolves when nothing waits any more, or after `withinMs`. */
  async written(withinMs: number): Promise<void> {
    const over = new AbortController();
    const late = sleep(withinMs, undefined, { signal: over.signal }).catch(() => undefined);
    await Promise.race([this.#writing, late]);
    over.abort();
  }

  async #writeAll(): Promise<void> {
    while (this.#lines.length > 0) {
      const lines = this.#lines;
      this.#lines = [];
      const bytes = Buffer.concat(lines);
      try {
        await this.#writeBytes(bytes);
      } catch {
        // Its reader is gone or its disk is full, which is no reason to stop recording; there is nowhere else to tell.
        this.#dropped += lines.length;
      }
      this.#waiting -= bytes.length;
    }
    this.#writing = null;
  }

  async #writeBytes(bytes: Buffer): Promise<void> {
    for (let from = 0; from < bytes.length; ) {
      try {
        from += (await writeTo(this.#descriptor, bytes, from)).bytesWritten;
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
        await sleep(FULL_PAUSE, undefined, { ref: false });
      }
    }
  }
}
