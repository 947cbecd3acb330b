/** Pages of a result by their place, the ones used last. A page is asked for once, and again only after it failed. */

import type { LogEntry, LogPage } from '../api/answers.ts';

/** Some screens: the first rows wait for a whole page. */
export const PAGE_ROWS = 100;
/** 12,000 entries. */
const PAGES_MAX = 120;
/** Asked for at once; the newest wish goes first. */
const AT_ONCE = 3;

/** A number of rows to pass over, or the cursor of the page before. */
export type PageStart = { readonly skip: number } | { readonly cursor: string };
export type PageFetch = (start: PageStart, take: number, signal: AbortSignal) => Promise<LogPage>;

export type CountFetch = (signal: AbortSignal) => Promise<Pick<LogPage, 'count' | 'count_exact'>>;

export interface PageState {
  readonly count: number;
  readonly exact: boolean;
  /** Whether a better count is still to come. */
  readonly counting: boolean;
}

/** So many answers make one page at most: of a rare word each may be empty. */
const PARTS_MAX = 1_000;

type Held = { readonly kind: 'page'; readonly entries: LogEntry[] } | { readonly kind: 'failed' };

export class PageStore {
  readonly #fetch: PageFetch;
  readonly #fetchCount: CountFetch;
  readonly #pages = new Map<number, Held>();
  /** Where pages begin of which not all before them is counted: a search over texts is not begun anew for each. */
  readonly #cursors = new Map<number, string>();
  readonly #asked = new Map<number, AbortController>();
  readonly #listeners = new Set<() => void>();
  #wanted: readonly number[] = [];
  #state: PageState | null = null;
  #error: unknown = null;
  #version = 0;
  /** Of the count of all; one that never asks where pages count by being continued. */
  #counter: AbortController | null = null;
  /** What looks at texts to count, or to go on with a page. */
  readonly #underway = new Set<AbortSignal>();

  /** `fetchPage` counts no further than its page where that takes long; `fetchCount` then does. */
  constructor(fetchPage: PageFetch, fetchCount: CountFetch) {
    this.#fetch = fetchPage;
    this.#fetchCount = fetchCount;
  }

  /** null until the first page has come. */
  get state(): PageState | null {
    return this.#state;
  }

  get error(): unknown {
    return this.#error;
  }

  /** Rises with every change. */
  get version(): number {
    return this.#version;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  row(index: number): LogEntry | undefined {
    const page = this.#pages.get(Math.floor(index / PAGE_ROWS));
    return page?.kind === 'page' ? page.entries[index % PAGE_ROWS] : undefined;
  }

  /** Rows from, to are on the screen: what is missing of them is fetched, what is asked for elsewhere given up. */
  want(from: number, to: number): void {
    const wanted: number[] = [];
    const last = Math.floor(Math.max(from, to - 1) / PAGE_ROWS);
    for (let page = Math.floor(from / PAGE_ROWS); page <= last; page += 1) wanted.push(page);
    this.#wanted = wanted;
    for (const [page, controller] of this.#asked) {
      if (!wanted.includes(page)) this.#giveUp(page, controller);
    }
    for (const page of wanted) this.#touch(page);
    this.#askNext();
    void this.#count();
  }

  retry(): void {
    for (const [page, held] of this.#pages) if (held.kind === 'failed') this.#pages.delete(page);
    this.#error = null;
    this.#changed();
    this.#askNext();
  }

  /** An entry as it is now; whether it is among the rows that are held. */
  update(entry: LogEntry): boolean {
    for (const held of this.#pages.values()) {
      if (held.kind !== 'page') continue;
      const at = held.entries.findIndex((each) => sameEntry(each, entry));
      if (at < 0) continue;
      held.entries[at] = entry;
      this.#changed();
      return true;
    }
    return false;
  }

  has(entry: LogEntry): boolean {
    for (const held of this.#pages.values()) {
      if (held.kind === 'page' && held.entries.some((each) => sameEntry(each, entry))) return true;
    }
    return false;
  }

  /** Gives up what is asked for; {@link want} begins again. */
  rest(): void {
    this.#wanted = [];
    for (const [page, controller] of this.#asked) this.#giveUp(page, controller);
    this.#counter?.abort();
    this.#counter = null;
    this.#underway.clear();
  }

  /** What is there of a page that is not whole goes, too: it is asked for anew. */
  #giveUp(page: number, controller: AbortController): void {
    controller.abort();
    this.#asked.delete(page);
    this.#pages.delete(page);
    this.#underway.delete(controller.signal);
  }

  #touch(page: number): void {
    const held = this.#pages.get(page);
    if (held === undefined) return;
    this.#pages.delete(page);
    this.#pages.set(page, held);
  }

  #askNext(): void {
    for (const page of this.#wanted) {
      if (this.#asked.size >= AT_ONCE) return;
      if (this.#pages.has(page) || this.#asked.has(page)) continue;
      const controller = new AbortController();
      this.#asked.set(page, controller);
      void this.#load(page, controller.signal);
    }
  }

  async #load(page: number, signal: AbortSignal): Promise<void> {
    const first = page * PAGE_ROWS;
    const entries: LogEntry[] = [];
    const cursor = this.#cursors.get(page);
    let start: PageStart = cursor === undefined ? { skip: first } : { cursor };
    try {
      for (let parts = 0; ; parts += 1) {
        const answer = await this.#fetch(start, PAGE_ROWS - entries.length, signal);
        if (signal.aborted) return;
        const { ocpp_logs, next_cursor: next = null, count, count_exact: exact = true } = answer;
        for (const entry of ocpp_logs) entries.push(entry);
        // Of texts an answer counts no further than it looks; behind the last one there is nothing.
        const ended = next === null && 'cursor' in start;
        this.#counted(exact ? count : Math.max(ended ? 0 : count, first + entries.length), exact || ended);
        const more = next !== null && entries.length < PAGE_ROWS && parts < PARTS_MAX;
        if (next !== null && !more) this.#cursors.set(page + 1, next);
        this.#keep(page, { kind: 'page', entries: [...entries] });
        this.#error = null;
        if (!more) break;
        // Time ran out before the page was full: what was found is shown, and the rest looked for.
        this.#looking(signal, true);
        this.#counter ??= new AbortController();
        start = { cursor: next };
      }
    } catch (error) {
      if (signal.aborted) return;
      this.#keep(page, { kind: 'failed' });
      this.#error = error;
    }
    this.#asked.delete(page);
    this.#looking(signal, false);
    this.#askNext();
    void this.#count();
  }

  /** Once for a result, where its pages did not count all: after that, only pages tell of more. */
  async #count(): Promise<void> {
    if (this.#state === null || this.#state.exact || this.#counter !== null) return;
    const counter = new AbortController();
    this.#counter = counter;
    this.#looking(counter.signal, true);
    try {
      const { count, count_exact } = await this.#fetchCount(counter.signal);
      if (!counter.signal.aborted) this.#counted(count, count_exact ?? true);
    } catch {
      // What the pages counted still holds; the next look at further rows asks again.
      if (this.#counter === counter) this.#counter = null;
    }
    if (!counter.signal.aborted) this.#looking(counter.signal, false);
  }

  #looking(signal: AbortSignal, on: boolean): void {
    if (on) this.#underway.add(signal);
    else this.#underway.delete(signal);
    if (this.#state !== null) this.#state = { ...this.#state, counting: this.#underway.size > 0 };
    this.#changed();
  }

  /** An exact count is not taken back by a page that has counted less. */
  #counted(count: number, exact: boolean): void {
    const known = this.#state;
    if (known !== null && !exact && known.count >= count) return;
    this.#state = { count, exact, counting: this.#underway.size > 0 };
  }

  #keep(page: number, held: Held): void {
    this.#pages.set(page, held);
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= PAGES_MAX) break;
      if (!this.#wanted.includes(oldest)) this.#pages.delete(oldest);
    }
  }

  #changed(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }
}

function sameEntry(a: LogEntry, b: LogEntry): boolean {
  return a.site_id === b.site_id && a.exchange?.id === b.exchange?.id;
}
