/**
 * What is done to files beside writing, in bounded steps and rounds: retention, re-derivation, packing, folding in
 * amendments, giving back free pages. A round looks at each file that may need it once.
 */

import type { Entry, EntryText } from '@ocpp-logs/core';
import type { Erasure } from '../erasure.ts';
import { levelRetention, retentionCut, type SiteRetention } from '../retention.ts';
import type { BlockCache } from './block-cache.ts';
import { type DropRules, Drops } from './drops.ts';
import { Erasing } from './erasing.ts';
import { forgetUnseen } from './forgotten-chargers.ts';
import type { FileRow } from './index-file.ts';
import { removeLevelBefore, type ShortLevel } from './level-retention.ts';
import type { Day, Place } from './month.ts';
import { monthOf, placeAt, startOfMonth } from './month.ts';
import { unlessUnreadable } from './record.ts';
import { type DerivedAnew, Rederivation } from './rederive.ts';
import { removeBefore } from './retention.ts';
import { foldAmendments, nextOpenDay, sealDay } from './seal.ts';
import type { EntryRow, SiteFile } from './site-file.ts';
import type { SiteFiles } from './site-files.ts';

/** An exchange that ended may still change for so long: a late answer comes within 10 minutes. */
const SETTLED_MS = 11 * 60_000;
const DAY_MS = 86_400_000;
const SHORT_LEVELS: readonly ShortLevel[] = ['debug', 'info'];
/** A round begins at most this often. */
const ROUND_MS = 30_000;
/** Free pages given back in one step, and left to be used again. */
const VACUUM_PAGES = 512;
const FREE_PAGES = 64;
/** Entries packed in one step, unless one look at a day finds more: a transaction costs more than a few of them. */
const ENOUGH = 1024;

export interface MaintenanceOptions {
  readonly extraction: number;
  readonly derive: (entry: Entry) => Entry;
  readonly blocks: BlockCache;
  readonly report: (message: string) => void;
  /** Something was taken away, or stands elsewhere. */
  readonly onRemoved: () => void;
  /** Of the files; absent: nothing is dropped. */
  readonly drops?: DropRules;
  readonly derivedAnew?: DerivedAnew;
  /** Absent: what sites keep is always known. */
  readonly mayRemove?: () => boolean;
  readonly folder: string;
}

/** One step of a task; true while there is more. */
type Task = () => boolean;

export class Maintenance {
  readonly #files: SiteFiles;
  readonly #options: MaintenanceOptions;
  #tasks: Task[] = [];
  #round: number | null = null;
  /** Of the present step: files were packed since the round began. */
  #now = 0;
  readonly #drops: Drops | null;
  /** Sites of which nothing is dropped for now, beside those that something is erased of. */
  readonly held = new Set<string>();
  #copy: Rederivation | null = null;
  /** Looked through one after the other. */
  readonly #erasing: Erasing[] = [];
  /** Files that cannot be derived anew, as texts of theirs cannot be read; not tried again before the next start. */
  readonly #stuck = new Set<number>();
  /** By site: before which time chargers without entries were looked for last; it moves once an hour. */
  readonly #forgotten = new Map<string, number>();
  /** By file: when a day last got entries, as seen by the rounds; emptied when they are packed. */
  readonly #restless = new Map<number, Map<Day, number>>();

  constructor(files: SiteFiles, options: MaintenanceOptions) {
    this.#files = files;
    this.#options = options;
    const { drops: rules } = options;
    const held = (site: string) =>
      this.held.has(site) || this.#erasing.some(({ erasure }) => erasure.site === site);
    this.#drops = rules === undefined ? null : new Drops(files, { ...options, rules, held });
  }

  /** One step; true if there is more to do. Commits what it does; nothing else may be uncommitted. */
  step(now: number, retention: ReadonlyMap<string, SiteRetention>): boolean {
    if (this.#files.dirty) return true;
    this.#now = now;
    if (this.#tasks.length === 0) {
      const due = this.#round === null || now < this.#round || now >= this.#round + ROUND_MS;
      const drops = this.#drops;
      if (due) {
        this.#round = now;
        this.#tasks = this.#plan(now, retention);
      } else if (drops?.isAnswered === true) this.#tasks = [() => drops.step(this.#now)];
      else return this.#erase();
    }
    const task = this.#tasks.at(-1);
    if (task === undefined) return this.#erase();
    if (!task()) this.#tasks.pop();
    return this.#tasks.length > 0 || this.#erasing.length > 0;
  }

  /** In the steps to come. */
  erase(erasure: Erasure): void {
    this.#erasing.push(new Erasing(this.#files, erasure, this.#options));
  }

  /** One step of the first erasure, between rounds; true if there is more. */
  #erase(): boolean {
    const [erasing] = this.#erasing;
    if (erasing === undefined) return false;
    if (this.#copy !== null) {
      const { number } = this.#copy;
      if (this.#deriveOn(null)) return true;
      if (this.#stuck.has(number)) erasing.giveUp();
      return true;
    }
    const next = erasing.step();
    if (next instanceof Rederivation) this.#copy = next;
    else if (!next) this.#erasing.shift();
    return next !== false || this.#erasing.length > 0;
  }

  /** Packs all that has ended, whatever its age. */
  sealSite(site: string): void {
    for (const row of this.#files.index.unfinished()) {
      if (row.site !== site) continue;
      const pack = this.#packing(row, null);
      while (pack());
    }
  }

  /** Of an entry that was just written: a copy that is being made must hear of it. */
  changed(file: SiteFile, place: Place, row: EntryRow, text: EntryText): void {
    if (this.#copy?.number === file.number) this.#copy.changed(place, row, text);
    this.#drops?.changed(file);
  }

  /** Along with the commit of its original. */
  commit(): void {
    this.#copy?.commit();
  }

  /** Begins again later: after an error nobody knows what the copy holds. */
  abandon(): void {
    this.#tasks = [];
    this.#drops?.abandon();
    const copy = this.#copy;
    this.#copy = null;
    this.#erasing[0]?.abandon();
    copy?.abandon();
  }

  /** Last task first. */
  #plan(now: number, retention: ReadonlyMap<string, SiteRetention>): Task[] {
    const tasks: Task[] = [];
    const { index } = this.#files;
    const outdated = index.outdated(this.#options.extraction).find(({ number }) => !this.#stuck.has(number));
    const drops = this.#drops;
    if (drops !== null) tasks.push(() => drops.step(this.#now));
    tasks.push(() => this.#deriveOn(outdated ?? null));
    for (const row of index.unfinished()) tasks.push(this.#packing(row, now));
    for (const [site, kept] of this.#mayRemove ? retention : []) {
      const days = levelRetention(kept);
      for (const level of SHORT_LEVELS) {
        const cut = retentionCut(now, days[level]);
        if (cut <= 0) continue;
        for (const row of index.liveOf(site, 0, monthOf(cut)))
          tasks.push(this.#removingLevel(row, level, cut));
      }
      const cut = retentionCut(now, days.days);
      if (cut <= 0) continue;
      if (this.#forgotten.get(site) !== cut) tasks.push(this.#forgetting(site, cut));
      for (const row of index.liveOf(site, 0, monthOf(cut))) tasks.push(this.#removing(row, cut));
    }
    return tasks;
  }

  get #mayRemove(): boolean {
    return this.#options.mayRemove?.() ?? true;
  }

  #removingLevel(row: FileRow, level: ShortLevel, cut: number): Task {
    let removed = false;
    return () => {
      if (!this.#mayRemove) return false;
      const file = this.#files.of(row);
      if (file === null) return false;
      const place = placeAt(row.month, Math.min(cut, startOfMonth(row.month + 1)));
      const more = this.#inFile(file, () => removeLevelBefore(file, this.#options.blocks, level, place));
      removed ||= more;
      if (more || !removed) return more;
      // What was removed stands in the log of writes until that is emptied.
      file.checkpoint();
      return this.#giveBack(file);
    };
  }

  #forgetting(site: string, cut: number): Task {
    let after: string | null = '';
    return () => {
      if (!this.#mayRemove) return false;
      after = forgetUnseen(this.#files, site, cut, after ?? '');
      if (after === null) this.#forgotten.set(site, cut);
      return after !== null;
    };
  }

  #removing(row: FileRow, cut: number): Task {
    let removed = false;
    return () => {
      if (!this.#mayRemove) return false;
      this.#options.onRemoved();
      if (startOfMonth(row.month + 1) <= cut) {
        this.#files.remove(row);
        return false;
      }
      const file = this.#files.of(row);
      if (file === null) return false;
      const place = placeAt(row.month, cut);
      const more = this.#inFile(file, () => removeBefore(file, this.#options.blocks, place));
      removed ||= more;
      // What was removed stands in the log of writes until that is emptied.
      if (!more && removed) file.checkpoint();
      return more;
    };
  }

  /** `now` null: everything that has ended. */
  #packing(row: FileRow, now: number | null): Task {
    let day: Day | null = 0;
    let folding = true;
    return () => {
      const file = this.#files.of(row);
      if (file === null) return false;
      if (day !== null) {
        const from: Day = day;
        day = this.#inFile(file, () => this.#packDays(file, from, now));
        return true;
      }
      if (folding) {
        folding = this.#inFile(file, () => foldAmendments(file, this.#options.blocks));
        return true;
      }
      return this.#tidy(file);
    };
  }

  /** Some days of a file from `from` on; where to go on, null at the end. */
  #packDays(file: SiteFile, from: Day, now: number | null): Day | null {
    const end = now === null ? Number.MAX_SAFE_INTEGER : placeAt(file.month, now - SETTLED_MS);
    let day = nextOpenDay(file, from);
    for (let entries = 0; day !== null && entries < ENOUGH; ) {
      const rest = now === null || this.#isOver(file, day, now);
      const sealed = sealDay(file, this.#options.blocks, day, end, rest);
      entries += sealed.entries;
      if (!sealed.more) day = nextOpenDay(file, day + 1);
    }
    return day;
  }

  /** Whether the day has been over for long, and got no entries for as long: then the rest is packed, too. */
  #isOver(file: SiteFile, day: Day, now: number): boolean {
    const restless = this.#restless.get(file.number) ?? new Map<Day, number>();
    for (const touched of file.touched) restless.set(touched, now);
    file.touched.clear();
    if (restless.size > 0) this.#restless.set(file.number, restless);
    const end = startOfMonth(file.month) + (day + 1) * DAY_MS;
    if (end + SETTLED_MS > now) return false;
    const last = restless.get(day);
    // A day that got its last entry while it was the present one needs no further rest.
    if (last !== undefined && last >= end && last + SETTLED_MS > now) return false;
    restless.delete(day);
    if (restless.size === 0) this.#restless.delete(file.number);
    return true;
  }

  /** One step of giving free pages back; true if there was something to do. */
  #giveBack(file: SiteFile): boolean {
    const free = file.db.number('PRAGMA freelist_count');
    const pages = file.db.number('PRAGMA page_count');
    if (free <= FREE_PAGES || free * 10 <= pages) return false;
    this.#files.within(file, () => file.db.exec(`PRAGMA incremental_vacuum(${VACUUM_PAGES})`));
    this.#files.touched(file);
    return true;
  }

  #tidy(file: SiteFile): boolean {
    if (this.#giveBack(file)) return true;
    const open = file.db.numberRow('SELECT 1 FROM open_text LIMIT 1') !== null;
    if (!open && !this.#files.isDirty(file)) {
      file.checkpoint();
      this.#files.finished(file);
    }
    return false;
  }

  #deriveOn(row: FileRow | null): boolean {
    if (this.#copy === null) {
      const file = row === null ? null : this.#files.of(row);
      if (file === null) return false;
      this.#copy = new Rederivation(this.#files, file, this.#options);
      return true;
    }
    const copied = this.#files.index.byNumber(this.#copy.number);
    const original = copied === null ? null : this.#files.of(copied);
    if (original === null) {
      this.abandon();
      return false;
    }
    const copy = this.#copy;
    const what = `a text of file ${original.number}, which keeps its older extraction,`;
    const more = this.#files.within(original, () =>
      unlessUnreadable(this.#options.report, what, () => copy.step(original)),
    );
    if (more === null) {
      this.#stuck.add(original.number);
      this.abandon();
      return false;
    }
    if (!more) {
      this.#copy = null;
      this.#options.onRemoved();
    }
    return more;
  }

  #inFile<T>(file: SiteFile, work: () => T): T {
    return this.#files.within(file, () => {
      file.begin();
      const result = work();
      this.#files.commitFile(file);
      return result;
    });
  }
}
