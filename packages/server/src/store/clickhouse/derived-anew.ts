/**
 * Ships once more what a newer version derived anew in the site files; of months that were dropped from them it derives
 * anew what ClickHouse holds. One that is broken off begins again, which adds nothing.
 */

import { decodeEntry, type Entry, encodeEntry, timeOfId } from '@ocpp-logs/core';
import { numberOfId } from '../node-number.ts';
import type { SiteRetention } from '../retention.ts';
import type { EntrySource, SiteEntry } from '../store.ts';
import { contentOf } from './batch-content.ts';
import type { DerivedAnew, Outbox } from './outbox.ts';
import { COLUMNS, lineOf } from './record.ts';
import { everything, expiryOf, type Shipment } from './shipper.ts';
import type { Connection } from './sql.ts';

const BATCH_BYTES = 8 * 1024 * 1024;

export interface DerivedAnewOptions {
  readonly connection: Connection;
  readonly outbox: Pick<Outbox, 'derivedAnew' | 'shippedAgain' | 'node'>;
  /** Over the site files. */
  readonly source: Pick<EntrySource, 'entries'>;
  /** Over what ClickHouse holds. */
  readonly shipped: Pick<EntrySource, 'entries'>;
  readonly derive: (entry: Entry) => Entry;
  /** Whose entries are shipped; null: all are of this folder. */
  readonly number: number | null;
  readonly retention?: (site: string) => SiteRetention | undefined;
  readonly batchBytes?: number;
}

interface Reading {
  readonly of: DerivedAnew;
  readonly batches: AsyncIterator<readonly SiteEntry[]>;
  /** Kept until it was taken. */
  batch: readonly Uint8Array[] | null;
}

export class ShipsDerivedAnew {
  readonly #options: DerivedAnewOptions;
  #reading: Reading | null = null;

  constructor(options: DerivedAnewOptions) {
    this.#options = options;
  }

  /** One batch. A failure leaves it as it is, to be sent again. */
  async step(): Promise<Shipment> {
    const { connection, outbox } = this.#options;
    this.#reading ??= this.#begin();
    const reading = this.#reading;
    if (reading === null) return { entries: 0, bytes: 0, more: false };
    reading.batch ??= await this.#batchOf(reading);
    const { batch, of } = reading;
    if (batch.length === 0) {
      outbox.shippedAgain(of);
      this.#reading = null;
      return { entries: 0, bytes: 0, more: true };
    }
    const token = `${outbox.node}:anew:${of.version}:${contentOf(batch)}`;
    await connection.insert(`${connection.database}.entry`, COLUMNS, batch, token);
    reading.batch = null;
    return { entries: batch.length, bytes: batch.reduce((sum, line) => sum + line.length, 0), more: true };
  }

  /** What was read is read again: something was erased of the files since. */
  forget(): void {
    void this.#reading?.batches.return?.();
    this.#reading = null;
  }

  #begin(): Reading | null {
    const of = this.#options.outbox.derivedAnew();
    return of === null ? null : { of, batches: this.#entries(of), batch: null };
  }

  async *#entries({ site, first, end, dropped }: DerivedAnew): AsyncGenerator<readonly SiteEntry[]> {
    const { source, shipped, derive, number } = this.#options;
    const filters = [{ ...everything(site, timeOfId(first)), to: timeOfId(end) }];
    const query = { filters, order: 'asc', take: null, only: null } as const;
    if (dropped) {
      for await (const entries of shipped.entries(query)) {
        // Those of another node it may be changing.
        const own = entries.filter(({ id }) => number === null || numberOfId(id) === number);
        yield own.map((entry) => anew(entry, derive));
      }
    }
    yield* source.entries(query);
  }

  async #batchOf({ batches, of }: Reading): Promise<readonly Uint8Array[]> {
    const { batchBytes = BATCH_BYTES, retention } = this.#options;
    const lines: Uint8Array[] = [];
    for (let bytes = 0; bytes < batchBytes; ) {
      const next = await batches.next();
      if (next.done === true) break;
      for (const entry of next.value) {
        const line = lineOf(entry, of.version, expiryOf(entry, retention?.(entry.site)));
        lines.push(line);
        bytes += line.length;
      }
    }
    return lines;
  }
}

function anew(entry: SiteEntry, derive: (entry: Entry) => Entry): SiteEntry {
  return { ...encodeEntry(entry.id, derive(decodeEntry(entry))), site: entry.site };
}
