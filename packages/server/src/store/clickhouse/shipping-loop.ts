/** Ships for as long as it runs: what waits at once, then every half second; when ClickHouse is away, ever less often. */

import { StoreUnavailableError } from '../unavailable.ts';
import type { Backfill } from './backfill.ts';
import type { ChangeNumber } from './outbox.ts';
import type { Shipment, Shipper } from './shipper.ts';

/** Between two looks when nothing waited. */
const IDLE_MS = 500;
/** What stations told is looked at so often. */
const STATIONS_MS = 2000;
/** What a station said is in the list of stations within this. */
const STORED_WITHIN_MS = 2000;
const BACK_OFF_MS = 1000;
const BACK_OFF_MAX_MS = 30_000;
/** Where there is always something new, one batch of what was there before comes after so many of what is. */
const NEW_IN_A_ROW = 8;
/** Of failures in a row every so many are told. */
const TOLD_EVERY = 20;

export interface LoopOptions {
  readonly shipper: Pick<Shipper, 'ship' | 'shipStations' | 'stationsAt'>;
  /** Whether it is known which sites there are: before, no station is. */
  readonly knowsSites?: () => boolean;
  /** What was there before. */
  readonly backfill: Pick<Backfill, 'step' | 'sites'>;
  /** Before the first batch: the schema. */
  readonly prepare: () => Promise<void>;
  /** Before each batch: that this folder alone ships to the database. */
  readonly claim: () => Promise<void>;
  readonly waiting: () => { readonly changes: number; readonly oldest: ChangeNumber | null };
  /** A line for the log. */
  readonly report: (line: string) => void;
  /** ms since 1970. */
  readonly now: () => number;
  /** Ends early when the signal is aborted. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface ShippingCounts {
  readonly shipped_entries_total: number;
  readonly shipped_bytes_total: number;
  readonly shipped_batches_total: number;
  readonly shipping_failures_total: number;
  /** 1 while the last try failed. */
  readonly shipping_away: number;
  /** Changes that ClickHouse has not taken. */
  readonly shipping_waiting_changes: number;
  /** Age of the oldest of them. */
  readonly shipping_lag_seconds: number;
  /** Sites of which entries from before are still to be shipped. */
  readonly shipping_sites_behind: number;
  /** For how long others do not know what stations said here; 0 before any of it was shipped. */
  readonly shipping_stations_lag_seconds: number;
}

export class ShippingLoop {
  readonly #options: LoopOptions;
  #prepared = false;
  #claimed = false;
  #entries = 0;
  #bytes = 0;
  #batches = 0;
  #failures = 0;
  #failedInRow = 0;
  #stationsAt = Number.NEGATIVE_INFINITY;
  #stationVersion = 0;
  #newInRow = 0;

  constructor(options: LoopOptions) {
    this.#options = options;
  }

  /** Whether the tables were there in the last round, and this folder ships to them. */
  get isClaimed(): boolean {
    return this.#claimed;
  }

  counts(): ShippingCounts {
    const { changes, oldest } = this.#options.waiting();
    return {
      shipped_entries_total: this.#entries,
      shipped_bytes_total: this.#bytes,
      shipped_batches_total: this.#batches,
      shipping_failures_total: this.#failures,
      shipping_away: this.#failedInRow > 0 ? 1 : 0,
      shipping_waiting_changes: changes,
      // A change's number is the time at which it was noted.
      shipping_lag_seconds: oldest === null ? 0 : Math.max(0, this.#options.now() / 1000 - oldest / 1e6),
      shipping_sites_behind: this.#options.backfill.sites,
      shipping_stations_lag_seconds:
        this.stationsThrough === null ? 0 : Math.max(0, (this.#options.now() - this.stationsThrough) / 1000),
    };
  }

  /** Up to when others can read what stations said here, ms since 1970; null: nothing of it was shipped since the start. */
  get stationsThrough(): number | null {
    const at = this.#options.shipper.stationsAt;
    // A version is a time in us.
    return at === null ? null : Math.floor(at / 1000) - STORED_WITHIN_MS;
  }

  /** Until the signal is aborted; the batch under way is finished or given up. */
  async run(signal: AbortSignal): Promise<void> {
    const { pause } = this.#options;
    while (!signal.aborted) {
      try {
        const more = await this.#round();
        this.#succeeded();
        if (!more) await pause(IDLE_MS, signal);
      } catch (error) {
        this.#failed(error);
        await pause(Math.min(BACK_OFF_MAX_MS, BACK_OFF_MS * 2 ** (this.#failedInRow - 1)), signal);
      }
    }
  }

  /** All that waits, once; for the end of a run. */
  async flush(): Promise<void> {
    if (!this.#prepared || this.#failedInRow > 0) return;
    // Meanwhile another one may have taken its place.
    do await this.#options.claim();
    while (await this.#ship());
    // That they are not connected any more.
    await this.#options.shipper.shipStations(this.#nextVersion());
  }

  async #round(): Promise<boolean> {
    const { prepare, claim } = this.#options;
    this.#claimed = false;
    if (!this.#prepared) await prepare();
    this.#prepared = true;
    await claim();
    this.#claimed = true;
    const more = await this.#ship();
    // Also of a node on which there is always more.
    await this.#stations();
    this.#newInRow = more ? this.#newInRow + 1 : 0;
    // What is new comes first, and not alone: under steady talk there is always more of it.
    if (more && this.#newInRow < NEW_IN_A_ROW) return true;
    this.#newInRow = 0;
    return this.#counted(await this.#options.backfill.step()) || more;
  }

  async #ship(): Promise<boolean> {
    return this.#counted(await this.#options.shipper.ship());
  }

  /** Whether more may wait. */
  #counted({ entries, bytes, more }: Shipment): boolean {
    this.#entries += entries;
    this.#bytes += bytes;
    if (entries > 0) this.#batches += 1;
    return more;
  }

  async #stations(): Promise<void> {
    const { shipper, now, knowsSites = () => true } = this.#options;
    if (!knowsSites()) return;
    const at = now();
    if (at - this.#stationsAt < STATIONS_MS && at >= this.#stationsAt) return;
    const version = this.#nextVersion();
    // They wait for entries that came while they were read.
    if ((await shipper.shipStations(version)) !== null) this.#stationsAt = at;
  }

  #nextVersion(): number {
    this.#stationVersion = Math.max(this.#stationVersion + 1, this.#options.now() * 1000);
    return this.#stationVersion;
  }

  #succeeded(): void {
    if (this.#failedInRow === 0) return;
    this.#options.report(`ClickHouse takes entries again, after ${this.#failedInRow} failures`);
    this.#failedInRow = 0;
  }

  #failed(error: unknown): void {
    this.#failures += 1;
    this.#failedInRow += 1;
    // It may come back without the tables.
    this.#prepared = false;
    if (this.#failedInRow % TOLD_EVERY !== 1) return;
    const message = error instanceof Error ? error.message : String(error);
    const what = error instanceof StoreUnavailableError ? '' : 'a fault that does not pass by itself: ';
    this.#options.report(`nothing is shipped; recording goes on: ${what}${message}`);
  }
}
