/** The table: any of the rows, however many there are, by a scrollbar that tells where in the whole they lie. */

import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type Ref,
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { flushSync } from 'react-dom';
import type { ZoneOf } from '../time/zone-choice.ts';
import { DayHead, newDayAt } from './day-head.tsx';
import { LogRow, type PickHow, rowId } from './log-row.tsx';
import styles from './log-table.module.css';
import { revealed, type Segment, scrolled, segmentFor, segmentRows, topRow } from './row-window.ts';
import type { Rows } from './rows.ts';
import { isSelected, type Selection } from './selection.ts';
import { TableHeader } from './table-header.tsx';
import type { Columns } from './use-columns.ts';

const ROW = 28;
const COMPACT_ROW = 54;
const HEAD = 32;
const DAY_HEAD = 24;
const OVERSCAN = 10;

export interface TableControl {
  /** Brings a row onto the screen. */
  readonly reveal: (index: number) => void;
  /** A row to the top. */
  readonly go: (index: number) => void;
  readonly focus: () => void;
}

export interface LogTableProps {
  readonly rows: Rows;
  /** Another one for another question: the table begins at its top. */
  readonly question: unknown;
  readonly columns: Columns;
  readonly zone: ZoneOf;
  readonly zoneName: string;
  readonly compact: boolean;
  readonly cursor: number;
  readonly selection: Selection;
  readonly onPick: (index: number, how: PickHow) => void;
  readonly onGap: () => void;
  /** First row on the screen, and how many fit. */
  readonly onSeen: (first: number, fit: number) => void;
  readonly ref: Ref<TableControl>;
}

const START: Segment = { first: 0, top: 0 };

export function LogTable(props: LogTableProps) {
  const { rows, columns, compact, cursor, onSeen } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const segment = useRef<Segment>(START);
  const [first, setFirst] = useState(0);
  const rowHeight = compact ? COMPACT_ROW : ROW;
  const head = compact ? DAY_HEAD : HEAD;
  const { count } = rows;
  const viewport = () => ({
    rows: count,
    rowHeight,
    height: Math.max(rowHeight, (scroller.current?.clientHeight ?? 600) - head),
  });
  const virtual = useVirtualizer({
    count: segmentRows({ rows: count }),
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
  });
  const put = (next: Segment) => {
    const element = scroller.current;
    const moves = next.first !== segment.current.first;
    segment.current = next;
    // The rows and the place in the scrollbar must change in one frame, or the rows jump.
    if (moves) flushSync(() => setFirst(next.first));
    if (element !== null && Math.abs(element.scrollTop - next.top) >= 1) element.scrollTop = next.top;
    tellSeen(next);
  };
  const tellSeen = (at: Segment) => {
    const view = viewport();
    onSeen(Math.floor(topRow(at, view)), Math.ceil(view.height / rowHeight));
  };
  const onScroll = () => {
    const element = scroller.current;
    if (element !== null) put(scrolled(segment.current, element.scrollTop, viewport()));
  };
  useImperativeHandle(props.ref, () => ({
    reveal: (index) => put(revealed(segment.current, index, viewport())),
    go: (index) => put(segmentFor(index, viewport())),
    focus: () => scroller.current?.focus({ preventScroll: true }),
  }));

  // Rows are drawn anew only where they changed, so that what they call must stay the same.
  const latest = useRef(props);
  latest.current = props;
  const onPick = useCallback((index: number, how: PickHow) => latest.current.onPick(index, how), []);
  const onGap = useCallback(() => latest.current.onGap(), []);

  const { question } = props;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another question is the reason, whatever it is.
  useLayoutEffect(() => {
    segment.current = START;
    setFirst(0);
    if (scroller.current !== null) scroller.current.scrollTop = 0;
  }, [question]);
  // Rows of another height: what is looked at stays where it is on the screen.
  const drawnHeight = useRef(rowHeight);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another height is the reason.
  useLayoutEffect(() => {
    const before = drawnHeight.current;
    drawnHeight.current = rowHeight;
    if (before === rowHeight) return;
    const at = topRow(segment.current, { rowHeight: before });
    const view = viewport();
    const offset = cursor - at;
    const seen = cursor >= 0 && offset >= 0 && offset * before < view.height;
    // A row keeps its distance from the top, as far as all of it is then on the screen.
    const below = Math.min((offset * before) / rowHeight, view.height / rowHeight - 2);
    const next = segmentFor(Math.max(0, seen ? cursor - below : at), view);
    virtual.measure();
    segment.current = next;
    setFirst(next.first);
    if (scroller.current !== null) scroller.current.scrollTop = next.top;
  }, [rowHeight]);

  const items = virtual.getVirtualItems();
  const from = first + (items[0]?.index ?? 0);
  const to = first + (items.at(-1)?.index ?? 0) + 1;
  useEffect(() => rows.want(from, to), [rows, from, to]);
  // While nothing is picked out, the entry that is open or stood on is what is meant.
  const selectedAt = (index: number): boolean => {
    if (props.selection.entries.size === 0) return index === cursor;
    const row = rows.at(index);
    return row.kind === 'entry' && isSelected(props.selection, row.entry);
  };

  return (
    <div
      ref={scroller}
      role="grid"
      aria-label="Log entries"
      aria-multiselectable
      aria-rowcount={count + 1}
      aria-colcount={compact ? 1 : columns.shown.length}
      aria-activedescendant={cursor >= from && cursor < to ? rowId(cursor) : undefined}
      tabIndex={0}
      className={styles.scroller}
      onScroll={onScroll}
    >
      {compact ? (
        <DayHead row={rows.at(first + (virtual.range?.startIndex ?? 0))} zone={props.zone} />
      ) : (
        <TableHeader columns={columns} zoneName={props.zoneName} />
      )}
      <div
        role="rowgroup"
        className={styles.rows}
        style={{
          // As high as the rows are now: what is virtual learns of another height only behind that.
          height: segmentRows({ rows: count }) * rowHeight,
          ...(compact ? {} : { width: columns.width, minWidth: '100%' }),
        }}
      >
        {items.map(({ index, start }) => (
          <LogRow
            key={first + index}
            row={rows.at(first + index)}
            index={first + index}
            top={start}
            height={rowHeight}
            columns={columns.shown}
            zone={props.zone}
            current={first + index === cursor}
            selected={selectedAt(first + index)}
            compact={compact}
            day={newDayAt(rows, first + index, props.zone)}
            onPick={onPick}
            onGap={onGap}
          />
        ))}
      </div>
    </div>
  );
}
