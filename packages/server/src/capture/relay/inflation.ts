/**
 * Inflates the compressed messages of one direction (permessage-deflate, RFC 7692 7.2.2). One stream for all of them,
 * off this thread, with the full window and never reset: that reads every agreed window size, and every message
 * whether or not the sender took its context over.
 */

import { constants, createInflateRaw, type InflateRaw } from 'node:zlib';

/** Ends a message: the sender cut these bytes off (RFC 7692 7.2.1). */
export const DEFLATE_TAIL = Buffer.from([0x00, 0x00, 0xff, 0xff]);

export interface InflationOutput {
  inflated(bytes: Uint8Array): void;
  /** No later call follows. */
  failed(reason: string): void;
}

export class Inflation {
  readonly #output: InflationOutput;
  #stream: InflateRaw | null = null;
  #stopped = false;

  constructor(output: InflationOutput) {
    this.#output = output;
  }

  /** One piece at a time: `done` comes after all its output and is not called where inflation failed or stopped. */
  write(piece: Uint8Array, done: () => void): void {
    if (this.#stopped) return;
    this.#stream ??= this.#open();
    this.#stream.write(piece, () => {
      // A tick later: a stream that met its last block ends between this callback and that tick.
      process.nextTick(() => {
        if (!this.#stopped) done();
      });
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#stream?.close();
    this.#stream = null;
  }

  #open(): InflateRaw {
    const stream = createInflateRaw({ flush: constants.Z_SYNC_FLUSH });
    stream.on('data', (bytes: Uint8Array) => {
      if (!this.#stopped) this.#output.inflated(bytes);
    });
    // A sender may close its stream with a last block (RFC 7692 7.2.3.4) and begin a new one.
    stream.on('end', () => {
      stream.close();
      if (this.#stream === stream) this.#stream = null;
    });
    stream.on('error', (error) => {
      if (this.#stopped) return;
      this.#stopped = true;
      this.#stream = null;
      this.#output.failed(`a compressed message does not inflate: ${error.message}`);
    });
    return stream;
  }
}
