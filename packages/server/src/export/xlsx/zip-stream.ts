/** A ZIP archive as it is being written: one part behind the other, no faster than the sink takes it. */

import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { ByteSink } from '../format.ts';

const BUFFERED_BYTES = 256 * 1024;
/** Of every part, so that the same entries make the same file; no time of ZIP is earlier. */
const PART_TIME = new Date(1980, 0, 1);

export class ZipStream {
  readonly #zip = new ZipFile();
  readonly #output: Readable;
  /** Resolves when all that was written is in the sink; rejects with what the sink or the archive failed of. */
  readonly #pumped: Promise<void>;
  #part: PassThrough | null = null;

  constructor(sink: ByteSink) {
    // Safe: yazl's own output is a PassThrough, which its types tell less of.
    this.#output = this.#zip.outputStream as Readable;
    this.#zip.on('error', (error: unknown) => {
      this.#output.destroy(error instanceof Error ? error : new Error(String(error)));
    });
    this.#pumped = pump(this.#output, sink);
    // It is awaited with every write and at the end; until then a failure is nobody's.
    this.#pumped.catch(() => undefined);
  }

  /** Ends the part before it. */
  begin(path: string): void {
    this.#part?.end();
    this.#part = new PassThrough({ highWaterMark: BUFFERED_BYTES });
    this.#zip.addReadStream(this.#part, path, { mtime: PART_TIME });
  }

  /** Goes on with the part that was begun last. */
  async write(bytes: Uint8Array): Promise<void> {
    const part = this.#part;
    if (part === null) throw new RangeError('no part was begun');
    if (!part.write(bytes)) await Promise.race([once(part, 'drain'), this.#pumped]);
  }

  /** A small part at once. */
  add(path: string, text: string): void {
    this.#part?.end();
    this.#part = null;
    this.#zip.addBuffer(Buffer.from(text), path, { mtime: PART_TIME });
  }

  async end(): Promise<void> {
    this.#part?.end();
    this.#part = null;
    this.#zip.end();
    await this.#pumped;
  }

  cancel(): void {
    this.#part?.destroy();
    this.#part = null;
    this.#output.destroy();
  }
}

async function pump(output: Readable, sink: ByteSink): Promise<void> {
  for await (const chunk of output) await sink.write(chunk);
}
