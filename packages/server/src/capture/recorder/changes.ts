/**
 * What has changed since the last commit, each exchange once however often it changed. Kept until the store has
 * committed it, so that a full disk loses nothing that fits in memory; the hand-over to this thread bounds it.
 */

import type { Context, Entry, Kind } from '@ocpp-logs/core';
import { derive, NO_CONTEXT, payloadsOf, transactionFact, transactionIn, underived } from '@ocpp-logs/core';
import { FullMillisecondError } from '../../store/full-millisecond.ts';
import type { EntryChange, EntryWriter, TransactionFact } from '../../store/store.ts';
import { StoreUnavailableError } from '../../store/unavailable.ts';
import { inHalves } from './in-halves.ts';
import { type KeptOut, NAME_MAX } from './kept-out.ts';
import type { Masking } from './masking.ts';
import type { NotStored } from './not-stored.ts';
import { type Draft, Tracked } from './tracked.ts';

export interface SiteChanges {
  readonly site: string;
  readonly ids: BigUint64Array<ArrayBuffer>;
  /** By place in `ids`: 1 for a new entry, 0 for one that was told of before. */
  readonly fresh: Uint8Array<ArrayBuffer>;
}

export interface ChangesOptions {
  readonly writer: EntryWriter;
  /** Hears of errors in our own code that cost an entry its fields. */
  readonly onFault: (error: unknown) => void;
  readonly keptOut: KeptOut;
  readonly masking: Pick<Masking, 'entry'>;
  readonly notStored: NotStored;
  /** How fields come of an entry; for tests another than usual. */
  readonly derive?: typeof derive;
}

export class Changes {
  readonly #writer: EntryWriter;
  readonly #onFault: (error: unknown) => void;
  readonly #keptOut: KeptOut;
  readonly #masking: Pick<Masking, 'entry'>;
  readonly #notStored: NotStored;
  readonly #derive: typeof derive;
  #dirty = new Map<string, Set<Tracked>>();
  /** Imported exchanges that name a transaction nobody has told of yet. */
  readonly #unresolved = new Set<Tracked>();
  #collecting = false;
  #newKinds: Partial<Record<Kind, number>> = {};

  constructor({ writer, onFault, keptOut, masking, notStored, derive: by = derive }: ChangesOptions) {
    this.#notStored = notStored;
    this.#derive = by;
    this.#masking = masking;
    this.#keptOut = keptOut;
    this.#onFault = onFault;
    this.#writer = writer;
  }

  get size(): number {
    let size = 0;
    for (const tracked of this.#dirty.values()) size += tracked.size;
    return size;
  }

  /** Entries that the last commit brought into being, by kind. */
  get newKinds(): Readonly<Partial<Record<Kind, number>>> {
    return this.#newKinds;
  }

  add(tracked: Tracked): void {
    const site = this.#dirty.get(tracked.site);
    if (site === undefined) this.#dirty.set(tracked.site, new Set([tracked]));
    else site.add(tracked);
  }

  /** Gives the draft of an exchange back to it, from the store where it was let go. */
  draftOf(tracked: Tracked): Draft | null {
    if (tracked.draft !== null || tracked.slot.id === null) return tracked.draft;
    const entry = this.#writer.read(tracked.site, tracked.slot.id);
    if (entry === null) return null;
    tracked.draft = { entry, ...payloadsOf(entry) };
    return tracked.draft;
  }

  /** Where a transaction runs; null also while the store is away. Not for use within a commit: it would hide its failure. */
  place(site: string, charger: string, transaction: string, at: number): TransactionFact | null {
    try {
      return this.#placeOf(site, charger, transaction, at);
    } catch (error) {
      if (error instanceof StoreUnavailableError) return null;
      throw error;
    }
  }

  /**
   * Writes and commits. Throws what the writer throws; all of it is then still to be written. `imported`: exchanges
   * without a known transaction are tried again by {@link resolveContexts}.
   */
  commit(imported = false): readonly SiteChanges[] {
    this.#collecting = imported;
    try {
      for (const [site, all] of this.#dirty) this.#apply(site, all);
      this.#writer.commit();
    } catch (error) {
      if (error instanceof StoreUnavailableError) throw error;
      const before = this.#notStored.count;
      this.#commitApart();
      // By itself each was taken: then it is no entry that is wrong.
      if (this.#notStored.count === before) this.#onFault(error);
    }
    for (const site of this.#notStored.untold) this.#tellLoss(site);
    const committed: SiteChanges[] = [];
    this.#newKinds = {};
    for (const [site, all] of this.#dirty) committed.push(this.#told(site, all));
    this.#dirty = new Map();
    return committed;
  }

  /** What readers are told; drafts of what has ended are given up. */
  #told(site: string, all: ReadonlySet<Tracked>): SiteChanges {
    const ids = new BigUint64Array(all.size);
    const fresh = new Uint8Array(all.size);
    let at = 0;
    for (const tracked of all) {
      const kind = tracked.draft?.entry.kind;
      if (kind !== undefined && !tracked.told) this.#newKinds[kind] = (this.#newKinds[kind] ?? 0) + 1;
      this.#letGo(tracked);
      if (tracked.slot.id === null) continue;
      ids[at] = tracked.slot.id;
      // An entry first, whatever a failed commit had already given it.
      fresh[at] = tracked.told ? 0 : 1;
      tracked.told = true;
      at += 1;
    }
    return { site, ids: ids.subarray(0, at), fresh: fresh.subarray(0, at) };
  }

  #apply(site: string, all: Iterable<Tracked>): void {
    const changes: EntryChange[] = [];
    const succeeded: Tracked[] = [];
    for (const tracked of all) {
      const change = this.#change(tracked);
      if (change !== null) changes.push(change);
      if (tracked.successor !== null) succeeded.push(tracked);
    }
    this.#writer.apply(site, changes, this.#collecting);
    this.#applyLinks(site, succeeded);
  }

  #applyLinks(site: string, succeeded: readonly Tracked[]): void {
    const links: EntryChange[] = [];
    for (const tracked of succeeded) {
      const link = this.#link(tracked);
      if (link !== null) links.push(link);
    }
    if (links.length > 0) this.#writer.apply(site, links);
  }

  /** An entry that the store does not take, for a reason other than being away, must not keep the others out. */
  #commitApart(): void {
    for (const [site, all] of this.#dirty) {
      const whole = new Map([...all].map((tracked) => [tracked, tracked.draft?.entry]));
      // Of each full millisecond: no further entry of that time finds a place.
      const full = new Map<number, FullMillisecondError>();
      const refused = (tracked: Tracked, error: unknown) => {
        const entry = whole.get(tracked);
        if (error instanceof FullMillisecondError && entry !== undefined) full.set(entry.at, error);
        this.#giveUp(tracked, entry, all, error);
      };
      const hopeless = ({ slot, draft }: Tracked) =>
        (slot.id === null && draft !== null && full.get(draft.entry.at)) || null;
      const apart = (some: readonly Tracked[], apply: (part: readonly Tracked[]) => void) =>
        inHalves(some, {
          attempt: (part) => {
            apply(part);
            this.#writer.commit();
          },
          ofThePart: (error) => !(error instanceof StoreUnavailableError),
          hopeless,
          refused,
        });
      apart([...all], (part) => this.#apply(site, part));
      // Of one that was sent again: the newer one may have its id only now.
      const succeeded = [...all].filter(({ successor }) => successor !== null);
      apart(succeeded, (part) => this.#applyLinks(site, part));
    }
  }

  /** What cannot be stored is given up, in memory too: an answer that comes later is an entry by itself. */
  #giveUp(tracked: Tracked, entry: Entry | undefined, all: Set<Tracked>, error: unknown): void {
    if (!(error instanceof FullMillisecondError)) this.#onFault(error);
    if (entry !== undefined) this.#notStored.add(tracked, entry, error);
    tracked.draft = null;
    if (tracked.slot.id === null) all.delete(tracked);
  }

  /** The gap that tells what is missing. Where it finds no place either, it is told with the next that is missing. */
  #tellLoss(site: string): void {
    const told = this.#keptOut.levelOf(site) === 'none' || this.#storeGap(site);
    if (told) this.#notStored.told(site);
  }

  #storeGap(site: string): boolean {
    for (const gap of this.#notStored.gapsOf(site)) {
      const tracked = new Tracked(site, { entry: gap, ...payloadsOf(gap) });
      try {
        this.#apply(site, [tracked]);
        this.#writer.commit();
        this.add(tracked);
        return true;
      } catch (error) {
        if (error instanceof StoreUnavailableError) throw error;
        if (error instanceof FullMillisecondError) continue;
        this.#onFault(error);
        return true;
      }
    }
    return false;
  }

  /** Tries again the exchanges whose transaction was unknown: at the end of an import. Bounded by UNRESOLVED_MAX. */
  resolveContexts(): void {
    for (const tracked of this.#unresolved) {
      const draft = this.draftOf(tracked);
      if (draft !== null && this.#context(draft.entry, draft, tracked.site).connector !== null)
        this.add(tracked);
    }
    this.#unresolved.clear();
  }

  #change(tracked: Tracked): EntryChange | null {
    const draft = tracked.draft;
    if (draft === null) return null;
    const entry = this.#derived(tracked.site, this.#withoutErased(tracked.site, draft));
    const open = entry.context.transaction !== null && entry.fields.connector_id === undefined;
    if (this.#collecting && open && this.#unresolved.size < UNRESOLVED_MAX) this.#unresolved.add(tracked);
    return { slot: tracked.slot, entry };
  }

  /** A call may have come before an id tag of it was erased. */
  #withoutErased(site: string, draft: Draft): Draft {
    const entry = this.#masking.entry(site, draft.entry);
    return entry === draft.entry ? draft : { entry, ...payloadsOf(entry) };
  }

  #derived(site: string, draft: Draft): Entry {
    let { context } = draft.entry;
    try {
      context = this.#context(draft.entry, draft, site);
      return this.#derive(draft.entry, draft, context);
    } catch (error) {
      if (error instanceof StoreUnavailableError) throw error;
      // What was said is kept also where our own code fails at it.
      this.#onFault(error);
      return underived(draft.entry, context);
    }
  }

  /** An older exchange names the newer one with the same id once that one has an entry id. */
  #link(tracked: Tracked): EntryChange | null {
    const by = tracked.successor?.slot.id;
    const draft = tracked.draft;
    if (by == null || draft === null) return null;
    tracked.draft = { ...draft, entry: { ...draft.entry, event: { event: 'succeeded', by: String(by) } } };
    return this.#change(tracked);
  }

  #context(entry: Entry, draft: Draft, site: string): Context {
    if (entry.action === null || entry.version === null) return entry.context;
    const transaction = transactionIn(entry.version, entry.action, draft.call, draft.answer);
    if (transaction === null) return entry.context;
    // What names both itself needs nobody to tell it.
    if (transactionFact(entry.version, entry.action, draft.call, draft.answer) !== null) {
      return { ...NO_CONTEXT, transaction };
    }
    const fact = this.#placeOf(site, entry.charger, transaction, entry.at);
    return {
      transaction,
      connector: fact === null ? entry.context.connector : fact.connector,
      evseConnector: fact === null ? entry.context.evseConnector : fact.evseConnector,
    };
  }

  #placeOf(site: string, charger: string, transaction: string, at: number): TransactionFact | null {
    if (transaction.length > NAME_MAX) return null;
    const stored = this.#writer.transaction(site, charger, transaction, at);
    return this.#keptOut.placeOf(site, charger, transaction, at, stored);
  }

  #letGo(tracked: Tracked): void {
    tracked.lines = null;
    // An id that is given and not committed may be given to another.
    if (tracked.successor?.slot.id != null) tracked.successor = null;
    const outcome = tracked.draft?.entry.outcome;
    if (outcome !== 'pending') tracked.draft = null;
    else if (tracked.draft !== null) tracked.draft = withOwnBytes(tracked.draft);
  }
}

const UNRESOLVED_MAX = 10_000;

/** A pending call must not keep the whole batch alive in which it came. */
function withOwnBytes(draft: Draft): Draft {
  const request = draft.entry.request;
  if (request === null || request.bytes.buffer.byteLength <= request.bytes.length * 2) return draft;
  return { ...draft, entry: { ...draft.entry, request: { ...request, bytes: request.bytes.slice() } } };
}
