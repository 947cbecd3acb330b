/** How long calls waited, action by action. */

import { Link } from 'wouter';
import { spanText } from '../time/instant-text.ts';
import { countText } from '../ui/count-text.ts';
import { Icon } from '../ui/icon.tsx';
import { logShare } from './log-share.ts';
import styles from './panels.module.css';
import type { AnswerTimesBody, StationBody } from './station-answers.ts';

export interface AnswerTimesProps {
  readonly times: StationBody['answer_times'];
  /** Address of the logs for a search. */
  readonly logs: (q: string) => string;
}

const WAYS = {
  station_to_csms: { words: 'from the station', icon: 'toCsms' },
  csms_to_station: { words: 'from the CSMS', icon: 'toStation' },
} as const;

export function AnswerTimes({ times, logs }: AnswerTimesProps) {
  const most = Math.max(0, ...times.actions.map(({ max_ms: max }) => max ?? 0));
  if (times.actions.length === 0) return <p className={styles.none}>No call in this time.</p>;
  return (
    <>
      {!times.complete && (
        <p className={styles.note}>Of the newest {countText(times.entries, 'call')} of this time.</p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys (WCAG 2.1.1). */}
      <section className={styles.scroll} tabIndex={0} aria-label="Answer times by action">
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Action</th>
              <th scope="col" className={styles.number}>
                Calls
              </th>
              <th scope="col" className={styles.wide}>
                <abbr title="Half of the answers, and 95 of 100, took no longer">p50, p95</abbr>
              </th>
              <th scope="col" className={styles.number}>
                Longest
              </th>
              <th scope="col" className={styles.number}>
                Unanswered
              </th>
              <th scope="col" className={styles.number}>
                Errors
              </th>
            </tr>
          </thead>
          <tbody>
            {times.actions.map((row) => (
              <Row key={`${row.action}${row.direction}`} row={row} most={most} logs={logs} />
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

interface RowProps {
  readonly row: AnswerTimesBody;
  readonly most: number;
  readonly logs: (q: string) => string;
}

function Row({ row, most, logs }: RowProps) {
  const way = WAYS[row.direction];
  const asked = `action:${row.action} direction:${row.direction}`;
  return (
    <tr>
      <th scope="row" className={styles.action}>
        <span className={styles.way} title={way.words}>
          <Icon name={way.icon} size={13} />
        </span>
        <Link href={logs(asked)} aria-label={`${row.action} ${way.words}`}>
          {row.action}
        </Link>
      </th>
      <td className={styles.number}>{row.count.toLocaleString('en')}</td>
      <td className={styles.wide}>
        {row.p50_ms === null || row.p95_ms === null ? (
          '–'
        ) : (
          <span className={styles.timed}>
            <span className={styles.values}>
              {spanText(row.p50_ms)}, {spanText(row.p95_ms)}
            </span>
            <svg className={styles.bar} viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
              <rect width={logShare(row.p95_ms, most) * 100} height="8" className={styles.barSlow} />
              <rect width={logShare(row.p50_ms, most) * 100} height="8" className={styles.barUsual} />
            </svg>
          </span>
        )}
      </td>
      <td className={styles.number}>
        {row.max_ms === null ? (
          '–'
        ) : (
          <Link href={logs(`${asked} latency:>=${row.max_ms}ms`)}>{spanText(row.max_ms)}</Link>
        )}
      </td>
      <td className={styles.number}>
        {row.unanswered === 0 ? (
          0
        ) : (
          <Link
            href={logs(`${asked} outcome:(timeout OR connection_lost OR unanswered OR replaced)`)}
            className={styles.slow}
          >
            {row.unanswered.toLocaleString('en')}
          </Link>
        )}
      </td>
      <td className={styles.number}>
        {row.errors === 0 ? (
          0
        ) : (
          <Link href={logs(`${asked} outcome:(error OR result_rejected)`)} className={styles.bad}>
            {row.errors.toLocaleString('en')}
          </Link>
        )}
      </td>
    </tr>
  );
}
