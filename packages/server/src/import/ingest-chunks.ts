/**
 * Rows to the NDJSON chunks of a sink; one is sent while the next one fills. A chunk never spans two files, so that
 * what became of it belongs to one.
 */

import { Chunk } from './chunk.ts';
import type { FileOutcome } from './file-outcome.ts';
import type { ImportRow } from './import-row.ts';
import type { ChunkBounds, FrameSink } from './sink.ts';

export class IngestChunks {
  readonly #sink: FrameSink;
  readonly #bounds: ChunkBounds;
  #chunk = new Chunk();
  /** Those that were answered. */
  readonly #spare: Chunk[] = [];
  #of: FileOutcome | null = null;
  #sending: Promise<void> = Promise.resolve();
  #sent = false;
  #failure: Error | null = null;
  /** That came into being. */
  entries = 0;

  constructor(sink: FrameSink, bounds: ChunkBounds) {
    this.#sink = sink;
    this.#bounds = bounds;
  }

  /** What the sink threw; nothing is sent to it any more. */
  get failure(): Error | null {
    return this.#failure;
  }

  /** Where it returns a promise, a chunk was full, and the next row waits for it. */
  add(row: ImportRow, of: FileOutcome): Promise<void> | null {
    const { lines, bytes } = this.#bounds;
    const { rows, length } = this.#chunk;
    const full = rows >= lines || length + row.text.length > bytes || this.#of !== of;
    const sent = full && rows > 0 ? this.#send(false) : null;
    this.#chunk.add(row);
    this.#of = of;
    return sent;
  }

  /** Sends the rest and ends the source: calls without an answer become `unanswered`. */
  async end(): Promise<void> {
    if (this.#chunk.rows > 0 || this.#sent) await this.#send(true);
    await this.settled();
  }

  /** Resolves when what was handed over so far has been answered; the rest is not sent. */
  async settled(): Promise<void> {
    await this.#sending;
    if (this.#failure !== null) throw this.#failure;
  }

  /** Resolves when the chunk before this one has been answered. */
  #send(last: boolean): Promise<void> {
    const [chunk, of] = [this.#chunk, this.#of];
    this.#chunk = this.#spare.pop() ?? new Chunk();
    this.#sent = true;
    const before = this.settled();
    // Whoever awaits it next meets the failure; until then it is not unhandled.
    this.#sending = before
      .then(async () => {
        const answer = await this.#sink.ingest(chunk.body, last);
        of?.answered(answer, chunk);
        for (const count of Object.values(answer.entries)) this.entries += count;
        chunk.clear();
        this.#spare.push(chunk);
      })
      .catch((error: unknown) => {
        this.#failure ??= error instanceof Error ? error : new Error(String(error));
      });
    return before;
  }
}
