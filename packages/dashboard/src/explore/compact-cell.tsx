/** An entry in two lines: what happened and when, then at which station and what is wrong with it. */

import type { LogEntry } from '../api/answers.ts';
import { shownText } from '../ui/shown-text.ts';
import { Direction, What, When } from './entry-marks.tsx';
import styles from './log-table.module.css';
import { isFault } from './outcomes.ts';

export interface CompactCellProps {
  readonly entry: LogEntry;
  readonly zone: string;
}

export function CompactCell({ entry, zone }: CompactCellProps) {
  const status = [entry.request_status, entry.request_error_code]
    .filter((text) => text !== null && text !== 'NoError')
    .join(' · ');
  return (
    <>
      <span className={styles.line}>
        <Direction entry={entry} />
        <What entry={entry} />
        <When entry={entry} zone={zone} className={styles.right} withDate={false} />
      </span>
      <span className={styles.line}>
        <span className={styles.station} title={entry.charger_id}>
          <bdi>{shownText(entry.charger_id)}</bdi>
          {entry.connector_id === null ? '' : ` · ${entry.connector_id}`}
        </span>
        {status !== '' && (
          <span className={`${styles.status} ${isFault(entry) ? styles.fault : styles.faint}`} title={status}>
            <bdi>{shownText(status)}</bdi>
          </span>
        )}
      </span>
    </>
  );
}
