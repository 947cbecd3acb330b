/** The state of the page in its address, and how it changes. */

import { useCallback, useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';
import { type ExploreState, readState, writeState } from './explore-state.ts';

export interface ChangeOptions {
  /** No step of the browser's history: for what changes often, such as the row that is open. */
  readonly replace?: boolean;
  /** The step of the browser's history before this one is the same page without the open entry. */
  readonly opens?: boolean;
}

export type Change = (change: Partial<ExploreState>, options?: ChangeOptions) => void;

export function addressOf(state: ExploreState): string {
  const query = writeState(state);
  return query === '' ? '/explore' : `/explore?${query}`;
}

const OPENED = { opened: true } as const;

/** Whether this page opened the entry that is open: going back closes it. */
export function isOpenedHere(): boolean {
  const state: unknown = window.history.state;
  return typeof state === 'object' && state !== null && 'opened' in state;
}

export function useExplore(): readonly [ExploreState, Change] {
  const search = useSearch();
  const [, go] = useLocation();
  const state = useMemo(() => readState(search), [search]);
  const change = useCallback<Change>(
    (part, { replace = false, opens = false } = {}) =>
      go(addressOf({ ...readState(search), ...part }), { replace, state: opens ? OPENED : null }),
    [go, search],
  );
  return [state, change];
}
