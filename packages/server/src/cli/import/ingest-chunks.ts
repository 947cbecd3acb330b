/** Frames to the NDJSON chunks of the ingest route; one is sent while the next one fills. */

import { LINES_MAX } from '../../capture/recorder/ingest-line.ts';
import type { DirectedFrame } from '../../import/direction-finder.ts';
import type { Outcome, Place } from './outcome.ts';
import type { Sink } from './sink.ts';

const CHUNK_BYTES = 8 * 1024 * 1024;

interface Chunk {
  readonly lines: string[];
  readonly places: Place[];
  length: number;
}

const emptyChunk = (): Chunk => ({ lines: [], places: [], length: 0 });

export interface FrameRow {
  readonly frame: DirectedFrame;
  readonly charger: string;
  readonly time: string;
  readonly version: string | null;
  readonly place: Place;
}

/** One line of the ingest route. `untimed`: the time is not the frame's own, so that no latency is made of it. */
export function ingestLine({ frame, charger, time, version }: FrameRow): string {
  return JSON.stringify({
    charger_id: charger,
    occurrence_time: time,
    direction: frame.direction,
    frame: frame.frame,
    ocpp_version: version ?? undefined,
    untimed: frame.time === null ? true : undefined,
  });
}

export class IngestChunks {
  readonly #open: () => Promise<Sink>;
  #sink: Sink | null = null;
  readonly #outcome: Outcome;
  #chunk = emptyChunk();
  #sending: Promise<void> = Promise.resolve();

  /** `open` is called when there is something to send. */
  constructor(open: () => Promise<Sink>, outcome: Outcome) {
    this.#open = open;
    this.#outcome = outcome;
  }

  async add(row: FrameRow): Promise<void> {
    const line = ingestLine(row);
    const full = this.#chunk.lines.length === LINES_MAX || this.#chunk.length + line.length > CHUNK_BYTES;
    if (full && this.#chunk.lines.length > 0) await this.#send(false);
    this.#chunk.lines.push(line);
    this.#chunk.places.push(row.place);
    this.#chunk.length += line.length + 1;
  }

  /** Sends the rest and ends the source: calls without an answer become `unanswered`. */
  async end(): Promise<void> {
    if (this.#chunk.lines.length > 0) await this.#send(true);
    await this.#sending;
  }

  /** Resolves when what was handed over so far has been answered. */
  async sent(): Promise<void> {
    await this.#sending;
  }

  async close(): Promise<void> {
    await this.#sink?.close();
  }

  async #send(last: boolean): Promise<void> {
    const { lines, places } = this.#chunk;
    this.#chunk = emptyChunk();
    await this.#sending;
    this.#sink ??= await this.#open();
    this.#sending = this.#sink
      .ingest(Buffer.from(lines.join('\n')), last)
      .then((answer) => this.#outcome.answered(answer, places));
    // Whoever awaits it next sees the error; until then it is not unhandled.
    this.#sending.catch(() => undefined);
  }
}
