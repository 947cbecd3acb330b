/** Follows what comes in while the page is live. */

import { useEffect, useRef, useState } from 'react';
import type { LogPage } from '../api/answers.ts';
import { useClient } from '../api/context.ts';
import type { Range } from '../time/instant-text.ts';
import { insist, keepFollowing, type TailChange, type TailState } from './follow.ts';
import { caughtUp, isWhole, type LiveRows, NO_LIVE_ROWS, resumed, taken, withoutHeld } from './live-rows.ts';
import { PAGE_ROWS, type PageStore } from './page-store.ts';
import { type FilterState, filterParams, rangeParams, rowParts } from './search-params.ts';

/** Changes are shown together, so that a busy tail does not draw the table for each. */
const GATHER_MS = 150;
/** What was said in the last moments of a result may have been recorded after it was answered. */
const LATE_MS = 10_000;
/** The clock of this browser may be behind: whatever is newer than the result is looked for. */
const AHEAD_MS = 86_400_000;

export interface LiveView {
  readonly rows: LiveRows;
  readonly state: TailState | 'off';
  readonly error: Error | null;
  readonly resume: () => void;
}

export interface LiveOptions {
  readonly on: boolean;
  readonly filter: FilterState;
  /** That of the result; null while another one is asked for. */
  readonly range: Range | null;
  /** Another one begins without live rows: it has them in its result. */
  readonly store: PageStore | null;
  /** Asked with every change. */
  readonly paused: () => boolean;
  /** So many rows were put in above. */
  readonly added: (rows: number) => void;
}

export function useLive({ on, filter, range, store, paused, added }: LiveOptions): LiveView {
  const client = useClient();
  const [rows, setRows] = useState(NO_LIVE_ROWS);
  const [state, setState] = useState<TailState | 'off'>('off');
  const [error, setError] = useState<Error | null>(null);
  const current = useRef({ rows, paused, added, store });
  current.current = { ...current.current, paused, added, store };

  const put = (next: LiveRows) => {
    const grown = next.shown.length - current.current.rows.shown.length;
    current.current.rows = next;
    setRows(next);
    if (grown > 0) current.current.added(grown);
  };
  const latest = useRef(put);
  /** Nothing was asked yet of what came before the tail; one that comes back tells by itself what it missed. */
  const behind = useRef(true);
  latest.current = put;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another result is the reason to begin anew.
  useEffect(() => {
    latest.current(NO_LIVE_ROWS);
    behind.current = true;
  }, [store, on]);
  const loaded = store?.state != null;
  useEffect(() => {
    if (store !== null && loaded)
      latest.current(withoutHeld(current.current.rows, (entry) => store.has(entry)));
  }, [store, loaded]);
  // A tail begins when it is open, and the result ends when it was asked for: what lies between is asked for by itself.
  const isOpen = state === 'open';
  useEffect(() => {
    if (!on || !isOpen || !behind.current || !loaded || store === null || range === null) return;
    const stop = new AbortController();
    const reach = { from: range.to - LATE_MS, to: range.to + AHEAD_MS };
    const params = {
      ...filterParams(filter),
      ...rangeParams(reach),
      sort_order: 'desc',
      include: rowParts(filter),
      take: PAGE_ROWS,
      count: 'quick',
    };
    const catchUp = async () => {
      const answer = await client.get<LogPage>('/ocpp-logs', { signal: stop.signal, params });
      if (stop.signal.aborted) return;
      behind.current = false;
      const { ocpp_logs: newest } = answer;
      const entries = newest.filter((entry) => !store.update(entry));
      const whole = isWhole(answer, { held: newest.length - entries.length, take: PAGE_ROWS });
      latest.current(caughtUp(current.current.rows, { entries, whole }, current.current.paused()));
    };
    // Where the tail is cut meanwhile it is asked for again as soon as it is open again.
    void insist(catchUp, stop.signal);
    return () => stop.abort();
  }, [client, on, isOpen, loaded, store, range, filter]);
  useEffect(() => {
    if (!on) return;
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
      state: (next: TailState) => {
        setState(next);
        if (next === 'connecting') setError(null);
      },
      failed: (problem: unknown) => setError(problem instanceof Error ? problem : new Error(String(problem))),
    };
    const end = keepFollowing(client, following);
    return () => {
      end();
      if (timer !== null) clearTimeout(timer);
      setState('off');
    };
  }, [client, on, filter]);
  return { rows, state, error, resume: () => put(resumed(current.current.rows)) };
}

/** What the first page of the result shows already, or shows anew by this. */
function isHeld(store: PageStore | null, change: TailChange): boolean {
  if (store === null || change.kind === 'gap') return false;
  return store.update(change.entry) && change.kind === 'entry';
}
