/** Picks entries by mouse and keys. Rows that are not loaded are asked for, so that none between is left out. */

import { useEffect, useRef, useState } from 'react';
import type { LogEntry, LogPage } from '../api/answers.ts';
import { useClient } from '../api/context.ts';
import type { Range } from '../time/instant-text.ts';
import { tell } from '../ui/tell.ts';
import type { Rows } from './rows.ts';
import { type FilterState, filterParams, rangeParams } from './search-params.ts';
import { NO_SELECTION, reaching, SELECTED_MAX, type Selection, toggled } from './selection.ts';

export interface SelectionOptions {
  readonly filter: FilterState;
  readonly range: Range | null;
  readonly order: 'asc' | 'desc';
  readonly rows: Rows | null;
  /** What rows are numbered by: another one for another result. */
  readonly question: unknown;
}

export interface Selecting {
  readonly selection: Selection;
  readonly toggle: (index: number) => void;
  /** From the row where it began, or else from `cursor`. */
  readonly reach: (index: number, cursor: number) => void;
  /** Shift begins to reach anew, from where one stands then. */
  readonly rest: () => void;
  readonly clear: () => void;
  /** Rows were put in above. */
  readonly shift: (by: number) => void;
}

const FULL = `At most ${SELECTED_MAX.toLocaleString('en')} entries can be selected`;

export function useSelection({ filter, range, order, rows, question }: SelectionOptions): Selecting {
  const client = useClient();
  const [selection, setSelection] = useState(NO_SELECTION);
  const latest = useRef(selection);
  const asked = useRef<AbortController | null>(null);
  const put = (next: Selection | null) => {
    if (next === null) {
      tell(FULL);
      return;
    }
    latest.current = next;
    setSelection(next);
  };
  const clear = () => {
    asked.current?.abort();
    put(NO_SELECTION);
  };
  const rest = () => {
    const { entries, anchor, base } = latest.current;
    if (anchor >= 0 || base !== entries) put({ entries, anchor: -1, base: entries });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: another search is the reason, whatever it finds.
  useEffect(clear, [filter]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows of another result have other numbers.
  useEffect(() => {
    asked.current?.abort();
    rest();
  }, [question]);
  useEffect(() => () => asked.current?.abort(), []);

  const between = async (from: number, to: number, signal: AbortSignal): Promise<readonly LogEntry[]> => {
    const found: LogEntry[] = [];
    let blank = false;
    for (let index = from; index <= to; index += 1) {
      const row = rows?.at(index);
      if (row?.kind === 'entry') found.push(row.entry);
      blank ||= row?.kind === 'blank';
    }
    if (!blank || rows === null || range === null) return found;
    const first = Math.max(from, rows.before);
    const page = await client.get<LogPage>('/ocpp-logs', {
      signal,
      params: {
        ...filterParams(filter),
        ...rangeParams(range),
        sort_order: order,
        include: 'exchange',
        count: 'quick',
        skip: first - rows.before,
        take: to - first + 1,
      },
    });
    return [...found.slice(0, first - from), ...page.ocpp_logs];
  };

  const reach = async (index: number, cursor: number) => {
    if (rows === null) return;
    const { anchor } = latest.current;
    const start = anchor >= 0 ? anchor : cursor >= 0 ? cursor : index;
    const [from, to] = start < index ? [start, index] : [index, start];
    if (to - from >= SELECTED_MAX) {
      tell(FULL);
      return;
    }
    asked.current?.abort();
    const stop = new AbortController();
    asked.current = stop;
    try {
      const entries = await between(from, to, stop.signal);
      if (!stop.signal.aborted) put(reaching(latest.current, start, entries));
    } catch (error) {
      if (!stop.signal.aborted) tell(error instanceof Error ? error.message : String(error));
    }
  };
  return {
    selection,
    toggle: (index) => {
      const row = rows?.at(index);
      if (row?.kind !== 'entry') return;
      asked.current?.abort();
      put(toggled(latest.current, row.entry, index));
    },
    reach: (index, cursor) => void reach(index, cursor),
    rest,
    clear,
    shift: (by) => {
      const { anchor } = latest.current;
      if (anchor >= 0) put({ ...latest.current, anchor: anchor + by });
    },
  };
}
