/** The row that keys move, and the entry that is open beside the table. */

import { type RefObject, useEffect, useRef, useState } from 'react';
import type { LogEntry } from '../api/answers.ts';
import { useClient } from '../api/context.ts';
import type { Range } from '../time/instant-text.ts';
import { tell } from '../ui/tell.ts';
import type { EntryKey, ExploreState } from './explore-state.ts';
import { nextTrouble, rowOf } from './locate.ts';
import type { TableControl } from './log-table.tsx';
import { isTrouble } from './outcomes.ts';
import { isEntry, keyOf, type Rows } from './rows.ts';
import type { FilterState } from './search-params.ts';
import { type Change, isOpenedHere } from './use-explore.ts';

export interface CursorOptions {
  readonly state: ExploreState;
  readonly change: Change;
  readonly filter: FilterState;
  readonly range: Range | null;
  readonly rows: Rows | null;
  /** Another one for another result. */
  readonly question: unknown;
  /** Rises when rows were loaded. */
  readonly version: number;
  readonly table: RefObject<TableControl | null>;
}

export interface Cursor {
  readonly at: number;
  /** The open entry as the table has it. */
  readonly known: LogEntry | null;
  readonly open: (index: number) => void;
  /** Without opening it, unless one is open already. */
  readonly moveTo: (index: number) => void;
  readonly step: (by: number) => void;
  readonly toTrouble: () => void;
  readonly close: () => void;
  /** Rows were put in above. */
  readonly shift: (by: number) => void;
}

export function useCursor(options: CursorOptions): Cursor {
  const { state, change, filter, range, rows, question, version, table } = options;
  const client = useClient();
  const [at, setAt] = useState(-1);
  /** The row to open as soon as it is loaded. */
  const awaited = useRef(-1);
  const closing = useRef(false);
  const asked = useRef(question);
  const entry = state.entry;
  const row = at >= 0 ? rows?.at(at) : undefined;
  const here = row?.kind === 'entry' ? row.entry : null;
  const known = here !== null && entry !== null && isEntry(here, entry) ? here : null;

  const show = (key: EntryKey | null) =>
    change({ entry: key }, { replace: entry !== null, opens: entry === null || isOpenedHere() });
  const open = (index: number) => {
    setAt(index);
    const wanted = rows?.at(index);
    if (wanted?.kind === 'entry') show(keyOf(wanted.entry));
    else awaited.current = index;
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was loaded is the reason.
  useEffect(() => {
    const wanted = awaited.current >= 0 ? rows?.at(awaited.current) : undefined;
    if (wanted?.kind !== 'entry') return;
    awaited.current = -1;
    show(keyOf(wanted.entry));
  }, [version]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another entry, or none, is the reason.
  useEffect(() => {
    closing.current = false;
  }, [entry?.site, entry?.id]);

  const loaded = rows !== null && rows.count > 0;
  // An address that names an entry: the table goes there once.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new entry, or a new result, is the reason.
  useEffect(() => {
    if (entry === null) {
      if (asked.current !== question) setAt(-1);
      asked.current = question;
      return;
    }
    asked.current = question;
    if (!loaded || range === null || known !== null) return;
    const near = rows.find(entry, Math.max(0, at));
    if (near >= 0) {
      setAt(near);
      table.current?.reveal(near);
      return;
    }
    const stop = new AbortController();
    rowOf(client, { filter, range, order: state.order }, entry.id, stop.signal).then(
      (index) => {
        if (index === null || stop.signal.aborted) return;
        setAt(index + rows.before);
        table.current?.go(Math.max(0, index + rows.before - 4));
      },
      // The panel tells of it itself; that the table stays where it is, is no fault.
      () => {},
    );
    return () => stop.abort();
  }, [entry?.site, entry?.id, loaded, question]);

  const step = (by: number) => {
    if (rows === null || rows.count === 0) return;
    const next = Math.min(Math.max(at + by, 0), rows.count - 1);
    table.current?.reveal(next);
    if (entry === null) setAt(next);
    else open(next);
  };
  const toTrouble = async () => {
    if (rows === null || range === null) return;
    let index = at + 1;
    let behind = here === null ? null : Date.parse(here.occurrence_time);
    for (; index < rows.count; index += 1) {
      const next = rows.at(index);
      if (next.kind === 'blank') break;
      if (next.kind === 'gap') continue;
      if (isTrouble(next.entry)) {
        table.current?.reveal(index);
        open(index);
        return;
      }
      behind = Date.parse(next.entry.occurrence_time);
    }
    try {
      const found = await nextTrouble(client, { filter, range, order: state.order }, behind);
      if (found === null) tell('No further error');
      else show(keyOf(found));
    } catch (error) {
      tell(error instanceof Error ? error.message : String(error));
    }
  };
  return {
    at,
    known,
    open,
    moveTo: (index) => (entry === null ? setAt(index) : open(index)),
    step,
    toTrouble: () => void toTrouble(),
    close: () => {
      // Twice for one entry would lead off the page.
      if (closing.current) return;
      if (isOpenedHere()) {
        closing.current = true;
        window.history.back();
      } else change({ entry: null }, { replace: true });
      table.current?.focus();
    },
    shift: (by) => setAt((index) => (index < 0 ? index : index + by)),
  };
}
