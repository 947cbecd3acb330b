/** A store that keeps nothing: what comes of an import without importing it. */

import type { Entry, EntryId } from '@ocpp-logs/core';
import { firstIdAt, timeOfId } from '@ocpp-logs/core';
import type {
  EntryChange,
  EntryWriter,
  OpenConnection,
  SourceItem,
  StationIdentity,
  StoredEntry,
  TransactionFact,
  UnansweredCall,
} from '../../store/store.ts';
import { BARE_ENTRY } from './tracked.ts';

export class DryWriter implements EntryWriter {
  #applied = 0;

  apply(_site: string, changes: readonly EntryChange[]): void {
    for (const { slot, entry } of changes) slot.id ??= firstIdAt(entry.at);
    this.#applied += changes.length;
  }

  known(_site: string, items: readonly SourceItem[]): boolean[] {
    return items.map(() => false);
  }

  /** Of an exchange that changes later; what it was is not kept, and no longer needed to count it. */
  read(_site: string, id: EntryId): Entry {
    return { ...BARE_ENTRY, kind: 'exchange', charger: '', at: timeOfId(id) };
  }

  unanswered(): readonly UnansweredCall[] {
    return [];
  }

  pending(): Iterable<{ readonly site: string; readonly stored: StoredEntry }> {
    return [];
  }

  transaction(): TransactionFact | null {
    return null;
  }

  rememberTransaction(): void {}

  rememberCharger(): void {}

  stationIdentity(): StationIdentity {
    return { known: true, serial: null, elsewhere: [] };
  }

  rememberIdentity(): void {}

  connectionOpened(): void {}

  capturedThrough(): void {}

  connectionClosed(): void {}

  openConnections(): readonly OpenConnection[] {
    return [];
  }

  recordedThrough(): void {}

  interrupted(): number | null {
    return null;
  }

  commit(): number {
    const applied = this.#applied;
    this.#applied = 0;
    return applied;
  }

  async sync(): Promise<void> {}

  maintain(): boolean {
    return false;
  }

  erase(): void {}

  seal(): void {}

  close(): void {}
}
