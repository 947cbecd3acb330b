/**
 * Ships what a folder held before anything was noted in its outbox: of a log that was kept without ClickHouse, or of a
 * back-up. Site by site, in batches; what was changed since is not touched, as its version is higher.
 */

import { timeOfId } from '@ocpp-logs/core';
import type { MovedMonth } from '../migrate/checkpoint.ts';
import type { SiteRetention } from '../retention.ts';
import type { EntrySource, SiteEntry } from '../store.ts';
import { contentOf } from './batch-content.ts';
import type { Outbox, Unfilled } from './outbox.ts';
import { COLUMNS, lineOf } from './record.ts';
import { everything, expiryOf, type Shipment } from './shipper.ts';
import type { Connection } from './sql.ts';

/** Unless `migrate` wrote rows there. */
const VERSION = 1;
const BATCH_BYTES = 8 * 1024 * 1024;

export interface BackfillOptions {
  readonly connection: Connection;
  readonly outbox: Pick<Outbox, 'unfilled' | 'filled'>;
  /** Name of this node, the same over restarts. */
  readonly node: string;
  readonly source: Pick<EntrySource, 'entries'>;
  /** All that have entries. */
  readonly sites: () => Iterable<string>;
  readonly retention?: (site: string) => SiteRetention | undefined;
  /** Of a site, ms, oldest first: what is there already. */
  readonly moved?: (site: string) => Promise<readonly Pick<MovedMonth, 'from' | 'to'>[]>;
  /** Of its rows: below that of any change, and above that of what `migrate` wrote, which may have changed since. */
  readonly version?: () => number;
  readonly batchBytes?: number;
}

/** A site that is read on, and what of it is to be sent, again where that failed. */
interface Reading {
  readonly site: string;
  readonly version: number;
  readonly batches: AsyncIterator<readonly SiteEntry[]>;
  batch: Batch | null;
}

interface Batch {
  readonly lines: readonly Uint8Array[];
  readonly bytes: number;
  readonly last: SiteEntry;
}

export class Backfill {
  readonly #options: BackfillOptions;
  #left: Unfilled[] | null = null;
  #reading: Reading | null = null;

  constructor(options: BackfillOptions) {
    this.#options = options;
  }

  /** Sites of which something may be missing; 0 before the first step. */
  get sites(): number {
    return (this.#left?.length ?? 0) + (this.#reading === null ? 0 : 1);
  }

  /** One batch. A failure leaves it as it is, to be sent again. */
  async step(): Promise<Shipment> {
    const { outbox, sites } = this.#options;
    this.#left ??= [...outbox.unfilled(sites)].reverse();
    this.#reading ??= this.#next(this.#left.pop());
    const reading = this.#reading;
    if (reading === null) return { entries: 0, bytes: 0, more: false };
    reading.batch ??= await this.#batchOf(reading);
    const { batch } = reading;
    if (batch === null) {
      outbox.filled(reading.site, null);
      this.#reading = null;
      return { entries: 0, bytes: 0, more: true };
    }
    await this.#send(reading.site, batch);
    outbox.filled(reading.site, batch.last.id);
    reading.batch = null;
    return { entries: batch.lines.length, bytes: batch.bytes, more: true };
  }

  /** What was read and is not sent is read again: something was erased of the files since. */
  forget(): void {
    void this.#reading?.batches.return?.();
    this.#reading = null;
    this.#left = null;
  }

  #next(unfilled: Unfilled | undefined): Reading | null {
    if (unfilled === undefined) return null;
    const { site, after } = unfilled;
    const { version = () => VERSION } = this.#options;
    // Of the millisecond of the last one all are sent again, which adds nothing.
    return { site, version: version(), batches: this.#entries(site, timeOfId(after)), batch: null };
  }

  async *#entries(site: string, first: number): AsyncGenerator<readonly SiteEntry[]> {
    const { source, moved = async () => [] } = this.#options;
    const read = (from: number, to: number) =>
      source.entries({ filters: [{ ...everything(site, from), to }], order: 'asc', take: null, only: null });
    let from = first;
    for (const month of await moved(site)) {
      if (month.from > from) yield* read(from, month.from);
      from = Math.max(from, month.to);
    }
    yield* read(from, Number.MAX_SAFE_INTEGER);
  }

  async #batchOf({ batches, version }: Reading): Promise<Batch | null> {
    const { batchBytes = BATCH_BYTES, retention } = this.#options;
    const lines: Uint8Array[] = [];
    let bytes = 0;
    let last: SiteEntry | null = null;
    while (bytes < batchBytes) {
      const next = await batches.next();
      if (next.done === true) break;
      for (const entry of next.value) {
        const line = lineOf(entry, version, expiryOf(entry, retention?.(entry.site)));
        lines.push(line);
        bytes += line.length;
        last = entry;
      }
    }
    return last === null ? null : { lines, bytes, last };
  }

  async #send(site: string, { lines, last }: Batch): Promise<void> {
    const { connection, node } = this.#options;
    const token = `${node}:before:${site}:${last.id}:${contentOf(lines)}`;
    await connection.insert(`${connection.database}.entry`, COLUMNS, lines, token);
  }
}
