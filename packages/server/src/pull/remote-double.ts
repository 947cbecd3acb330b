/** A server of the API in memory, for tests: its history grows, and it fails when it is told to. */

import type { PageWish, Remote, RemoteEntry, RemotePage } from './remote.ts';

export interface DoubleEntry {
  /** ms. */
  readonly at: number;
  readonly name: string;
}

/** An entry as the published API has it; charger and payload make its name. */
export function entryText({ at, name }: DoubleEntry): string {
  return JSON.stringify({
    occurrence_time: new Date(at).toISOString(),
    action: 'DataTransfer',
    payload: { vendorId: name },
    charger_id: 'CP_1',
    connector_id: null,
  });
}

export class RemoteDouble implements Remote {
  readonly #entries: DoubleEntry[] = [];
  /** Called before each page: the place to change the history, or to throw. */
  onPage: (wish: PageWish) => void = () => undefined;
  requests = 0;
  exact: boolean | null = false;

  /** Behind those of the same millisecond, as an ordinal is given. */
  add(...entries: readonly DoubleEntry[]): void {
    this.#entries.push(...entries);
    this.#entries.sort((a, b) => a.at - b.at);
  }

  remove(entry: DoubleEntry): void {
    const at = this.#entries.indexOf(entry);
    if (at >= 0) this.#entries.splice(at, 1);
  }

  async page(wish: PageWish, signal: AbortSignal): Promise<RemotePage> {
    signal.throwIfAborted();
    this.requests += 1;
    this.onPage(wish);
    const found = this.#entries.filter(({ at }) => at >= wish.from && at < wish.to);
    const entries = found
      .slice(wish.skip, wish.skip + wish.take)
      .map((entry): RemoteEntry => ({ at: entry.at, text: entryText(entry) }));
    const length = entries.reduce((sum, { text }) => sum + text.length, 0);
    return { entries, count: found.length, length };
  }

  get history(): readonly DoubleEntry[] {
    return this.#entries;
  }
}
