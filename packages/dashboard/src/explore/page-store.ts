/** Pages of a result by their place, the ones used last. A page is asked for once, and again only after it failed. */

import type { LogEntry, LogPage } from '../api/answers.ts';

/** Some screens: the first rows wait for a whole page. */
export const PAGE_ROWS = 100;
/** 12,000 entries. */
const PAGES_MAX = 120;
/** Asked for at once; the newest wish goes first. */
const AT_ONCE = 3;

export type PageFetch = (skip: number, take: number, signal: AbortSignal) => Promise<LogPage>;

export type CountFetch = (signal: AbortSignal) => Promise<Pick<LogPage, 'count' | 'count_exact'>>;

export interface PageState {
  readonly count: number;
  readonly exact: boolean;
  /** Whether a better count is still to come. */
  readonly counting: boolean;
}

type Held = { readonly kind: 'page'; readonly entries: LogEntry[] } | { readonly kind: 'failed' };

export class PageStore {
  readonly #fetch: PageFetch;
  readonly #fetchCount: CountFetch;
  readonly #pages = new Map<number, Held>();
  readonly #asked = new Map<number, AbortController>();
  readonly #listeners = new Set<() => void>();
  #wanted: readonly number[] = [];
  #state: PageState | null = null;
  #error: unknown = null;
  #version = 0;
  #counter: AbortController | null = null;

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
      if (!wanted.includes(page)) {
        controller.abort();
        this.#asked.delete(page);
      }
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
    for (const controller of this.#asked.values()) controller.abort();
    this.#asked.clear();
    this.#counter?.abort();
    this.#counter = null;
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
    try {
      const { ocpp_logs, count, count_exact } = await this.#fetch(page * PAGE_ROWS, PAGE_ROWS, signal);
      if (signal.aborted) return;
      this.#keep(page, { kind: 'page', entries: [...ocpp_logs] });
      this.#counted(count, count_exact ?? true);
      this.#error = null;
    } catch (error) {
      if (signal.aborted) return;
      this.#keep(page, { kind: 'failed' });
      this.#error = error;
    }
    this.#asked.delete(page);
    this.#changed();
    this.#askNext();
    void this.#count();
  }

  /** Once for a result, where its pages did not count all: after that, only pages tell of more. */
  async #count(): Promise<void> {
    if (this.#state === null || this.#state.exact || this.#counter !== null) return;
    const counter = new AbortController();
    this.#counter = counter;
    this.#state = { ...this.#state, counting: true };
    this.#changed();
    try {
      const { count, count_exact } = await this.#fetchCount(counter.signal);
      if (!counter.signal.aborted) this.#counted(count, count_exact ?? true);
    } catch {
      // What the pages counted still holds; the next look at further rows asks again.
      if (this.#counter === counter) this.#counter = null;
    }
    if (counter.signal.aborted) return;
    this.#state = { ...this.#state, counting: false };
    this.#changed();
  }

  /** An exact count is not taken back by a page that has counted less. */
  #counted(count: number, exact: boolean): void {
    const known = this.#state;
    if (known !== null && !exact && known.count >= count) return;
    this.#state = { count, exact, counting: known?.counting ?? false };
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
