/**
 * Erasing id tags: first what comes is looked through for them, then exports go, then control.db and the files of the
 * site. Every step may be done again, so a run that was cut off begins anew with the same replacement. Of several nodes
 * each does so in its own data folder, whichever one was asked.
 */

import { randomBytes } from 'node:crypto';
import type { Control, ControlSnapshot } from '../store/control.ts';
import {
  ENGINE_BEGINS,
  type EngineErased,
  type ErasurePart,
  type ErasureProgress,
  type ErasureRecord,
  type ErasureReport,
  erasureIdOf,
  formsOf,
  NO_PROGRESS,
} from '../store/erasure.ts';
import { AskedElsewhereError } from './asked-elsewhere.ts';
import { auditOf } from './elsewhere.ts';
import { eraseHere, type HereOptions, lookThrough, progressOf } from './in-folder.ts';
import { dryToForget, ErasureRoom } from './room.ts';
import { type ErasureView, earlierOf, type Held, hears, type OfOthers, viewOf } from './view.ts';
import type { ErasureWish } from './wish.ts';

/** With `erased-` 19 characters: an idTag of 1.6 has 20 at most. */
const RANDOM_BYTES = 6;
/** What failed at a node that nobody asked is tried again after this, ms. */
const AGAIN_MS = 60_000;

export interface ErasuresOptions extends HereOptions {
  readonly control: Control;
  /**
   * Once what a run has replaced has left ClickHouse: `noted` is what the recorder told at its end, and `onNews` is called
   * with how far it is. False: not before the end. null: nothing is shipped.
   */
  readonly gone:
    | ((erasure: string, noted: number, onNews: (news: EngineErased) => void) => Promise<boolean>)
    | null;
  readonly now: () => number;
  readonly report: (line: string) => void;
}

/** What is to be waited for behind its turn, which the next one need not; null: nothing. */
type Rest = (() => Promise<unknown>) | null;

export class Erasures {
  readonly #options: ErasuresOptions;
  readonly #kept = new Map<string, Held>();
  readonly #ends = new Map<string, Promise<void>>();
  /** Whether what was asked for is on the disk. */
  readonly #stored = new Map<string, Promise<void>>();
  /** How often something was asked for here, or was stored: what was read before may lack it. */
  #writes = 0;
  /** Asked for, and not on the disk yet. What is kept of an earlier one of the same id stays until it is. */
  readonly #storing = new Map<string, Pick<Held, 'record' | 'dry'>>();
  #following: Promise<void> | null = null;
  /** Whose files are done, and of which something is still in ClickHouse. */
  readonly #shipping = new Set<Held>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #room = new ErasureRoom();
  #last: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: ErasuresOptions) {
    this.#options = options;
  }

  /** Once, before anything else. What an earlier run did not finish begins again. */
  async start(): Promise<void> {
    if (this.#options.shared !== null) {
      this.#options.control.onChange((snapshot) => this.#noticed(snapshot));
      return this.#follow();
    }
    for (const record of (await this.#options.control.erasures()).toReversed()) {
      this.#hold(record, false);
      if (record.state === 'running') this.#queue(record.id);
    }
  }

  /** Takes it up; what was asked for is on the disk when this resolves. Throws a TooManyErasuresError. */
  async create(wish: ErasureWish): Promise<ErasureView> {
    // Records of the audit log cannot be changed: one for each id.
    const told = new Set<string>();
    const before = async (id: string) => {
      if (!told.has(id)) await wish.before?.(id);
      told.add(id);
    };
    for (;;) {
      try {
        return await this.#ask({ ...wish, before });
      } catch (error) {
        // That of the other node is there now, and found.
        if (!(error instanceof AskedElsewhereError)) throw error;
      }
    }
  }

  async #ask({ site, tag, dry, by, before }: ErasureWish): Promise<ErasureView> {
    const kept = this.#kept.size + this.#storing.size;
    this.#room.demand({ closed: this.#closed, waiting: this.#waiting, kept });
    const { pseudonymKey, now, shared } = this.#options;
    // Another node may have been asked before: the replacement is the same.
    if (shared !== null) await this.#follow();
    const forms = formsOf(pseudonymKey, site, tag);
    const earlier = earlierOf([...this.#storing.values(), ...this.#kept.values()], site, forms);
    const known = dry ? null : earlier;
    const record: ErasureRecord = {
      id: known?.id ?? (dry ? randomBytes(12).toString('hex') : erasureIdOf(pseudonymKey, site, forms)),
      site,
      replacement: earlier?.replacement ?? `erased-${randomBytes(RANDOM_BYTES).toString('hex')}`,
      forms: known?.forms ?? forms,
      asked: now(),
      by,
      state: 'running',
      ended: null,
      report: null,
      ...(shared === null ? {} : { node: shared.folder }),
    };
    // Under way already: that run is the answer to both.
    if (known !== null && this.#ends.has(known.id)) {
      await this.#stored.get(known.id);
      await before?.(known.id);
      return this.#view(known.id);
    }
    this.#queue(record.id, this.#store(record, dry, before));
    await this.#stored.get(record.id);
    return this.#view(record.id);
  }

  counters(): Readonly<Record<string, number>> {
    return {
      erasures_waiting: this.#waiting,
      erasures_shipping: this.#shipping.size,
      erasures_kept: this.#kept.size,
      erasures_refused_total: this.#room.refused,
    };
  }

  /** Newest first. */
  async list(): Promise<readonly ErasureView[]> {
    if (this.#options.shared !== null) await this.#follow();
    const of = await this.#ofOthers(null);
    const views = [...this.#kept.values()].map((held) => this.#viewOf(held, of));
    return views.sort((a, b) => b.asked - a.asked);
  }

  async get(id: string): Promise<ErasureView | null> {
    if (!this.#kept.has(id) && this.#options.shared !== null) await this.#follow();
    return this.#kept.has(id) ? this.#view(id) : null;
  }

  /** Resolves when it has ended, be it by a failure; never rejects. */
  async ended(id: string): Promise<ErasureView | null> {
    await this.#ends.get(id);
    return this.get(id);
  }

  /** What has not ended goes on with the next start. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  async #view(id: string): Promise<ErasureView> {
    const of = await this.#ofOthers(id);
    const held = this.#kept.get(id);
    if (held === undefined) throw new RangeError(`there is no erasure ${id}`);
    return this.#viewOf(held, of);
  }

  /** What other nodes did of one, or of all; null where there are none. */
  async #ofOthers(id: string | null): Promise<OfOthers | null> {
    const { control, shared } = this.#options;
    if (shared === null) return null;
    const [parts, nodes] = await Promise.all([control.erasureParts(id), control.nodes()]);
    return { ...shared, parts, nodes };
  }

  get #waiting(): number {
    const shipping = new Set([...this.#shipping].map(({ record }) => record.id));
    return [...this.#ends.keys()].filter((id) => !shipping.has(id)).length;
  }

  #viewOf(held: Held, of: OfOthers | null): ErasureView {
    return viewOf(held, of, this.#shipping.has(held), this.#options.now());
  }

  /** On the disk and kept when it resolves, but for what is only counted. Where it rejects nothing has changed. */
  async #store(record: ErasureRecord, dry: boolean, before: ErasureWish['before']): Promise<void> {
    this.#writes += 1;
    // Before anything is waited for: the same may be asked twice at once.
    this.#storing.set(record.id, { record, dry });
    try {
      await before?.(record.id);
      const isStored = dry || (await this.#options.control.putErasure(record));
      if (!isStored) throw new AskedElsewhereError(record.id);
      this.#hold(record, dry);
    } finally {
      this.#storing.delete(record.id);
      this.#writes += 1;
      // Another node may have been asked for it meanwhile.
      if (this.#options.shared !== null) this.#noticed(this.#options.control.snapshot());
    }
  }

  /** Takes up what was asked for at any node and this one has not done. */
  async #follow(): Promise<void> {
    const { control, shared } = this.#options;
    for (;;) {
      const before = this.#writes;
      const [records, parts] = await Promise.all([control.erasures(), control.erasureParts(null)]);
      if (before !== this.#writes) continue;
      const own = new Map(
        parts.filter(({ folder }) => folder === shared?.folder).map((part) => [part.id, part]),
      );
      for (const record of records.toReversed()) this.#takeUp(record, own.get(record.id));
      return;
    }
  }

  #takeUp(record: ErasureRecord, part: ErasurePart | undefined): void {
    const { id, asked } = record;
    // What is being stored here is newer than what was read.
    if (this.#closed || this.#storing.has(id) || this.#kept.get(id)?.record.asked === asked) return;
    const isDone = part?.asked === asked && part.state !== 'running';
    const { state, ended, report } = isDone ? part : { state: 'running' as const, ended: null, report: null };
    this.#hold({ ...record, state, ended, report }, false);
    if (!isDone) this.#queue(id);
  }

  /** Called with each change of control data. */
  #noticed(snapshot: ControlSnapshot): void {
    const { control, report } = this.#options;
    const asked = [...(snapshot.askedErasures ?? [])];
    if (this.#closed || this.#following !== null) return;
    if (asked.every(([id, at]) => this.#storing.has(id) || this.#kept.get(id)?.record.asked === at)) return;
    this.#following = this.#follow()
      .then(
        () => true,
        (error: unknown) => {
          report(`erasures of other nodes are looked for again: ${String(error)}`);
          return false;
        },
      )
      .then((followed) => {
        this.#following = null;
        if (!followed) this.#later(() => this.#noticed(control.snapshot()));
        else if (control.snapshot() !== snapshot) this.#noticed(control.snapshot());
      });
  }

  #later(work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!this.#closed) work();
    }, AGAIN_MS).unref();
    this.#timers.add(timer);
  }

  #hold(record: ErasureRecord, dry: boolean): void {
    const progress = record.report === null ? NO_PROGRESS : { ...progressOf(record.report), ended: true };
    const before = this.#kept.get(record.id);
    if (before !== undefined) this.#shipping.delete(before);
    this.#kept.delete(record.id);
    this.#kept.set(record.id, { record, dry, failed: false, progress });
    for (const id of dryToForget(this.#kept)) this.#kept.delete(id);
  }

  #queue(id: string, stored: Promise<void> = Promise.resolve()): void {
    this.#stored.set(id, stored);
    // It waits for no turn: who asks again is not told of this failure.
    stored.catch(() => this.#stored.get(id) === stored && this.#forget(id));
    const run = async (): Promise<Rest> => {
      try {
        await stored;
        return await this.#run(id);
      } catch (error) {
        // Whoever asked is told; nothing was begun. Where it was stored all the same, it is found there.
        if (!(error instanceof AskedElsewhereError))
          this.#options.report(`erasure ${id} was not begun: ${String(error)}`);
        return null;
      }
    };
    const turn = this.#last.then(run);
    this.#last = turn.then(() => undefined);
    const ended = turn
      .then((rest) => rest?.())
      .then(() => {
        // It may have been asked for again meanwhile.
        if (this.#ends.get(id) === ended) this.#forget(id);
      });
    this.#ends.set(id, ended);
  }

  #forget(id: string): void {
    this.#ends.delete(id);
    this.#stored.delete(id);
  }

  /** Never rejects. */
  async #run(id: string): Promise<Rest> {
    const held = this.#kept.get(id);
    if (held === undefined || this.#closed) return null;
    const { record, dry } = held;
    return this.#unlessFailed(held, async () => {
      if (!dry) await this.#told(record);
      const onNews = (progress: ErasureProgress) => {
        held.progress = progress;
      };
      const { report: here, noted } = await (dry ? lookThrough : eraseHere)(record, this.#options, onNews);
      if (noted === null || this.#options.gone === null) return this.#end(held, here);
      const report = { ...here, engine: ENGINE_BEGINS };
      // As it is running still in control data, the next start begins it anew if this one does not see its end.
      held.record = { ...record, report };
      held.progress = { ...progressOf(report), ended: true };
      this.#shipping.add(held);
      await this.#told(held.record);
      return () => this.#left(held, report, noted);
    });
  }

  /** Never rejects. */
  #left(held: Held, report: ErasureReport, noted: number): Promise<Rest> {
    return this.#unlessFailed(held, async () => {
      const { id, site } = held.record;
      const { gone, exports } = this.#options;
      // Those that were made until ClickHouse had taken it were read from where the old text still stood.
      let removing: Promise<number> | null = null;
      const onNews = (engine: EngineErased) => {
        const before = held.record.report?.engine?.state;
        if (!hears(held, engine) || before === engine.state) return;
        if (engine.state !== 'shipping') removing ??= exports.remove(site);
        // It is heard of below.
        removing?.catch(() => undefined);
        // Of one that was asked for again that run tells others.
        if (engine.state !== 'done' && this.#kept.get(id) === held)
          void this.#told(held.record).catch(this.#notTold);
      };
      if ((await gone?.(id, noted, onNews)) !== true) return null;
      const removed = await (removing ?? exports.remove(site));
      const { engine = ENGINE_BEGINS } = held.record.report ?? report;
      // It may have been asked for again at another node, which this one then does.
      if (this.#kept.get(id) === held)
        await this.#end(held, { ...report, exports: report.exports + removed, engine });
      this.#shipping.delete(held);
      return null;
    });
  }

  /** The end is told in any case. */
  readonly #notTold = (error: unknown): void =>
    this.#options.report(`how far an erasure is was not told to other nodes: ${String(error)}`);

  async #end(held: Held, report: ErasureReport): Promise<null> {
    const { record, dry } = held;
    const { control, shared, now } = this.#options;
    const whole = report.unreadable === 0 && report.kept === 0;
    const ended = now();
    const done = { ...record, state: whole ? 'done' : 'incomplete', ended, report } as const;
    if (!dry) {
      await (shared === null ? control.putErasure(done) : this.#told(done));
      await control.audit([auditOf(done, ended)]);
    }
    held.record = done;
    held.progress = { ...progressOf(report), ended: true };
    return null;
  }

  async #unlessFailed(held: Held, work: () => Promise<Rest>): Promise<Rest> {
    const { id } = held.record;
    try {
      return await work();
    } catch (error) {
      if (this.#closed) return null;
      this.#shipping.delete(held);
      held.failed = true;
      // Nobody here may have asked for it.
      if (this.#options.shared !== null && !held.dry) this.#later(() => this.#retry(held));
      this.#options.report(`erasure ${id} failed: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  }

  /** What this node does of it; of several nodes one that is not there is not known to have ended. */
  async #told({ id, asked, state, ended, report }: ErasureRecord): Promise<void> {
    const { control, shared } = this.#options;
    if (shared === null) return;
    await control.putErasurePart({ id, folder: shared.folder, asked, state, ended, report });
  }

  #retry(held: Held): void {
    if (this.#kept.get(held.record.id) !== held || !held.failed) return;
    // Its files are looked through anew: other nodes would take a report for one that only ships.
    Object.assign(held, { failed: false, record: { ...held.record, report: null } } satisfies Partial<Held>);
    this.#queue(held.record.id);
  }
}
