/** Follows what comes in while the page is live. */

import { useEffect, useRef, useState } from 'react';
import { useClient } from '../api/context.ts';
import { follow, type TailChange, type TailState } from './follow.ts';
import { type LiveRows, NO_LIVE_ROWS, resumed, taken, withoutHeld } from './live-rows.ts';
import type { PageStore } from './page-store.ts';
import { type FilterState, filterParams, rowParts } from './search-params.ts';

/** Changes are shown together, so that a busy tail does not draw the table for each. */
const GATHER_MS = 150;

export interface LiveView {
  readonly rows: LiveRows;
  readonly state: TailState | 'off';
  readonly error: Error | null;
  readonly resume: () => void;
}

export interface LiveOptions {
  readonly on: boolean;
  readonly filter: FilterState;
  /** Another one begins without live rows: it has them in its result. */
  readonly store: PageStore | null;
  /** Asked with every change. */
  readonly paused: () => boolean;
  /** So many rows were put in above. */
  readonly added: (rows: number) => void;
}

export function useLive({ on, filter, store, paused, added }: LiveOptions): LiveView {
  const client = useClient();
  const [rows, setRows] = useState(NO_LIVE_ROWS);
  const [state, setState] = useState<TailState | 'off'>('off');
  const [error, setError] = useState<Error | null>(null);
  const [turn, setTurn] = useState(0);
  useEffect(
    () => (error === null ? undefined : client.reach.onBack(() => setTurn((before) => before + 1))),
    [client, error],
  );
  const current = useRef({ rows, paused, added, store });
  current.current = { ...current.current, paused, added, store };

  const put = (next: LiveRows) => {
    const grown = next.shown.length - current.current.rows.shown.length;
    current.current.rows = next;
    setRows(next);
    if (grown > 0) current.current.added(grown);
  };
  const latest = useRef(put);
  latest.current = put;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another result is the reason to begin anew.
  useEffect(() => latest.current(NO_LIVE_ROWS), [store, on]);
  const loaded = store?.state != null;
  useEffect(() => {
    if (store !== null && loaded)
      latest.current(withoutHeld(current.current.rows, (entry) => store.has(entry)));
  }, [store, loaded]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another turn is a reason to begin anew.
  useEffect(() => {
    if (!on) return;
    const stop = new AbortController();
    let gathered: TailChange[] = [];
    let timer: ReturnType<typeof setTimeout> | null = null;
    const flush = () => {
      timer = null;
      const changes = gathered.filter((change) => !isHeld(current.current.store, change));
      gathered = [];
      latest.current(taken(current.current.rows, changes, current.current.paused()));
    };
    const following = {
      path: '/ocpp-logs/stream',
      params: { ...filterParams(filter), include: rowParts(filter) },
      take: (changes: readonly TailChange[]) => {
        gathered.push(...changes);
        timer ??= setTimeout(flush, GATHER_MS);
      },
      state: setState,
      failed: (problem: unknown) => setError(problem instanceof Error ? problem : new Error(String(problem))),
    };
    setError(null);
    void follow(client, following, stop.signal);
    return () => {
      stop.abort();
      if (timer !== null) clearTimeout(timer);
      setState('off');
    };
  }, [client, on, filter, turn]);
  return { rows, state, error, resume: () => put(resumed(current.current.rows)) };
}

/** What the first page of the result shows already, or shows anew by this. */
function isHeld(store: PageStore | null, change: TailChange): boolean {
  if (store === null || change.kind === 'gap') return false;
  return store.update(change.entry) && change.kind === 'entry';
}
