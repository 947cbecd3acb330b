/** Decodes the copy of one direction: chunks in, whole messages and the close frame out, within bounds. */

import type { Cut } from '@ocpp-logs/core';
import type { ByteBudget } from './byte-budget.ts';
import { DecodeError, FrameParser } from './frame-parser.ts';
import { Gathering } from './gathering.ts';
import { DEFLATE_TAIL, Inflation } from './inflation.ts';
import type { Turns } from './turns.ts';

/** When a chunk arrived. */
export interface Stamp {
  /** Wall clock, ms. */
  readonly at: number;
  /** Monotonic clock, microseconds. */
  readonly arrival: number;
}

export interface DecoderOutput {
  /** `bytes` are valid during the call only. */
  message(bytes: Uint8Array, binary: boolean, cut: Cut | null, stamp: Stamp): void;
  close(code: number, reason: string): void;
  /** Called once; nothing follows from this decoder. */
  failed(reason: string): void;
}

export interface DecoderSettings {
  /** Whether permessage-deflate was agreed on. */
  readonly deflate: boolean;
  readonly budget: ByteBudget;
  /** Shared by both directions, so that an answer never overtakes a call that is still being inflated. */
  readonly turns: Turns;
}

/** A compressed message may inflate a thousandfold; beyond this its digest is not worth the time. */
export const INFLATED_BYTES_MAX = 64 * 1024 * 1024;

const NO_STATUS_RECEIVED = 1005;

export class Decoder {
  readonly #budget: ByteBudget;
  readonly #turns: Turns;
  readonly #output: DecoderOutput;
  readonly #parser: FrameParser;
  #stamp: Stamp = { at: 0, arrival: 0 };
  #gathering: Gathering | null = null;
  #inflation: Inflation | null = null;
  #inflating: Gathering | null = null;
  #broken = false;
  #stopped = false;

  constructor(settings: DecoderSettings, output: DecoderOutput) {
    this.#budget = settings.budget;
    this.#turns = settings.turns;
    this.#output = output;
    this.#parser = new FrameParser(
      {
        part: (bytes, binary, compressed, end) => {
          if (compressed) this.#compressedPart(bytes, binary, end);
          else this.#plainPart(bytes, binary, end);
        },
        close: (payload) => this.#close(payload),
      },
      settings.deflate,
    );
  }

  /** Never throws; what does not decode is told by `failed`. */
  push(chunk: Uint8Array, stamp: Stamp): void {
    if (this.#broken || this.#stopped) return;
    this.#stamp = stamp;
    try {
      this.#parser.push(chunk);
    } catch (error) {
      this.#broken = true;
      const reason = error instanceof DecodeError ? error.message : `decoding broke: ${String(error)}`;
      // Whole messages before the fault may still be inflated, and they count.
      const queued = this.#turns.add((done) => {
        this.#failed(reason);
        done();
      });
      if (!queued) this.#failed(reason);
    }
  }

  /** What was held of the budget is given back by its owner. */
  stop(): void {
    this.#stopped = true;
    this.#inflation?.stop();
    this.#gathering = null;
    this.#inflating = null;
  }

  #plainPart(bytes: Uint8Array, binary: boolean, end: boolean): void {
    if (end && this.#gathering === null && this.#turns.idle) {
      this.#output.message(bytes, binary, null, this.#stamp);
      return;
    }
    this.#gathering ??= new Gathering(this.#budget);
    this.#gathering.add(bytes);
    if (!end) return;
    const gathering = this.#gathering;
    this.#gathering = null;
    const stamp = this.#stamp;
    this.#queue((done) => {
      this.#deliver(gathering, binary, stamp);
      done();
    });
  }

  #compressedPart(bytes: Uint8Array, binary: boolean, end: boolean): void {
    const piece = end ? Buffer.concat([bytes, DEFLATE_TAIL]) : Buffer.from(bytes);
    if (!this.#budget.take(piece.length)) throw new DecodeError('too many bytes wait to be inflated');
    this.#inflation ??= new Inflation({
      inflated: (output) => this.#inflated(output),
      failed: (reason) => this.#failed(reason),
    });
    const inflation = this.#inflation;
    const stamp = this.#stamp;
    this.#queue((done) => {
      inflation.write(piece, () => {
        this.#budget.give(piece.length);
        if (end) {
          const gathering = this.#inflating ?? new Gathering(this.#budget);
          this.#inflating = null;
          this.#deliver(gathering, binary, stamp);
        }
        done();
      });
    });
  }

  #inflated(bytes: Uint8Array): void {
    this.#inflating ??= new Gathering(this.#budget);
    this.#inflating.add(bytes);
    if (this.#inflating.length > INFLATED_BYTES_MAX) {
      this.#failed(`a compressed message inflates beyond ${INFLATED_BYTES_MAX} bytes`);
    }
  }

  #deliver(gathering: Gathering, binary: boolean, stamp: Stamp): void {
    const { bytes, cut } = gathering.finish();
    if (!this.#stopped) this.#output.message(bytes, binary, cut, stamp);
    gathering.release();
  }

  #close(payload: Uint8Array): void {
    if (payload.length < 2) {
      this.#output.close(NO_STATUS_RECEIVED, '');
      return;
    }
    const view = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
    this.#output.close(view.readUInt16BE(0), view.toString('utf8', 2));
  }

  #queue(turn: (done: () => void) => void): void {
    if (!this.#turns.add(turn)) throw new DecodeError('too many messages wait to be inflated');
  }

  #failed(reason: string): void {
    if (this.#stopped) return;
    this.stop();
    this.#output.failed(reason);
  }
}
