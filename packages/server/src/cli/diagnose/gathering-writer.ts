/** A store in memory, of a log that is read once and shown: the recorder writes into it, and nothing reaches a disk. */

import type { Entry, EntryId } from '@ocpp-logs/core';
import { firstIdAt } from '@ocpp-logs/core';
import { DryWriter } from '../../capture/recorder/dry-writer.ts';
import type { EntryChange, TransactionFact } from '../../store/store.ts';
import { checkedEntry } from '../../validate/findings-of.ts';

/** More entries are better imported, where they need no memory. */
const ENTRIES_MAX = 300_000;

export class GatheringWriter extends DryWriter {
  readonly entries = new Map<EntryId, Entry>();
  readonly max: number;
  /** Of the last entry of a millisecond. */
  readonly #ordinals = new Map<number, bigint>();
  readonly #transactions = new Map<string, TransactionFact>();

  constructor(max = ENTRIES_MAX) {
    super();
    this.max = max;
  }

  /** What comes now is not kept: the log is too long to be held. */
  get full(): boolean {
    return this.entries.size >= this.max;
  }

  override apply(site: string, changes: readonly EntryChange[]): void {
    for (const { slot, entry } of changes) {
      slot.id ??= this.#nextId(entry.at);
      if (!this.full || this.entries.has(slot.id)) this.entries.set(slot.id, lean(entry));
    }
    super.apply(site, changes);
  }

  override read(site: string, id: EntryId): Entry {
    return this.entries.get(id) ?? super.read(site, id);
  }

  override transaction(_site?: string, charger = '', transaction = ''): TransactionFact | null {
    return this.#transactions.get(`${charger}\n${transaction}`) ?? null;
  }

  override rememberTransaction(_site?: string, charger = '', fact?: TransactionFact): void {
    if (fact !== undefined) this.#transactions.set(`${charger}\n${fact.transaction}`, fact);
  }

  #nextId(at: number): EntryId {
    const next = (this.#ordinals.get(at) ?? -1n) + 1n;
    this.#ordinals.set(at, next);
    return firstIdAt(at) + next;
  }
}

/** Heartbeats are the most, and say nothing but that they came, and what is found in them. */
function lean(entry: Entry): Entry {
  const settled = entry.action === 'Heartbeat' && entry.outcome !== 'pending';
  if (!settled || entry.request === null) return entry;
  return { ...entry, findings: checkedEntry('', entry).findings, request: null, answer: null };
}
