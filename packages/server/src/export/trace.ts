/** Open OCPP Trace 1.1, JSON lines: a record for every frame, in the order of their times. */

import { ByteWriter, timeOfId } from '@ocpp-logs/core';
import type { SiteEntry } from '../store/store.ts';
import type { ByteSink, EntryExporter, ExportFormat, Remark } from './format.ts';
import { recordLine } from './trace/record.ts';
import { recordsOf } from './trace/records-of.ts';
import { TimeOrder } from './trace/time-order.ts';

const CHUNK_BYTES = 256 * 1024;
/** Characters of records that wait for their turn. */
const HELD_MAX = 32 * 1024 * 1024;
/** So much earlier than its call an answer may be by its time: extraction rules 1. */
const EARLIER_MS = 10_000;
const DISORDERED = 'records that came too late for their place and stand behind later ones';

export const trace: ExportFormat = {
  name: 'trace',
  title: 'Open OCPP Trace 1.1, a record for every frame, as JSON lines',
  extension: 'jsonl',
  mediaType: 'application/x-ndjson',
  text: true,
  order: 'asc',
  kinds: ['exchange', 'orphan', 'malformed'],
  pseudonymised: false,
  most: null,
  noGroups: 'it has the text of every frame, and the columns of its schema alone',
  open: ({ sites }, sink) => new TraceExporter(sink, { several: sites.length > 1 }),
};

export interface TraceOptions {
  /** Whether records tell their site. */
  readonly several?: boolean;
  readonly heldMax?: number;
}

export class TraceExporter implements EntryExporter {
  readonly #sink: ByteSink;
  readonly #out = new ByteWriter();
  readonly #several: boolean;
  readonly #order: TimeOrder;
  readonly #remarks = new Map<string, number>();
  #last = Number.NEGATIVE_INFINITY;

  constructor(sink: ByteSink, { several = false, heldMax = HELD_MAX }: TraceOptions = {}) {
    this.#sink = sink;
    this.#several = several;
    this.#order = new TimeOrder(heldMax);
  }

  async write(entries: readonly SiteEntry[]): Promise<void> {
    for (const entry of entries) {
      const records = recordsOf(entry);
      if (typeof records === 'string') {
        this.#remark(records);
        continue;
      }
      const { id, charger, site } = entry;
      const told = this.#several ? site : null;
      for (const [part, record] of records.entries()) {
        const rank = entry.kind === 'orphan' ? 1 : record.at < timeOfId(id) ? 2 : 0;
        this.#order.add({ at: record.at, charger, site, rank, id, part, line: recordLine(record, told) });
      }
      await this.#release(timeOfId(id) - EARLIER_MS);
    }
  }

  async end(): Promise<readonly Remark[]> {
    await this.#release(Number.POSITIVE_INFINITY);
    if (this.#out.length > 0) await this.#sink.write(this.#out.take());
    return [...this.#remarks].map(([text, count]) => ({ count, text }));
  }

  cancel(): void {
    this.#out.take();
  }

  async #release(time: number): Promise<void> {
    for (const { at, line } of this.#order.release(time)) {
      if (at < this.#last) this.#remark(DISORDERED);
      this.#last = Math.max(this.#last, at);
      this.#out.text(line);
      this.#out.text('\n');
      if (this.#out.length >= CHUNK_BYTES) await this.#sink.write(this.#out.take());
    }
  }

  #remark(text: string): void {
    this.#remarks.set(text, (this.#remarks.get(text) ?? 0) + 1);
  }
}
