/** What happened, one line after the other; each leads to its entry. */

import { Link } from 'wouter';
import { clockText, dateText } from '../time/zone.ts';
import { shownText } from '../ui/shown-text.ts';
import { lastedText } from './quantity-text.ts';
import styles from './timeline.module.css';
import type { TimelineGroup, TimelineRow, Tone } from './timeline-rows.ts';

export interface TimelineProps {
  readonly rows: readonly (TimelineRow | TimelineGroup)[];
  /** ms: from when on is counted. */
  readonly from: number;
  readonly zone: string;
  readonly entry: (id: string, event?: boolean) => string;
}

export function Timeline({ rows, from, zone, entry }: TimelineProps) {
  let day = dateText(from, zone);
  return (
    <ol className={styles.list}>
      {rows.map((row) => {
        const first = row.kind === 'row' ? row : row.rows[0];
        if (first === undefined) return null;
        const date = dateText(first.at, zone);
        const another = date !== day;
        day = date;
        return (
          <li
            key={`${row.kind} ${first.entry}`}
            className={row.kind === 'row' ? styles[row.tone] : styles.plain}
          >
            {another && <p className={styles.day}>{date}</p>}
            {row.kind === 'row' ? (
              <Line row={row} from={from} zone={zone} entry={entry} />
            ) : (
              <Group group={row} from={from} zone={zone} entry={entry} />
            )}
          </li>
        );
      })}
    </ol>
  );
}

type LineProps = Omit<TimelineProps, 'rows'> & { readonly row: TimelineRow };

function Line({ row, from, zone, entry }: LineProps) {
  const { at, what, word, more, tone, proof } = row;
  return (
    <div className={styles.line}>
      <Clock at={at} from={from} zone={zone} />
      <Sign tone={tone} />
      <p className={styles.words}>
        <Link href={entry(row.entry, row.event)}>
          {what}
          {word !== '' && (
            <>
              {' '}
              <strong>{shownText(word)}</strong>
            </>
          )}
        </Link>
        {more !== '' && <span className={styles.more}> {shownText(more)}</span>}
        {proof && <span className={styles.proof}>proof</span>}
      </p>
    </div>
  );
}

function Group({
  group,
  from,
  zone,
  entry,
}: Omit<TimelineProps, 'rows'> & { readonly group: TimelineGroup }) {
  const { what, rows } = group;
  const [first] = rows;
  const last = rows.at(-1);
  if (first === undefined || last === undefined) return null;
  return (
    <details className={styles.group}>
      <summary className={styles.line}>
        <Clock at={first.at} from={from} zone={zone} />
        <Sign tone="plain" />
        <span className={styles.words}>
          {what}
          {first.word !== '' && <strong> {shownText(first.word)}</strong>}
          <span className={styles.more}>
            {' '}
            {rows.length.toLocaleString('en')} times until {clockText(last.at, zone)}
          </span>
        </span>
      </summary>
      <ol className={styles.inner}>
        {rows.map((row) => (
          <li key={row.entry}>
            <Line row={row} from={from} zone={zone} entry={entry} />
          </li>
        ))}
      </ol>
    </details>
  );
}

function Clock({ at, from, zone }: { readonly at: number; readonly from: number; readonly zone: string }) {
  return (
    <span className={styles.clock}>
      <time dateTime={new Date(at).toISOString()}>{clockText(at, zone)}</time>
      <span className={styles.since}>{at - from < 1_000 ? '' : `+${lastedText(at - from)}`}</span>
    </span>
  );
}

/** Of another shape for what went wrong, what was allowed, and what befell the station. */
function Sign({ tone }: { readonly tone: Tone }) {
  return (
    <svg className={styles.sign} width="12" height="12" viewBox="-6 -6 12 12" aria-hidden="true">
      <path d={SIGNS[tone]} />
    </svg>
  );
}

const SIGNS: Readonly<Record<Tone, string>> = {
  bad: 'M-4-4 4 4M4-4-4 4',
  good: 'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0Z',
  plain: 'M0-4 4 0 0 4-4 0Z',
  station: 'M-3.500-3.500h7v7h-7Z',
};
