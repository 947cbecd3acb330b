/** One row: of cells, or on a narrow screen of two lines. */

import { type MouseEvent, memo } from 'react';
import type { LogEntry } from '../api/answers.ts';
import { clockText, dateText } from '../time/zone.ts';
import type { ZoneOf } from '../time/zone-choice.ts';
import { countText } from '../ui/count-text.ts';
import { Icon } from '../ui/icon.tsx';
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
        className={`${styles.row} ${trouble}`}
        style={place}
        // Shift would mark the text between.
        onMouseDown={(event) => event.shiftKey && event.preventDefault()}
        onClick={(event) => onPick(index, pickOf(event))}
      >
        {row.kind === 'blank' ? (
          <div role="gridcell" className={styles.cell}>
            <span className={styles.blank} />
          </div>
        ) : compact ? (
          <CompactCell entry={row.entry} zone={props.zone} />
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
    case 'time': {
      const ms = Date.parse(entry.occurrence_time);
      const place = zone.ofSite(entry.site_id);
      return (
        <time dateTime={entry.occurrence_time}>
          <span className={styles.date}>{dateText(ms, place)}</span> {clockText(ms, place, true)}
        </time>
      );
    }
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
      return <span className={fault ? styles.fault : text === 'NoError' ? styles.faint : ''}>{text}</span>;
    }
    default:
      // Wider than any column; a browser takes long to lay out a payload of a megabyte, of which nobody sees more.
      return column.text(entry).slice(0, CELL_MAX);
  }
}

/** With its direction, and what became of it where that is not the usual. */
function Action({ entry }: { readonly entry: LogEntry }) {
  const { tone, label } = wordsOfEntry(entry);
  return (
    <span className={styles.actionCell}>
      <span className={styles.way}>
        <Direction entry={entry} />
      </span>
      {entry.action === null ? (
        <em className={styles.kind}>{label}</em>
      ) : (
        <strong className={styles.action}>{entry.action}</strong>
      )}
      {entry.action !== null && tone !== 'ok' && <Outcome entry={entry} />}
    </span>
  );
}

export function Direction({ entry }: { readonly entry: LogEntry }) {
  const direction = entry.exchange?.direction ?? null;
  if (direction === null) return null;
  const up = direction === 'station_to_csms';
  const words = up ? 'Station to CSMS' : 'CSMS to station';
  return (
    <span className={up ? styles.toCsms : styles.toStation} role="img" aria-label={words} title={words}>
      <Icon name={up ? 'toCsms' : 'toStation'} size={15} />
    </span>
  );
}

export function Outcome({ entry }: { readonly entry: LogEntry }) {
  const { tone, label, means } = wordsOfEntry(entry);
  return (
    <span className={`${styles.outcome} ${styles[`tone-${tone}`]}`} title={means}>
      {label}
    </span>
  );
}

function CompactCell({ entry, zone }: { readonly entry: LogEntry; readonly zone: ZoneOf }) {
  const ms = Date.parse(entry.occurrence_time);
  const place = zone.ofSite(entry.site_id);
  const status = [entry.request_status, entry.request_error_code]
    .filter((text) => text !== null && text !== 'NoError')
    .join(' · ');
  return (
    <div role="gridcell" className={styles.compact}>
      <span className={styles.line}>
        <Direction entry={entry} />
        <strong className={styles.action}>{entry.action ?? wordsOfEntry(entry).label}</strong>
        <time dateTime={entry.occurrence_time} className={styles.right}>
          {clockText(ms, place, true)}
        </time>
      </span>
      <span className={styles.line}>
        <span className={styles.station}>
          {entry.charger_id}
          {entry.connector_id === null ? '' : ` · ${entry.connector_id}`}
        </span>
        <span className={isFault(entry) ? styles.fault : styles.date}>{status}</span>
        <span className={styles.right}>
          <Outcome entry={entry} />
        </span>
      </span>
    </div>
  );
}
