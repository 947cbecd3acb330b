/**
 * Sees to it that what was erased leaves the parts of ClickHouse, not only its answers: forces merges of the months
 * concerned, looks whether the rows are gone, and waits until the parts that held them are off the disk. Beside shipping,
 * which does not wait for it. What fails is tried again for as long as it takes; a start goes on with it.
 */

import { ClickHouseError } from '@clickhouse/client';
import { ENGINE_BEGINS, type EngineErased, PARTS_TOLD } from '../erasure.ts';
import { StoreUnavailableError } from '../unavailable.ts';
import type { ErasedRows, ErasedTask } from './erased-rows.ts';
import { CANNOT_ASSIGN_OPTIMIZE, NOT_ENOUGH_SPACE } from './error-codes.ts';
import type { OldRowsOfEngine, Partition } from './old-rows.ts';
import type { ChangeNumber } from './outbox.ts';

/** Between two looks whether something is due, and whether parts are off the disk. */
const LOOK_MS = 1000;
const PARTS_MS = 5000;
/** What failed is tried again after 5, 10, 20 ... s. */
const BACK_OFF_MS = 5000;
const BACK_OFF_MAX_MS = 300_000;
const MIGRATING = 'ocpp-logs migrate works on the data folder and may still send what it read before';

export interface LeavingRowsOptions {
  readonly erased: Pick<ErasedRows, 'open' | 'tell' | 'ids'>;
  readonly engine: Pick<OldRowsOfEngine, 'of' | 'merge' | 'dropCounts' | 'inactive' | 'detached'>;
  /** Up to which change ClickHouse has taken all. */
  readonly shipped: () => ChangeNumber;
  /** What was read of the files, and is not shipped yet, may hold it: it is to be read again. */
  readonly forget: () => void;
  /** What the site keeps no longer is deleted, if it is not yet; false: what it keeps is not known for now. */
  readonly removeExpired: (site: string) => Promise<boolean>;
  /** Whether `migrate` works on the folder: it may send what it read before something was erased. */
  readonly migrates: () => boolean;
  /** A line for the log. */
  readonly report: (line: string) => void;
  /** ms since 1970. */
  readonly now: () => number;
  /** Ends early when the signal is aborted. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface LeavingCounts {
  /** Months that were merged because of an erasure. */
  readonly shipped_erasure_merges_total: number;
  readonly shipped_erasure_failures_total: number;
}

/** Of one run of an erasure, what is not worth to be written down. */
interface Under {
  readonly number: ChangeNumber;
  failedInRow: number;
  /** ms */
  due: number;
  /** Parts that held what was deleted until the first look: later deletions are none of its concern. */
  held: ReadonlySet<string> | null;
  /** Parts that were merged when no row was left: once they are gone, all is. */
  parts: ReadonlySet<string> | null;
}

class NotMerged extends Error {}

export class LeavingRows {
  readonly #options: LeavingRowsOptions;
  readonly #under = new Map<string, Under>();
  #merges = 0;
  #failures = 0;

  constructor(options: LeavingRowsOptions) {
    this.#options = options;
  }

  counts(): LeavingCounts {
    return {
      shipped_erasure_merges_total: this.#merges,
      shipped_erasure_failures_total: this.#failures,
    };
  }

  /** Between two batches, so that none is under way that was read before. */
  begin(): void {
    const { erased, shipped, forget } = this.#options;
    const taken = erased.open().filter(({ told, last }) => told.state === 'shipping' && last <= shipped());
    if (taken.length === 0) return;
    forget();
    for (const task of taken) erased.tell(task, { ...ENGINE_BEGINS, state: 'merging' });
  }

  /** Until the signal is aborted. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { report, pause } = this.#options;
    while (!signal.aborted) {
      try {
        await this.#round(signal);
      } catch (error) {
        report(`what was erased cannot be seen to for now: ${messageOf(error)}`);
      }
      await pause(LOOK_MS, signal);
    }
  }

  async #round(signal: AbortSignal): Promise<void> {
    const open = this.#options.erased.open();
    for (const id of this.#under.keys())
      if (open.every(({ erasure }) => erasure !== id)) this.#under.delete(id);
    for (const task of open) {
      if (signal.aborted) return;
      const under = this.#underOf(task);
      if (task.told.state !== 'shipping' && this.#options.now() >= under.due)
        await this.#tried(task, under, signal);
    }
  }

  #underOf({ erasure, number }: ErasedTask): Under {
    const known = this.#under.get(erasure);
    if (known?.number === number) return known;
    const under = { number, failedInRow: 0, due: 0, held: null, parts: null };
    this.#under.set(erasure, under);
    return under;
  }

  async #tried(task: ErasedTask, under: Under, signal: AbortSignal): Promise<void> {
    const { erased, migrates, now, report } = this.#options;
    try {
      // One that begins later reads files that do not hold it any more; which one this is, nobody knows.
      if (under.parts === null && migrates()) {
        this.#wait(task, under);
        return;
      }
      await (under.parts === null ? this.#merge(task, under, signal) : this.#look(task, under, under.parts));
      if (under.failedInRow > 0) report('what was erased leaves the parts of ClickHouse again');
      under.failedInRow = 0;
    } catch (error) {
      if (signal.aborted) return;
      this.#failures += 1;
      under.failedInRow += 1;
      under.due = now() + Math.min(BACK_OFF_MAX_MS, BACK_OFF_MS * 2 ** (under.failedInRow - 1));
      const { told } = erased.open().find(({ erasure }) => erasure === task.erasure) ?? task;
      erased.tell(task, { ...told, problem: problemOf(error) });
      if (under.failedInRow === 1)
        report(`what was erased is still in parts of ClickHouse, which is tried again: ${messageOf(error)}`);
    }
  }

  #wait(task: ErasedTask, under: Under): void {
    const { erased, now, report } = this.#options;
    under.due = now() + PARTS_MS;
    if (task.told.problem === MIGRATING) return;
    erased.tell(task, { ...task.told, problem: MIGRATING });
    report(`what was erased may come back into parts of ClickHouse, which is waited for: ${MIGRATING}`);
  }

  async #merge(task: ErasedTask, under: Under, signal: AbortSignal): Promise<void> {
    const { erased, engine, removeExpired } = this.#options;
    const removed = under.held !== null || (await removeExpired(task.site));
    const looked = await engine.of(task, erased, under.held);
    if (removed) under.held ??= looked.parts;
    let { left, ofSite } = looked;
    // Those of an earlier look, too: what had expired may be merged by now, and detached parts are not.
    const partitions = new Set([
      ...looked.partitions,
      ...task.told.months.map((month) => month.replace('-', '')),
    ]);
    const told: EngineErased = {
      ...ENGINE_BEGINS,
      state: 'merging',
      months: monthsOf(partitions),
      rows: sumOf(left),
      ofSite,
    };
    erased.tell(task, told);
    for (const partition of partitions) await engine.dropCounts(partition);
    let fault: unknown = null;
    for (const partition of looked.left.keys()) {
      if (signal.aborted) return;
      // Another node may have merged it meanwhile, and a merge of a month may take hours.
      ({ left } = await engine.of(task, erased, under.held));
      if (!left.has(partition)) continue;
      try {
        await engine.merge(partition);
        this.#merges += 1;
      } catch (error) {
        // Others may be merged all the same.
        fault = error;
      }
    }
    if (looked.left.size > 0) ({ left, ofSite } = await engine.of(task, erased, under.held));
    const rows = sumOf(left);
    if (rows > 0) {
      erased.tell(task, { ...told, rows, ofSite });
      throw fault ?? new NotMerged(`${rows} rows are still there after they were merged`);
    }
    const inactive = await engine.inactive();
    const detached = await engine.detached(partitions);
    under.parts = new Set(inactive);
    const known = { ...told, rows, ofSite, detached: detached?.slice(0, PARTS_TOLD) ?? null };
    this.#tellParts(task, under, known, inactive);
  }

  async #look(task: ErasedTask, under: Under, parts: ReadonlySet<string>): Promise<void> {
    const found = await this.#options.engine.inactive();
    const left = found.filter((name) => parts.has(name));
    this.#tellParts(task, under, task.told, left);
  }

  #tellParts(task: ErasedTask, under: Under, told: EngineErased, left: readonly string[]): void {
    const { erased, now } = this.#options;
    under.due = now() + PARTS_MS;
    const state = left.length === 0 ? 'done' : 'removing';
    erased.tell(task, { ...told, state, parts: left.slice(0, PARTS_TOLD), problem: null });
  }
}

function monthsOf(partitions: ReadonlySet<Partition>): readonly string[] {
  return [...partitions].sort().map((name) => `${name.slice(0, 4)}-${name.slice(4)}`);
}

function sumOf(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

/** For whoever asked: nothing of statements and places of the server. */
function problemOf(error: unknown): string {
  const cause = error instanceof StoreUnavailableError ? error.cause : error;
  if (error instanceof NotMerged) return error.message;
  if (!(cause instanceof ClickHouseError)) return 'ClickHouse is away, or takes too long';
  const code = Number(cause.code);
  if (code === CANNOT_ASSIGN_OPTIMIZE || code === NOT_ENOUGH_SPACE)
    return `ClickHouse does not merge: its disk lacks room, or another merge is under way (code ${code})`;
  return `ClickHouse refuses (code ${code})`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
