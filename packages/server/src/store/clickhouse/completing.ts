/**
 * Compares months of the folder with what ClickHouse holds of them, and ships once more what it lacks: before a month is
 * dropped, and where ClickHouse turns out to be behind what it once took.
 */

import { randomUUID } from 'node:crypto';
import { timeOfId } from '@ocpp-logs/core';
import type { SiteRetention } from '../retention.ts';
import type { EntrySource, SiteEntry } from '../store.ts';
import type { AskedMonth, ComparedMonths } from './compared-months.ts';
import type { ChangeNumber } from './outbox.ts';
import { COLUMNS, lineOf } from './record.ts';
import { everything, expiryOf, type Shipment } from './shipper.ts';
import type { Connection } from './sql.ts';
import { entriesThere, standingOf } from './there.ts';

const DAY_S = 86_400;

export interface CompletingOptions {
  readonly connection: Pick<Connection, 'database' | 'rows' | 'insert'>;
  readonly compared: Pick<ComparedMonths, 'next' | 'answer'>;
  /** Over the site files. */
  readonly source: Pick<EntrySource, 'entries'>;
  /** Up to which number of change the site files hold what was noted. */
  readonly committed: () => ChangeNumber;
  /** Name of this node. */
  readonly node: string;
  readonly retention?: (site: string) => SiteRetention | undefined;
  /** ms since 1970. */
  readonly now: () => number;
  /** ClickHouse has what it lacked. */
  readonly onCompleted: (month: AskedMonth, entries: number) => void;
  /** How many entries ClickHouse does not hold as they stand here, whatever was shipped again. */
  readonly onCompared: (month: AskedMonth, differing: number) => void;
}

interface Reading {
  readonly month: AskedMonth;
  readonly batches: AsyncIterator<readonly SiteEntry[]>;
  /** Kept until it was looked at. */
  batch: Batch | null;
  completed: number;
  differing: number;
}

interface Batch {
  readonly entries: readonly SiteEntry[];
  /** Above that of all that was shipped of them, below that of what changes from now on. */
  readonly version: ChangeNumber;
  readonly token: string;
}

export class Completing {
  readonly #options: CompletingOptions;
  #reading: Reading | null = null;

  constructor(options: CompletingOptions) {
    this.#options = options;
  }

  /** One batch. A failure leaves it as it is, to be looked at again. */
  async step(): Promise<Shipment> {
    this.#reading ??= this.#begin();
    const reading = this.#reading;
    if (reading === null) return { entries: 0, bytes: 0, more: false };
    reading.batch ??= await this.#next(reading);
    if (reading.batch === null) {
      this.#end(reading);
      return { entries: 0, bytes: 0, more: true };
    }
    const shipped = await this.#complete(reading, reading.batch);
    reading.batch = null;
    return shipped;
  }

  /** What was read is read again: something was erased of the files since. */
  forget(): void {
    void this.#reading?.batches.return?.();
    this.#reading = null;
  }

  #begin(): Reading | null {
    const { compared, source } = this.#options;
    const month = compared.next();
    if (month === null) return null;
    const { site, first, end } = month;
    const filters = [{ ...everything(site, timeOfId(first)), to: timeOfId(end) }];
    const found = source.entries({ filters, order: 'asc', take: null, only: null });
    return { month, batches: found[Symbol.asyncIterator](), batch: null, completed: 0, differing: 0 };
  }

  async #next({ batches }: Reading): Promise<Batch | null> {
    const { committed, node, now, retention } = this.#options;
    // Before it is read: what is noted with a higher number may be in it, and what is not in it has one.
    const version = committed();
    const { done, value: entries } = await batches.next();
    if (done === true) return null;
    // What goes within a day may be gone there already.
    const until = Math.floor(now() / 1000) + DAY_S;
    const kept = entries.filter((entry) => expiryOf(entry, retention?.(entry.site)) > until);
    return { entries: kept, version, token: `${node}:again:${randomUUID()}` };
  }

  async #complete(reading: Reading, { entries, version, token }: Batch): Promise<Shipment> {
    const { connection, retention } = this.#options;
    const { lacking, others } = await this.#look(reading, entries, version);
    // Of what is only to be completed they may have changed meanwhile, and are shipped as such.
    if (reading.month.file !== null) reading.differing += others;
    if (lacking.length === 0) return { entries: 0, bytes: 0, more: true };
    const lines = lacking.map((entry) => lineOf(entry, version, expiryOf(entry, retention?.(entry.site))));
    await connection.insert(`${connection.database}.entry`, COLUMNS, lines, token);
    const left = await this.#look(reading, lacking, version);
    reading.completed += lacking.length - left.lacking.length - left.others;
    reading.differing += left.lacking.length + left.others;
    return { entries: lines.length, bytes: lines.reduce((sum, line) => sum + line.length, 0), more: true };
  }

  async #look({ month: { site } }: Reading, entries: readonly SiteEntry[], version: ChangeNumber) {
    const ids = entries.map(({ id }) => id);
    const there = await entriesThere(this.#options.connection, site, ids);
    const standing = Map.groupBy(entries, (entry) => standingOf(entry, there.get(entry.id), version));
    return { lacking: standing.get('lacks') ?? [], others: standing.get('other')?.length ?? 0 };
  }

  #end({ month, completed, differing }: Reading): void {
    const { compared, onCompleted, onCompared } = this.#options;
    this.#reading = null;
    compared.answer(month, differing);
    if (completed > 0) onCompleted(month, completed);
    onCompared(month, differing);
  }
}
