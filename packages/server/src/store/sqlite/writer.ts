/** The one writer of a data folder: entries into site files, facts into the index. Runs in the recorder's thread. */

import type { Entry, EntryId } from '@ocpp-logs/core';
import { EXTRACTION_VERSION, encodeEntry, timeOfId } from '@ocpp-logs/core';
import type { Erasure } from '../erasure.ts';
import { ordinalsOf, readNode } from '../node-number.ts';
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
import { BLOCK_RECORDS } from './block.ts';
import { BlockCache } from './block-cache.ts';
import { connectorOf, lagOf, PENDING } from './codes.ts';
import { IndexChanges } from './index-changes.ts';
import { knownItems } from './known.ts';
import { indexPath } from './layout.ts';
import { Maintenance } from './maintenance.ts';
import type { Month, Place } from './month.ts';
import { checkTime, monthOf, placeOfId, startOfMonth } from './month.ts';
import { insertPacked, isNewAndEnded, type NewEntry } from './packed-inserts.ts';
import { Recalls } from './recalls.ts';
import { storedEntry, unlessUnreadable } from './record.ts';
import { RunMark } from './run-mark.ts';
import type { SiteFile } from './site-file.ts';
import { DamagedSiteFile, damageOf, SiteFiles } from './site-files.ts';
import { isAway, messageOf } from './sql.ts';
import { openIndex } from './start.ts';
import { StationIdentities } from './station-identities.ts';
import { syncPaths } from './sync.ts';
import { traitName, traitOf } from './trait.ts';
import { TransactionFacts } from './transactions.ts';
import { unansweredCalls } from './unanswered.ts';
import type { WriterOptions } from './writer-options.ts';

const OPEN_FILES = 256;
const BUSY_MS = 1000;
const BLOCKS_BYTES = 8 * 1024 * 1024;

export function openWriter(options: WriterOptions): SqliteWriter {
  return new SqliteWriter(options);
}

/**
 * Any call may throw a {@link StoreUnavailableError}: all since the last commit is undone, ids given since are taken back
 * (slots are null again), and the caller applies the same changes again. A commit that failed midway is repeated without harm.
 */
export class SqliteWriter implements EntryWriter {
  /** Of what was dropped. */
  readonly recalls: Recalls;
  readonly #files: SiteFiles;
  readonly #indexChanges: IndexChanges;
  readonly #identities: StationIdentities;
  readonly #transactions: TransactionFacts;
  readonly #runMark: RunMark;
  readonly #maintenance: Maintenance;
  readonly #blocks: BlockCache;
  readonly #folder: string;
  readonly #report: (message: string) => void;
  #syncing: Promise<void> = Promise.resolve();
  #uncounted = 0;
  #closed = false;

  constructor(options: WriterOptions) {
    const { folder, report, openFiles = OPEN_FILES, busy = BUSY_MS } = options;
    const { extraction = EXTRACTION_VERSION, beforeCommit = () => undefined } = options;
    this.#folder = folder;
    this.#report = report;
    this.#blocks = new BlockCache(BLOCKS_BYTES, report);
    const index = openIndex(folder, busy, report);
    const ordinals = ordinalsOf(readNode(folder)?.number ?? null);
    const files = { folder, report, extraction, open: openFiles, busy, beforeCommit, ordinals };
    this.#files = new SiteFiles(index, files);
    this.#indexChanges = new IndexChanges(index, options);
    this.#identities = new StationIdentities(index.db);
    this.#transactions = new TransactionFacts(this.#files);
    this.#runMark = new RunMark(index);
    this.#maintenance = new Maintenance(this.#files, {
      ...options,
      extraction,
      blocks: this.#blocks,
      onRemoved: () => this.#transactions.forget(),
    });
    this.recalls = new Recalls(this.#files, {
      held: this.#maintenance.held,
      guard: (work) => this.#committed(work),
      abandon: () => this.#maintenance.abandon(),
    });
  }

  apply(site: string, changes: readonly EntryChange[], settled = false): void {
    this.#guard(() => {
      const packed = settled ? changes.filter(isNewAndEnded) : [];
      const whole = packed.length < BLOCK_RECORDS;
      const rest = whole ? changes : changes.filter((change) => !isNewAndEnded(change));
      if (!whole) this.#insertPacked(site, packed);
      this.#applyEach(site, rest);
    });
  }

  #applyEach(site: string, changes: readonly EntryChange[]): void {
    let file: SiteFile | null = null;
    // Month of `file`, ms.
    let from = 0;
    let to = 0;
    for (const change of changes) {
      const { at } = change.entry;
      checkTime(at);
      if (file === null || at < from || at >= to) {
        const month = monthOf(at);
        file = this.#obtain(site, month);
        from = startOfMonth(month);
        to = startOfMonth(month + 1);
      }
      try {
        this.#change(file, change);
      } catch (error) {
        throw damageOf(file, error);
      }
    }
  }

  #insertPacked(site: string, changes: readonly EntryChange[]): void {
    for (const { entry } of changes) checkTime(entry.at);
    const ordered = changes.toSorted((a, b) => a.entry.at - b.entry.at);
    for (const [month, ofMonth] of Map.groupBy(ordered, ({ entry }) => monthOf(entry.at))) {
      const file = this.#obtain(site, month);
      this.#files.within(file, () => this.#insertInto(file, ofMonth));
    }
  }

  /** In the order of time. */
  #insertInto(file: SiteFile, changes: readonly EntryChange[]): void {
    let taken: Place = -1;
    const entries = changes.map(({ slot, entry }): NewEntry & { readonly slot: Slot } => {
      const place = file.nextPlace(entry.at, taken);
      taken = place;
      const text = encodeEntry(file.idOf(place), entry);
      this.#indexChanges.see(file, entry);
      return {
        slot,
        place,
        text,
        row: file.rowOf(text, connectorOf(entry), lagOf(entry), traitName(traitOf(entry))),
      };
    });
    insertPacked(file, entries);
    for (const { place, row, text, slot } of entries) {
      this.#maintenance.changed(file, place, row, text);
      file.assign(slot, place);
    }
  }

  #obtain(site: string, month: Month): SiteFile {
    const file = this.#files.obtain(site, month);
    this.#files.begin(file);
    return file;
  }

  known(site: string, items: readonly SourceItem[]): boolean[] {
    return this.#guard(() =>
      knownItems({ files: this.#files, blocks: this.#blocks, report: this.#report }, site, items),
    );
  }

  read(site: string, id: EntryId): Entry | null {
    return this.#guard(() => {
      const month = monthOf(timeOfId(id));
      const file = this.#files.get(site, month);
      return file === null ? null : this.#files.within(file, () => this.#entry(file, placeOfId(month, id)));
    });
  }

  unanswered(site: string, from: number, to: number, max: number): readonly UnansweredCall[] {
    return this.#guard(() => unansweredCalls(this.#files, site, from, to, max));
  }

  *pending(): Generator<{ readonly site: string; readonly stored: StoredEntry }> {
    for (const row of this.#guard(() => this.#files.index.unfinished())) {
      const places = this.#unlessSetAside(() => {
        const file = this.#files.of(row);
        if (file === null) return [];
        return this.#files.within(file, () =>
          file.db.numbers(`SELECT id FROM entry WHERE outcome = ${PENDING} ORDER BY id`),
        );
      });
      for (const [place = 0] of places ?? []) {
        const stored = this.#unlessSetAside(() => {
          const file = this.#files.of(row);
          if (file === null) return null;
          const entry = this.#files.within(file, () => this.#entry(file, place));
          return entry?.outcome === 'pending' ? { id: file.idOf(place), entry } : null;
        });
        if (stored !== null) yield { site: row.site, stored };
      }
    }
  }

  transaction(site: string, charger: string, transaction: string, at: number): TransactionFact | null {
    return this.#guard(() => this.#transactions.find(site, charger, transaction, at));
  }

  rememberTransaction(site: string, charger: string, fact: TransactionFact): void {
    this.#transactions.remember(site, charger, fact);
  }

  rememberCharger(site: string, charger: string, facts: ChargerFacts): void {
    this.#indexChanges.charger(site, charger, facts);
  }

  stationIdentity(site: string, charger: string): StationIdentity {
    return this.#guard(() => this.#identities.get(site, charger));
  }

  rememberIdentity(site: string, charger: string, serial: string | null): void {
    this.#identities.put(site, charger, serial);
  }

  connectionOpened(connection: OpenConnection): void {
    this.#indexChanges.opened(connection);
  }

  capturedThrough(site: string, connection: string, at: number): void {
    this.#indexChanges.capturedThrough(site, connection, at);
  }

  connectionClosed(site: string, connection: string): void {
    this.#indexChanges.closed(site, connection);
  }

  openConnections(): readonly OpenConnection[] {
    return this.#indexChanges.open();
  }

  recordedThrough(at: number | null): void {
    this.#runMark.tell(at);
  }

  interrupted(site?: string): number | null {
    return site === undefined ? this.#runMark.found : this.#runMark.since(site);
  }

  commit(): number {
    return this.#guard(() => {
      this.#transactions.write();
      this.#indexChanges.writeOpened();
      this.#uncounted += this.#files.commit();
      this.#maintenance.commit();
      this.#transactions.committed();
      // After the entries: of nothing else does the index tell more than the site files hold.
      this.#indexChanges.write();
      this.#identities.write();
      this.#runMark.write();
      const changed = this.#uncounted;
      this.#uncounted = 0;
      return changed;
    });
  }

  sync(): Promise<void> {
    // After the one under way: what that has taken is on the disk, or has been given back, before this one looks.
    const done = this.#syncing.then(() => this.#sync());
    // Its failure is its caller's; the next one tries again.
    this.#syncing = done.catch(() => undefined);
    return done;
  }

  erase(erasure: Erasure): void {
    this.#maintenance.erase(erasure);
  }

  maintain(now: number, retention: ReadonlyMap<string, SiteRetention>): boolean {
    return this.#guard(() => this.#maintenance.step(now, retention));
  }

  /** Commits what the site's files have open, then packs in steps of its own. */
  seal(site: string): void {
    this.#committed(() => this.#maintenance.sealSite(site));
  }

  /** Looks at a file in which a reader found damage; true if it was set aside. Commits first. */
  inspect(number: number): boolean {
    this.#committed(() => undefined);
    const row = this.#guard(() => this.#files.index.byNumber(number));
    if (row === null) return false;
    try {
      this.#guard(() => {
        const file = this.#files.of(row);
        if (file !== null) this.#files.within(file, () => file.quickCheck());
      });
      return false;
    } catch (error) {
      if (error instanceof StoreUnavailableError && error.cause instanceof DamagedSiteFile) return true;
      throw error;
    }
  }

  /** What is not committed is lost. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#maintenance.abandon();
    this.#files.rollback();
    this.#files.close();
  }

  async #sync(): Promise<void> {
    const { databases, folder } = this.#files.takeUnsynced();
    const through = this.#runMark.committed;
    const paths = [...databases, indexPath(this.#folder)].map((path) => `${path}-wal`);
    if (folder !== null) paths.push(folder);
    const failures = await syncPaths(paths);
    if (failures.length > 0) {
      this.#files.giveBack(databases);
      throw new StoreUnavailableError(`fsync failed: ${messageOf(failures[0])}`, failures[0]);
    }
    this.#runMark.synced(through);
  }

  #change(file: SiteFile, { slot, entry }: EntryChange): void {
    const place = slot.id === null ? file.nextPlace(entry.at) : placeOfId(file.month, slot.id);
    const text = encodeEntry(slot.id ?? file.idOf(place), entry);
    if (slot.id !== null && timeOfId(slot.id) !== entry.at) {
      throw new RangeError(`entry ${slot.id} cannot move to another time`);
    }
    const row = file.rowOf(text, connectorOf(entry), lagOf(entry), traitName(traitOf(entry)));
    this.#indexChanges.see(file, entry);
    const before = slot.id === null ? null : file.row(place);
    // Without a row of its id it is written anew: retention took it, or its file was set aside.
    if (before === null) file.insert(place, row, text);
    else file.replace(place, before, row, text);
    this.#maintenance.changed(file, place, row, text);
    if (slot.id === null) file.assign(slot, place);
  }

  #entry(file: SiteFile, place: Place): Entry | null {
    const row = file.row(place);
    if (row === null) return null;
    const what = `the text of entry ${file.idOf(place)}`;
    return unlessUnreadable(this.#report, what, () => storedEntry(file.text(place, row, this.#blocks, true)));
  }

  /** null where the file turned out damaged meanwhile: it costs what it holds, and not the others. */
  #unlessSetAside<T>(work: () => T): T | null {
    try {
      return this.#guard(work);
    } catch (error) {
      if (error instanceof StoreUnavailableError && error.cause instanceof DamagedSiteFile) return null;
      throw error;
    }
  }

  #committed<T>(work: () => T): T {
    return this.#guard(() => {
      this.#uncounted += this.#files.commit();
      return work();
    });
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      this.#maintenance.abandon();
      this.#files.rollback();
      this.#blocks.clear();
      this.#transactions.forget();
      // What did become visible is applied and counted again by the caller.
      this.#uncounted = 0;
      if (error instanceof DamagedSiteFile) {
        this.#files.setAside(error.file, error.message);
        throw new StoreUnavailableError('a damaged file was set aside; the same call works again', error);
      }
      if (error instanceof StoreUnavailableError || !isAway(error)) throw error;
      throw new StoreUnavailableError(`the store is away: ${messageOf(error)}`, error);
    }
  }
}
