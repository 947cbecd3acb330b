/**
 * Unpacks zstd frames one after the other, as `pzstd` and `cat a.zst b.zst` make them. The stream of Node ends with
 * the first frame that does not end with a chunk, and leaves the rest unread.
 */

import { createZstdDecompress } from 'node:zlib';

export async function* unzstd(packed: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let frame: FrameUnpacker | null = null;
  try {
    for await (const chunk of packed) {
      for (let rest = chunk; rest.length > 0; ) {
        frame ??= new FrameUnpacker();
        yield* frame.write(rest);
        rest = rest.subarray(frame.taken);
        if (frame.ended) frame = null;
      }
    }
    if (frame !== null) yield* frame.end();
  } finally {
    frame?.close();
  }
}

class FrameUnpacker {
  readonly #stream = createZstdDecompress();
  #failure: Error | null = null;
  #ended = false;
  #before = 0;
  #wake = (): void => undefined;

  constructor() {
    this.#stream.on('readable', () => this.#wake());
    this.#stream.on('end', () => {
      this.#ended = true;
      this.#wake();
    });
    this.#stream.on('error', (error) => {
      this.#failure = error;
      this.#wake();
    });
  }

  /** The frame is whole; what comes next is another. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Bytes of the last chunk that were of the frame. */
  get taken(): number {
    return this.#stream.bytesWritten - this.#before;
  }

  async *write(chunk: Uint8Array): AsyncIterable<Uint8Array> {
    this.#before = this.#stream.bytesWritten;
    let written = false;
    // A failure comes as an event too.
    this.#stream.write(chunk, () => {
      written = true;
      this.#wake();
    });
    yield* this.#output(() => written || this.#ended);
  }

  async *end(): AsyncIterable<Uint8Array> {
    this.#stream.end();
    yield* this.#output(() => this.#ended);
  }

  close(): void {
    this.#stream.destroy();
  }

  async *#output(done: () => boolean): AsyncIterable<Uint8Array> {
    for (;;) {
      const output: unknown = this.#stream.read();
      if (output instanceof Uint8Array) yield output;
      else if (this.#failure !== null) throw this.#failure;
      else if (done()) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
