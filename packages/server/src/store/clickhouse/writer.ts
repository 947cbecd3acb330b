/**
 * The writer in front of ClickHouse: that of the site files, which notes beside each commit what changed. It waits for
 * nobody; a shipper brings to ClickHouse what was noted.
 */

import type { Entry, EntryId } from '@ocpp-logs/core';
import type { Erasure } from '../erasure.ts';
import type { SiteRetention } from '../retention.ts';
import type {
  ChargerFacts,
  EntryChange,
  EntryWriter,
  OpenConnection,
  Slot,
  SourceItem,
  StationIdentity,
  StoredEntry,
  TransactionFact,
  UnansweredCall,
} from '../store.ts';
import { StoreUnavailableError } from '../unavailable.ts';
import type { Change, ChangeNumber, Outbox } from './outbox.ts';

/** It has no id before it is stored. */
interface Changed {
  readonly site: string;
  readonly slot: Slot;
}

/** Fails as the writer of the spool does: then everything since the last commit is undone. */
export class SpoolWriter implements EntryWriter {
  readonly #spool: EntryWriter;
  readonly #outbox: Outbox;
  /** Changed, and not noted yet. */
  #changed: Changed[] = [];
  #noted: ChangeNumber | null = null;
  /** By site, calls that waited when the run began, and did not change since. */
  readonly #recovered = new Map<string, Set<EntryId>>();

  /** `open` opens the writer of the site files, which calls back before it commits any of them. */
  constructor(outbox: Outbox, open: (beforeCommit: () => void) => EntryWriter) {
    this.#outbox = outbox;
    this.#spool = open(() => this.#note());
  }

  apply(site: string, changes: readonly EntryChange[], settled?: boolean): void {
    // First: of many files some may be committed before all is applied.
    for (const { slot } of changes) this.#changed.push({ site, slot });
    this.#unlessUndone(() => this.#spool.apply(site, changes, settled));
  }

  commit(): number {
    return this.#unlessUndone(() => {
      this.#note();
      const visible = this.#spool.commit();
      this.#settle();
      return visible;
    });
  }

  /** Commits, as the spool's does. */
  seal(site: string): void {
    this.#unlessUndone(() => {
      this.#spool.seal(site);
      this.#settle();
    });
  }

  known(site: string, items: readonly SourceItem[]): boolean[] {
    return this.#unlessUndone(() => this.#spool.known(site, items));
  }

  read(site: string, id: EntryId): Entry | null {
    return this.#unlessUndone(() => this.#spool.read(site, id));
  }

  unanswered(site: string, from: number, to: number, max: number): readonly UnansweredCall[] {
    return this.#unlessUndone(() => this.#spool.unanswered(site, from, to, max));
  }

  *pending(): Iterable<{ readonly site: string; readonly stored: StoredEntry }> {
    for (const { site, stored } of this.#spool.pending()) {
      const ofSite = this.#recovered.get(site) ?? new Set();
      this.#recovered.set(site, ofSite.add(stored.id));
      yield { site, stored };
    }
  }

  transaction(site: string, charger: string, transaction: string, at: number): TransactionFact | null {
    return this.#unlessUndone(() => this.#spool.transaction(site, charger, transaction, at));
  }

  rememberTransaction(site: string, charger: string, fact: TransactionFact): void {
    this.#spool.rememberTransaction(site, charger, fact);
  }

  rememberCharger(site: string, charger: string, facts: ChargerFacts): void {
    this.#spool.rememberCharger(site, charger, facts);
  }

  stationIdentity(site: string, charger: string): StationIdentity {
    return this.#unlessUndone(() => this.#spool.stationIdentity(site, charger));
  }

  rememberIdentity(site: string, charger: string, serial: string | null): void {
    this.#spool.rememberIdentity(site, charger, serial);
  }

  connectionOpened(connection: OpenConnection): void {
    this.#spool.connectionOpened(connection);
  }

  capturedThrough(site: string, connection: string, at: number): void {
    this.#spool.capturedThrough(site, connection, at);
  }

  connectionClosed(site: string, connection: string): void {
    this.#spool.connectionClosed(site, connection);
  }

  openConnections(): readonly OpenConnection[] {
    return this.#spool.openConnections();
  }

  recordedThrough(at: number | null): void {
    this.#spool.recordedThrough(at);
  }

  interrupted(site?: string): number | null {
    return this.#spool.interrupted(site);
  }

  sync(): Promise<void> {
    return this.#spool.sync();
  }

  maintain(now: number, retention: ReadonlyMap<string, SiteRetention>): boolean {
    return this.#unlessUndone(() => this.#spool.maintain(now, retention));
  }

  /** What was changed is shipped again at the end of the run: the engine's rows of it are replaced then, and are to go. */
  erase(erasure: Erasure): void {
    const ids = new Set<EntryId>();
    this.#spool.erase({
      ...erasure,
      occurrences: (text) => {
        const count = erasure.occurrences(text);
        if (count > 0) ids.add(text.id);
        return count;
      },
      onProgress: (progress) => {
        if (!progress.ended || erasure.dry) {
          erasure.onProgress(progress);
          return;
        }
        const { id, site } = erasure;
        const noted = orAway(() => this.#outbox.noteErased(id, site, [...ids]));
        this.#outbox.settle(noted);
        erasure.onProgress({ ...progress, noted });
      },
    });
  }

  close(): void {
    this.#spool.close();
    this.#outbox.close();
  }

  #note(): void {
    const given: Change[] = [];
    const left: Changed[] = [];
    for (const change of this.#changed) {
      const { id } = change.slot;
      if (id === null) left.push(change);
      else
        given.push({ site: change.site, id, recovered: this.#recovered.get(change.site)?.has(id) === true });
    }
    this.#noted = orAway(() => this.#outbox.note(given)) ?? this.#noted;
    for (const { site, id } of given) this.#recovered.get(site)?.delete(id);
    this.#changed = left;
  }

  #settle(): void {
    if (this.#noted !== null) this.#outbox.settle(this.#noted);
    this.#noted = null;
  }

  #unlessUndone<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      this.#changed = [];
      throw error;
    }
  }
}

function orAway<T>(note: () => T): T {
  try {
    return note();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new StoreUnavailableError(`outbox.db is away: ${message}`, error);
  }
}
