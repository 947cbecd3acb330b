/** The entries that match, by pages, for as long as the question stays the same. */

import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { LogPage } from '../api/answers.ts';
import type { Client, Params } from '../api/client.ts';
import type { Range } from '../time/instant-text.ts';
import { PageStore } from './page-store.ts';
import { type FilterState, filterParams, rangeParams, rowParts } from './search-params.ts';

export function pageStoreOf(
  client: Client,
  filter: FilterState,
  range: Range,
  order: 'asc' | 'desc',
): PageStore {
  const params = {
    ...filterParams(filter),
    ...rangeParams(range),
    sort_order: order,
    include: rowParts(filter),
  };
  const ask = (signal: AbortSignal, page: Params) =>
    client.get<LogPage>('/ocpp-logs', { signal, params: { ...params, ...page } });
  return new PageStore(
    (start, take, signal) => ask(signal, { ...start, take, count: 'quick' }),
    (signal) => ask(signal, { take: 1 }),
  );
}

/** `range` null: there is nothing to ask. Both must be the same objects as long as they say the same. */
export function useResult(
  client: Client,
  filter: FilterState,
  range: Range | null,
  order: 'asc' | 'desc',
): PageStore | null {
  const store = useMemo(
    () => (range === null ? null : pageStoreOf(client, filter, range, order)),
    [client, filter, range, order],
  );
  useEffect(() => {
    store?.want(0, 1);
    return () => store?.rest();
  }, [store]);
  useEffect(
    () =>
      client.reach.onBack(() => {
        if (store?.error == null) return;
        store.retry();
        if (store.state === null) store.want(0, 1);
      }),
    [client, store],
  );
  return store;
}

const none = () => () => {};

/** Renders anew with every change of the store. */
export function useVersion(store: PageStore | null): number {
  return useSyncExternalStore(store?.subscribe ?? none, () => store?.version ?? 0);
}

/** The result before, until the new one has anything to show: a table must not go blank for every key. */
export function useShown(asked: PageStore | null): PageStore | null {
  const [shown, show] = useState(asked);
  const ready = asked !== null && (asked.state !== null || asked.error !== null);
  if (shown === asked || (!ready && shown !== null)) return shown;
  show(asked);
  return asked;
}
