/** A sink that is opened when the first chunk is there, so that an import that finds nothing makes nothing. */

import type { FrameSink, SinkAnswer } from '../../import/sink.ts';

export interface OpenSink extends FrameSink {
  close(): Promise<void>;
}

export class LateSink implements OpenSink {
  readonly #open: () => Promise<OpenSink>;
  #sink: OpenSink | null = null;

  constructor(open: () => Promise<OpenSink>) {
    this.#open = open;
  }

  async ingest(body: Uint8Array, last: boolean): Promise<SinkAnswer> {
    this.#sink ??= await this.#open();
    return await this.#sink.ingest(body, last);
  }

  async close(): Promise<void> {
    await this.#sink?.close();
  }
}
