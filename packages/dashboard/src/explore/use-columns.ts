/** The table's columns: the choice, and the sizing of TanStack Table. */

import { columnResizingFeature, columnSizingFeature, tableFeatures, useTable } from '@tanstack/react-table';
import { useEffect, useMemo, useState } from 'react';
import type { LogEntry } from '../api/answers.ts';
import { onKept } from '../preferences/kept.ts';
import {
  type ColumnChoice,
  keepChoice,
  keptChoice,
  knownColumns,
  moved,
  toggled,
  WIDTH_MAX,
  WIDTH_MIN,
} from './column-choice.ts';
import { COLUMNS, type Column, DEFAULT_COLUMNS } from './columns.ts';

const features = tableFeatures({ columnSizingFeature, columnResizingFeature });
/** Rows are drawn from the pages of the result: the table itself only knows columns. */
const NO_ROWS: LogEntry[] = [];

export interface SizedColumn extends Column {
  readonly size: number;
  readonly resizing: boolean;
  /** For mouse and touch. */
  readonly startResize: (event: unknown) => void;
}

export interface Columns {
  readonly shown: readonly SizedColumn[];
  readonly ids: readonly string[];
  readonly width: number;
  readonly move: (id: string, by: number) => void;
  readonly toggle: (id: string) => void;
  readonly resize: (id: string, width: number) => void;
  readonly reset: () => void;
}

/** `named`: those of the address, which count before the person's own. */
export function useColumns(
  named: readonly string[] | null,
  rename: (ids: readonly string[]) => void,
): Columns {
  const [choice, setChoice] = useState(keptChoice);
  useEffect(() => onKept((origin) => origin === 'server' && setChoice(keptChoice())), []);
  const ids = useMemo(() => (named === null ? choice.ids : knownColumns(named)), [named, choice.ids]);
  const keep = (next: ColumnChoice) => {
    keepChoice(next);
    setChoice(next);
    if (named !== null) rename(next.ids);
  };
  const columns = useMemo(() => ids.flatMap((id) => COLUMNS.get(id) ?? []), [ids]);
  const defs = useMemo(
    () =>
      columns.map(({ id, width, label }) => ({
        id,
        header: label,
        accessorFn: () => '',
        size: width,
        minSize: WIDTH_MIN,
        maxSize: WIDTH_MAX,
      })),
    [columns],
  );
  const table = useTable({
    features,
    columns: defs,
    data: NO_ROWS,
    columnResizeMode: 'onChange',
    state: { columnSizing: choice.widths },
    onColumnSizingChange: (update) =>
      keep({ ids, widths: typeof update === 'function' ? update(choice.widths) : update }),
  });
  const headers = table.getHeaderGroups()[0]?.headers ?? [];
  const shape = headers
    .map((header) => `${header.id} ${header.getSize()} ${header.column.getIsResizing()}`)
    .join();
  // Rows are drawn anew only where something changed: the same columns must be the same list.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the shape says all that matters of the headers.
  const shown = useMemo(
    () =>
      headers.flatMap((header) => {
        const column = COLUMNS.get(header.column.id);
        if (column === undefined) return [];
        const resizing = header.column.getIsResizing();
        return [{ ...column, size: header.getSize(), resizing, startResize: header.getResizeHandler() }];
      }),
    [shape],
  );
  return {
    shown,
    ids,
    width: shown.reduce((sum, { size }) => sum + size, 0),
    move: (id, by) => keep({ ...choice, ids: moved(ids, id, by) }),
    toggle: (id) => keep({ ...choice, ids: toggled(ids, id) }),
    resize: (id, width) => {
      const size = Math.min(Math.max(width, WIDTH_MIN), WIDTH_MAX);
      keep({ ids, widths: { ...choice.widths, [id]: size } });
    },
    reset: () => keep({ ids: DEFAULT_COLUMNS, widths: {} }),
  };
}
