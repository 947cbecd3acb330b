/** Erasures that the recorder's thread works on: kept until they end, as a new thread is told of them again. */

import type { ErasureNews, ErasureOrder } from './recorder-worker.ts';

interface Erasing {
  readonly order: ErasureOrder;
  readonly onNews: (news: ErasureNews) => void;
  readonly resolve: (news: ErasureNews) => void;
}

export class ErasingOrders {
  /** As many as its caller begins, which is one at a time. */
  readonly #erasing = new Map<string, Erasing>();

  get orders(): readonly ErasureOrder[] {
    return [...this.#erasing.values()].map(({ order }) => order);
  }

  /** Resolves at its end. `send` hands it to the thread; where that fails, `again` says whether another is told of it. */
  begin(
    order: ErasureOrder,
    onNews: (news: ErasureNews) => void,
    { send, again }: { readonly send: () => Promise<unknown>; readonly again: () => boolean },
  ): Promise<ErasureNews> {
    return new Promise((resolve, reject) => {
      this.#erasing.set(order.id, { order, onNews, resolve });
      send().catch((error: unknown) => {
        if (again()) return;
        this.#erasing.delete(order.id);
        reject(error);
      });
    });
  }

  hear(news: ErasureNews): void {
    const erasing = this.#erasing.get(news.id);
    if (erasing === undefined) return;
    if (news.ended) {
      this.#erasing.delete(news.id);
      erasing.resolve(news);
    } else erasing.onNews(news);
  }
}
