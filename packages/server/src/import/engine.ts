/**
 * Reads sources into a sink: looks at the beginning of all of them, then reads one after the other. A fault of one
 * never loses the others. Constant memory: one chunk is on its way while the next one fills.
 */

import { DirectionFinder, type Settled } from './direction-finder.ts';
import { FileOutcome } from './file-outcome.ts';
import { type ImportedEvent, MissingOption } from './format.ts';
import { rowOf } from './import-row.ts';
import { IngestChunks } from './ingest-chunks.ts';
import type { ImportInput } from './input.ts';
import type { ImportOptions } from './options.ts';
import { readFailure } from './read-failure.ts';
import type { ChunkBounds, FrameSink } from './sink.ts';
import { type ReadableSource, survey } from './survey.ts';
import { UnpackedBudget } from './unpacked-budget.ts';

export interface ImportProgress {
  /** Of the sources as they are stored. */
  readonly bytes: number;
  /** null where a source does not say how long it is. */
  readonly totalBytes: number | null;
  readonly frames: number;
  /** That came into being. */
  readonly entries: number;
  readonly file: string;
}

export interface ImportSettings {
  readonly options: ImportOptions;
  readonly sink: FrameSink;
  readonly bounds: ChunkBounds;
  /** Stops after the chunk that is on its way. */
  readonly signal: AbortSignal;
  /** Called often; must be cheap. */
  readonly onProgress: (progress: ImportProgress) => void;
  /** Of each source, unpacked, after which reading stops; null reads all. */
  readonly bytesMax: number | null;
  /** Of all that is packed, after which no more of it is read; null reads all. */
  readonly unpackedMax: number | null;
  /** Rows say their file and line; false unless given. */
  readonly placed?: boolean;
}

export interface ImportResult {
  /** As the sources were given. */
  readonly files: readonly FileOutcome[];
  /** What the sink threw: the rest was given up. */
  readonly error: Error | null;
  readonly interrupted: boolean;
}

export async function importAll(
  inputs: readonly ImportInput[],
  settings: ImportSettings,
): Promise<ImportResult> {
  return await new Import(inputs, settings).run();
}

interface Reading {
  readonly input: ImportInput;
  readonly outcome: FileOutcome;
  /** Set once its beginning was looked at and can be read. */
  source: ReadableSource | null;
}

class Import {
  readonly #settings: ImportSettings;
  readonly #chunks: IngestChunks;
  readonly #readings: readonly Reading[];
  readonly #totalBytes: number | null;
  readonly #budget: UnpackedBudget | null;
  /** Of sources that are done with, as they are stored. */
  #passed = 0;
  /** Of the one that is open. */
  #read = 0;
  #frames = 0;

  constructor(inputs: readonly ImportInput[], settings: ImportSettings) {
    this.#settings = settings;
    this.#budget = settings.unpackedMax === null ? null : new UnpackedBudget(settings.unpackedMax);
    this.#chunks = new IngestChunks(settings.sink, settings.bounds);
    this.#readings = inputs.map((input) => ({ input, outcome: new FileOutcome(input.name), source: null }));
    const sizes = inputs.map(({ size }) => size);
    this.#totalBytes = sizes.includes(null)
      ? null
      : sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  }

  async run(): Promise<ImportResult> {
    try {
      for (const reading of this.#readings) if (!this.#stopped) await this.#survey(reading);
      for (const reading of inTimeOrder(this.#readings)) if (!this.#stopped) await this.#take(reading);
      if (this.#stopped) await this.#chunks.settled();
      else await this.#chunks.end();
    } catch (error) {
      if (error !== this.#chunks.failure) throw error;
    }
    const files = this.#readings.map(({ outcome }) => outcome);
    return { files, error: this.#chunks.failure, interrupted: this.#stopped };
  }

  get #stopped(): boolean {
    return this.#settings.signal.aborted;
  }

  async #survey(reading: Reading): Promise<void> {
    const { input, outcome } = reading;
    this.#read = 0;
    try {
      const found = await survey(input, () => this.#stored(input), this.#settings.options, this.#budget);
      outcome.recognised = found.recognised;
      outcome.failure = found.failure;
      outcome.lacking = found.lacking;
      outcome.lacks = found.lacks;
      reading.source = found.source;
    } catch (error) {
      if (!this.#stopped) outcome.failure = failureOf(error);
    }
    if (reading.source === null) this.#passed += input.size ?? 0;
  }

  async *#stored(input: ImportInput): AsyncIterable<Uint8Array> {
    for await (const chunk of input.open(this.#settings.signal)) {
      this.#read += chunk.length;
      yield chunk;
    }
  }

  async #take({ input, outcome, source }: Reading): Promise<void> {
    if (source === null) return;
    if (!input.once) this.#read = 0;
    const finder = new DirectionFinder(this.#settings.options.seenFrom);
    try {
      await this.#readTo(input, source, outcome, finder);
      await this.#settle(finder.end(), outcome);
    } catch (error) {
      if (this.#chunks.failure !== null) throw this.#chunks.failure;
      if (this.#stopped) return;
      outcome.failure = failureOf(error);
      outcome.lacking = error instanceof MissingOption;
      outcome.lacks = error instanceof MissingOption ? error.option : null;
      // What came before a break stands as if the file had ended there.
      if (!outcome.lacking) await this.#settle(finder.end(), outcome);
    }
    this.#passed += input.size ?? this.#read;
    this.#read = 0;
  }

  async #readTo(
    input: ImportInput,
    { format, open }: ReadableSource,
    outcome: FileOutcome,
    finder: DirectionFinder,
  ): Promise<void> {
    const { options, bytesMax } = this.#settings;
    let unpacked = 0;
    async function* counted(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
      for await (const chunk of chunks) {
        unpacked += chunk.length;
        yield chunk;
      }
    }
    const { chunks, notes } = await open();
    for await (const lines of format.read(counted(chunks), options)) {
      for (const line of lines) {
        const sent = this.#settle(line.kind === 'frame' ? finder.take(line) : [line], outcome);
        if (sent !== null) await sent;
      }
      outcome.notes = notes();
      this.#tell(input);
      if (this.#stopped) return;
      outcome.partial = bytesMax !== null && unpacked >= bytesMax;
      if (outcome.partial) return;
    }
  }

  /** Where it returns a promise, a chunk was full, and the next line waits for it. */
  #settle(lines: readonly (Settled | ImportedEvent)[], outcome: FileOutcome): Promise<void> | null {
    const { options, placed = false } = this.#settings;
    let sent: Promise<void> | null = null;
    for (const line of lines) {
      if (line.kind === 'skipped') {
        outcome.skip(line.line, line.reason);
        continue;
      }
      const row = rowOf(line, options, placed ? outcome.file : null);
      if (line.kind === 'event') outcome.events += 1;
      else {
        outcome.frames += 1;
        this.#frames += 1;
        outcome.showFirst(line, row.place);
      }
      sent = this.#chunks.add(row, outcome) ?? sent;
    }
    return sent;
  }

  #tell({ name }: ImportInput): void {
    this.#settings.onProgress({
      bytes: this.#passed + this.#read,
      totalBytes: this.#totalBytes,
      frames: this.#frames,
      entries: this.#chunks.entries,
      file: name,
    });
  }
}

/**
 * A glob gives the newest of rotated files first, and a call must come before its answer. Those that do not tell their
 * time keep their place.
 */
function inTimeOrder(readings: readonly Reading[]): readonly Reading[] {
  const begins = ({ source }: Reading) => source?.begins ?? null;
  const telling = readings.filter((reading) => begins(reading) !== null);
  telling.sort((a, b) => (begins(a) ?? 0) - (begins(b) ?? 0));
  return readings.map((reading) => (begins(reading) === null ? reading : (telling.shift() ?? reading)));
}

function failureOf(error: unknown): string {
  if (error instanceof MissingOption) return error.message;
  const failure = readFailure(error);
  if (failure !== null) return failure;
  // It must not lose the other files, and it must be seen.
  return `an error in ocpp-logs: ${error instanceof Error ? error.message : String(error)}`;
}
