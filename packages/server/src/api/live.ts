/**
 * Live tails. The ring of changes is the only buffer: a tail is a position in it, so a slow reader costs no memory,
 * goes on where it was, and gets a gap event when the ring has moved past it. Tails with the same question at the
 * same position share one look into the store.
 */

import type { EntryId } from '@ocpp-logs/core';
import type { CommittedChange, Recorder } from '../capture/recorder/recorder.ts';
import type { OtherNodes } from '../store/other-nodes.ts';
import type { EntryReader, Scope } from '../store/store.ts';
import { EventIds, type NamedChange } from './event-ids.ts';
import { ChangeRing, type SiteChange } from './ring.ts';

/** Changes that one look into the store answers. */
const BATCH = 200;
/** For how long one look answers others, ms: what was erased meanwhile must not be told from memory. */
const SHARED_MS = 5_000;

/** What a tail follows. Made by {@link tailQuestion}. */
export interface TailQuestion {
  /** By site. */
  readonly scopes: ReadonlyMap<string, Scope>;
  /** Whose changes it numbers; null: those of several have no order among them. */
  readonly own: string | null;
  /** The same for questions that are the same. */
  readonly key: string;
}

export function tailQuestion(scopes: readonly Scope[], own: string | null = null): TailQuestion {
  return {
    scopes: new Map(scopes.map((scope) => [scope.filter.site, scope])),
    own,
    key: JSON.stringify([own, scopes]),
  };
}

export interface LiveEvent {
  /** As it is told. */
  readonly id: string;
  readonly change: 'entry' | 'update';
  /** UTF-8 JSON object. */
  readonly body: Uint8Array;
}

export interface LiveBatch {
  readonly events: readonly LiveEvent[];
  /** Everything up to here has been looked at. */
  readonly through: number;
}

/** Where a tail is. */
export interface TailPlace {
  /** Of the newest change that it was told, or could have been; its position lies there or behind it. */
  readonly id: string;
  /** In the order of this server, which is told to nobody. */
  readonly position: number;
}

interface Shared {
  readonly after: number;
  /** ms */
  readonly at: number;
  readonly batch: Promise<LiveBatch>;
}

/** A map by site, or a set. */
type Sites = Pick<ReadonlySet<string>, 'has'>;

interface Waiting {
  readonly sites: Sites;
  readonly wake: (position: number) => void;
}

export interface LiveOptions {
  readonly now?: () => number;
  /** Changes kept, and for how many ms. */
  readonly changes?: number;
  readonly age?: number;
  /** null: what this server records is all there is. */
  readonly others?: OtherNodes | null;
  /** Of the ids of changes; others with each run unless given. */
  readonly key?: Uint8Array;
  readonly run?: bigint;
}

export class Live {
  readonly #reader: Pick<EntryReader, 'pick'>;
  readonly #ring: ChangeRing;
  readonly #now: () => number;
  readonly #unsubscribe: () => void;
  readonly #waiting = new Set<Waiting>();
  /** The newest look of each question; removed when its last tail has gone. */
  readonly #shared = new Map<string, Shared>();
  readonly #tails = new Map<string, number>();
  readonly #sequence: Recorder['sequence'];
  readonly #others: OtherNodes | null;
  readonly #ids: EventIds;

  constructor(
    recorder: Pick<Recorder, 'onCommit' | 'committed' | 'sequence'>,
    reader: Pick<EntryReader, 'pick'>,
    { now = Date.now, changes, age, others = null, key, run }: LiveOptions = {},
  ) {
    this.#reader = reader;
    this.#now = now;
    this.#ring = new ChangeRing(recorder.committed, changes, age);
    this.#sequence = recorder.sequence;
    this.#others = others;
    this.#ids = new EventIds(key, run);
    this.#unsubscribe = recorder.onCommit((site, committed) => this.#add(site, committed));
    others?.listen(
      (site, changed) =>
        this.#add(
          site,
          changed.map((change) => ({ ...change, seq: this.#sequence.next() })),
        ),
      () => this.#skip(),
    );
  }

  /** Other nodes are followed, too; resolves when what comes from now on is told. Never rejects. */
  async follow(sites: readonly string[]): Promise<() => void> {
    if (this.#others === null) return () => undefined;
    const { fresh, leave } = await this.#others.follow(sites);
    // What they changed of it before is not known here.
    for (const site of fresh) this.#ring.begin(site);
    return leave;
  }

  #add(site: string, changes: readonly CommittedChange[]): void {
    if (changes.length === 0) return;
    const before = this.#ring.last;
    this.#ring.add(site, changes, this.#now());
    for (const waiting of this.#waiting) {
      if (!waiting.sites.has(site)) continue;
      this.#waiting.delete(waiting);
      // Whoever waits has seen all of its sites so far, however far other sites have moved the ring.
      waiting.wake(before);
    }
  }

  /** Changes of other nodes are unknown: every tail is told of a gap. */
  #skip(): void {
    this.#ring.restart(this.#sequence.next());
    for (const waiting of this.#waiting) waiting.wake(0);
    this.#waiting.clear();
  }

  get last(): number {
    return this.#ring.last;
  }

  get tails(): number {
    return [...this.#tails.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Behind all that the sites have said so far. `own`: as in {@link TailQuestion}. */
  nowOf(sites: Iterable<string>, own: string | null = null): TailPlace {
    return { id: this.#idOf(this.#ring.newestOf(sites), own), position: this.#ring.last };
  }

  /** Where the change of this id is; null: it is not known here, or not any more. */
  placeOf(id: string, own: string | null = null): TailPlace | null {
    const ordinal = own === null ? null : this.#ids.ordinalOf(id);
    const change = own === null ? this.#ids.read(id) : ordinal === null ? null : { site: own, ordinal };
    const position = change === null ? null : this.#ring.seqOf(change.site, change.ordinal);
    return position === null ? null : { id, position };
  }

  /** Whether every change of the sites behind `position` is still known. */
  reaches(position: number, sites: Iterable<string>): boolean {
    this.#ring.expire(this.#now());
    if (position > this.#ring.last) return false;
    for (const site of sites) if (position < this.#ring.floorOf(site)) return false;
    return true;
  }

  /** A tail begins; the result ends it. */
  join(question: TailQuestion): () => void {
    const { key } = question;
    this.#tails.set(key, (this.#tails.get(key) ?? 0) + 1);
    let joined = true;
    return () => {
      if (!joined) return;
      joined = false;
      const left = (this.#tails.get(key) ?? 1) - 1;
      if (left > 0) {
        this.#tails.set(key, left);
      } else {
        this.#tails.delete(key);
        this.#shared.delete(key);
      }
    };
  }

  /** What is behind `after` for this question. `after` must be within {@link reaches}. */
  look(question: TailQuestion, after: number): Promise<LiveBatch> {
    const { key, scopes } = question;
    const known = this.#shared.get(key);
    const now = this.#now();
    if (known?.after === after && now - known.at < SHARED_MS) return known.batch;
    const { changes, through } = this.#ring.after(scopes, after, BATCH);
    if (changes.length === 0) return Promise.resolve({ events: [], through });
    const batch = this.#pick(question, changes, through);
    // A failed look is not kept: the next one may succeed.
    batch.catch(() => {
      if (this.#shared.get(key)?.batch === batch) this.#shared.delete(key);
    });
    if (this.#tails.has(key)) this.#shared.set(key, { after, at: now, batch });
    return batch;
  }

  /**
   * Resolves with the position to go on from as soon as one of the sites has changes behind it; null if `signal` ended
   * the waiting. To be called at the end of what {@link look} gave.
   */
  changed(sites: Sites, position: number, signal: AbortSignal): Promise<number | null> {
    if (signal.aborted) return Promise.resolve(null);
    if (this.#ring.after(sites, position, 1).changes.length > 0) return Promise.resolve(position);
    return new Promise((resolve) => {
      const abort = () => {
        this.#waiting.delete(waiting);
        resolve(null);
      };
      const waiting: Waiting = {
        sites,
        wake: (seq) => {
          signal.removeEventListener('abort', abort);
          resolve(Math.max(position, seq));
        },
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.add(waiting);
    });
  }

  close(): void {
    this.#unsubscribe();
  }

  #idOf(change: NamedChange, own: string | null): string {
    return own === null ? this.#ids.idOf(change) : this.#ids.numberOf(change.ordinal);
  }

  async #pick(
    { scopes, own }: TailQuestion,
    changes: readonly SiteChange[],
    through: number,
  ): Promise<LiveBatch> {
    const bodies = new Map<string, Uint8Array>();
    const looks = [...Map.groupBy(changes, ({ site }) => site)].map(async ([site, ofSite]) => {
      const scope = scopes.get(site);
      if (scope === undefined) return;
      const ids = [...new Set(ofSite.map(({ id }) => id))];
      const picked = await this.#reader.pick(scope.filter, scope.rendering, ids);
      for (const { id, body } of picked) bodies.set(nameOf(site, id), body);
    });
    await Promise.all(looks);
    const events = changes.flatMap(({ site, ordinal, id, change }) => {
      const body = bodies.get(nameOf(site, id));
      return body ? [{ id: this.#idOf({ site, ordinal }, own), change, body }] : [];
    });
    return { events, through };
  }
}

function nameOf(site: string, id: EntryId): string {
  return `${id} ${site}`;
}
