/** One row: of cells, or on a narrow screen of two lines. */

import { type MouseEvent, memo } from 'react';
import type { LogEntry } from '../api/answers.ts';
import type { ZoneOf } from '../time/zone-choice.ts';
import { countText } from '../ui/count-text.ts';
import { shownText } from '../ui/shown-text.ts';
import { CompactCell } from './compact-cell.tsx';
import { Direction, Outcome, What, When } from './entry-marks.tsx';
import styles from './log-table.module.css';
import { isFault, wordsOfEntry } from './outcomes.ts';
import type { Row } from './rows.ts';
import type { SizedColumn } from './use-columns.ts';

/** Characters that a cell shows at most. */
const CELL_MAX = 1_000;

export interface LogRowProps {
  readonly row: Row;
  readonly index: number;
  /** px from the top of the segment. */
  readonly top: number;
  readonly height: number;
  readonly columns: readonly SizedColumn[];
  readonly zone: ZoneOf;
  readonly current: boolean;
  readonly selected: boolean;
  readonly compact: boolean;
  /** Told above it where a new day begins with it. */
  readonly day: string | null;
  readonly onPick: (index: number, how: PickHow) => void;
  readonly onGap: () => void;
}

/** Opens it, adds or takes it back, or all up to it. */
export type PickHow = 'open' | 'toggle' | 'reach';

function pickOf({ shiftKey, ctrlKey, metaKey }: MouseEvent): PickHow {
  if (shiftKey) return 'reach';
  return ctrlKey || metaKey ? 'toggle' : 'open';
}

export const rowId = (index: number): string => `row-${index}`;

const same = (a: Row, b: Row): boolean =>
  a.kind === b.kind && (a.kind !== 'entry' || b.kind !== 'entry' || a.entry === b.entry) && a.kind !== 'gap';

export const LogRow = memo(
  function LogRow(props: LogRowProps) {
    const { row, index, top, height, current, compact, onPick, onGap } = props;
    const place = { transform: `translateY(${top}px)`, height };
    if (row.kind === 'gap') return <GapRow {...props} place={place} onGap={onGap} />;
    const trouble = row.kind === 'entry' ? toneClass(row.entry) : '';
    return (
      <div
        role="row"
        id={rowId(index)}
        aria-rowindex={index + 2}
        aria-selected={props.selected}
        aria-current={current || undefined}
        className={`${styles.row} ${trouble} ${props.day === null ? '' : styles.newDay}`}
        style={place}
        // Shift would mark the text between.
        onMouseDown={(event) => event.shiftKey && event.preventDefault()}
        onClick={(event) => onPick(index, pickOf(event))}
      >
        {props.day !== null && compact && (
          <span className={styles.day} aria-hidden="true">
            {props.day}
          </span>
        )}
        {row.kind === 'blank' ? (
          <div role="gridcell" className={styles.cell}>
            <span className={styles.blank} />
          </div>
        ) : compact ? (
          <div role="gridcell" className={styles.compact}>
            <CompactCell entry={row.entry} zone={props.zone.ofSite(row.entry.site_id)} />
          </div>
        ) : (
          props.columns.map((column) => (
            <div
              key={column.id}
              role="gridcell"
              className={`${styles.cell} ${column.align === 'end' ? styles.end : ''}`}
              style={{ width: column.size }}
            >
              <CellContent column={column} entry={row.entry} zone={props.zone} />
            </div>
          ))
        )}
      </div>
    );
  },
  (before, after) =>
    same(before.row, after.row) &&
    before.index === after.index &&
    before.top === after.top &&
    before.height === after.height &&
    before.columns === after.columns &&
    before.zone === after.zone &&
    before.current === after.current &&
    before.selected === after.selected &&
    before.compact === after.compact &&
    before.day === after.day &&
    before.onPick === after.onPick,
);

function toneClass(entry: LogEntry): string {
  const { tone } = wordsOfEntry(entry);
  if (tone === 'bad' || isFault(entry)) return styles.bad ?? '';
  return tone === 'slow' ? (styles.slow ?? '') : '';
}

interface GapProps {
  readonly index: number;
  readonly row: Row;
  readonly onGap: () => void;
  readonly place: Readonly<{ transform: string; height: number }>;
}

function GapRow({ row, index, place, onGap }: GapProps) {
  const missed = row.kind === 'gap' ? row.missed : 0;
  const broken = row.kind === 'gap' && row.broken;
  return (
    <div role="row" id={rowId(index)} aria-rowindex={index + 2} className={styles.row} style={place}>
      <div role="gridcell" className={styles.gap}>
        <span>
          {missed > 0 &&
            `${countText(missed, 'entry', 'entries')} came that ${missed === 1 ? 'is' : 'are'} not held here`}
          {missed > 0 && broken && '; '}
          {broken && 'the connection was away too long to tell what came'}
        </span>
        <button type="button" className={styles.load} onClick={onGap}>
          Load them
        </button>
      </div>
    </div>
  );
}

interface CellProps {
  readonly column: SizedColumn;
  readonly entry: LogEntry;
  readonly zone: ZoneOf;
}

function CellContent({ column, entry, zone }: CellProps) {
  switch (column.id) {
    case 'time':
      return <When entry={entry} zone={zone.ofSite(entry.site_id)} withDate />;
    case 'direction':
      return <Direction entry={entry} />;
    case 'outcome':
      return <Outcome entry={entry} />;
    case 'action':
      return <Action entry={entry} />;
    case 'request_status':
    case 'request_error_code': {
      const text = column.text(entry);
      const fault = column.id === 'request_status' ? text === 'Faulted' : isFault(entry) && text !== '';
      return (
        <bdi className={fault ? styles.fault : text === 'NoError' ? styles.faint : ''}>{shownText(text)}</bdi>
      );
    }
    default:
      // Wider than any column; a browser takes long to lay out a payload of a megabyte, of which nobody sees more.
      return <bdi>{shownText(column.text(entry).slice(0, CELL_MAX))}</bdi>;
  }
}

/** With its direction, and what became of it where that is not the usual. */
function Action({ entry }: { readonly entry: LogEntry }) {
  return (
    <span className={styles.actionCell}>
      <span className={styles.way}>
        <Direction entry={entry} />
      </span>
      <What entry={entry} />
    </span>
  );
}
