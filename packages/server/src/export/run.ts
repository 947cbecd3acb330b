/** Runs an export from its first entry to its last byte; memory is constant. */

import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Kind } from '@ocpp-logs/core';
import type { EntriesQuery, EntrySource, SiteEntry } from '../store/store.ts';
import type { ExportProgress, ExportResult, ExportWish } from './export.ts';
import type { ByteSink } from './format.ts';
import { FORMATS, type Formats } from './formats.ts';
import { type Transform, transformFor } from './transform.ts';
import { wholeSite } from './whole-site.ts';

const PROGRESS_MS = 100;

/** Rejects with the reason of `signal` once that is aborted. What the sink has got by then is no whole export. */
export async function runExport(
  source: EntrySource,
  wish: ExportWish,
  sink: ByteSink,
  onProgress: (progress: ExportProgress) => void = () => undefined,
  signal: AbortSignal = new AbortController().signal,
  formats: Formats = FORMATS,
): Promise<ExportResult> {
  const format = formats[wish.format];
  const query = { ...wish.query, order: format.order ?? wish.query.order };
  const transform = transformFor(wish);
  const passes = transform.collect === null ? 1 : 2;
  const counting = new CountingSink(sink);
  const reported = new Reported(onProgress, passes, counting);
  if (transform.collect !== null) await collect(source, query, transform.collect, reported, signal);
  reported.nextPass();
  const kinds: Partial<Record<Kind, number>> = {};
  const exporter = format.open(wish.form, counting, wish.pseudonymKey !== null);
  try {
    for await (const entries of batches(source, query, signal)) {
      await exporter.write(transform.map(entries));
      for (const { kind } of entries) kinds[kind] = (kinds[kind] ?? 0) + 1;
      reported.more(entries.length);
    }
    const remarks = await exporter.end();
    signal.throwIfAborted();
    reported.end();
    const { entries } = reported;
    return { entries, bytes: counting.bytes, sha256: counting.digest(), kinds, remarks };
  } catch (error) {
    exporter.cancel();
    throw error;
  }
}

/** Of the whole sites, whatever is exported: what one export names must not stand in clear in another one. */
async function collect(
  source: EntrySource,
  { filters }: EntriesQuery,
  see: NonNullable<Transform['collect']>,
  reported: Reported,
  signal: AbortSignal,
): Promise<void> {
  reported.nextPass();
  for (const { site } of filters) {
    const query = { filters: [wholeSite(site)], order: 'asc', take: null, only: null } as const;
    for await (const entries of batches(source, query, signal)) {
      see(entries);
      reported.more(entries.length);
    }
  }
  reported.end();
}

/** A source answers without waiting: the thread's other work, signals among it, gets its turn between two batches. */
async function* batches(
  source: EntrySource,
  query: EntriesQuery,
  signal: AbortSignal,
): AsyncGenerator<readonly SiteEntry[]> {
  for await (const entries of source.entries(query, signal)) {
    await setImmediate();
    signal.throwIfAborted();
    yield entries;
  }
}

class CountingSink implements ByteSink {
  bytes = 0;
  readonly #hash = createHash('sha256');
  readonly #sink: ByteSink;

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.bytes += bytes.length;
    this.#hash.update(bytes);
    await this.#sink.write(bytes);
  }

  digest(): string {
    return this.#hash.digest('hex');
  }
}

/** Tells of the progress, but not too often. */
class Reported {
  entries = 0;
  #pass = 0;
  #last = Number.NEGATIVE_INFINITY;
  readonly #tell: (progress: ExportProgress) => void;
  readonly #passes: number;
  readonly #sink: CountingSink;

  constructor(tell: (progress: ExportProgress) => void, passes: number, sink: CountingSink) {
    this.#tell = tell;
    this.#passes = passes;
    this.#sink = sink;
  }

  nextPass(): void {
    this.#pass += 1;
    this.entries = 0;
  }

  more(entries: number): void {
    this.entries += entries;
    const now = performance.now();
    if (now - this.#last < PROGRESS_MS) return;
    this.#last = now;
    this.end();
  }

  end(): void {
    const { entries } = this;
    this.#tell({ entries, bytes: this.#sink.bytes, pass: this.#pass, passes: this.#passes });
  }
}
