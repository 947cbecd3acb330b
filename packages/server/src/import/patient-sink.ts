/** A sink that waits while the store is away, for a while: what is sent again is not recorded twice. */

import { setTimeout as pause } from 'node:timers/promises';
import type { FrameSink, SinkAnswer } from './sink.ts';

/** Codes of errors that stand for: not now. */
const AWAY: ReadonlySet<string> = new Set(['STORE_UNAVAILABLE', 'BUSY', 'ENDED']);
const TRIES = 120;
const PAUSE_MS = 500;

export class PatientSink implements FrameSink {
  readonly #sink: FrameSink;
  readonly #signal: AbortSignal;
  readonly #wait: (signal: AbortSignal) => Promise<unknown>;

  constructor(
    sink: FrameSink,
    signal: AbortSignal,
    wait: (signal: AbortSignal) => Promise<unknown> = (until) => pause(PAUSE_MS, null, { signal: until }),
  ) {
    this.#sink = sink;
    this.#signal = signal;
    this.#wait = wait;
  }

  async ingest(body: Uint8Array, last: boolean): Promise<SinkAnswer> {
    for (let tried = 1; ; tried += 1) {
      try {
        return await this.#sink.ingest(body, last);
      } catch (error) {
        if (!isAway(error) || tried === TRIES) throw error;
      }
      await this.#wait(this.#signal);
    }
  }
}

function isAway(error: unknown): boolean {
  return error instanceof Error && 'code' in error && AWAY.has(String(error.code));
}
