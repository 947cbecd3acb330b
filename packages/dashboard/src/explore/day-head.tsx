/** Where rows tell the time of the day alone, the day stands above them, and where it changes between them. */

import type { LogEntry } from '../api/answers.ts';
import { dayText } from '../time/day-text.ts';
import { offsetText } from '../time/zone.ts';
import type { ZoneOf } from '../time/zone-choice.ts';
import styles from './day-head.module.css';
import type { Row, Rows } from './rows.ts';

interface Day {
  readonly zone: string;
  readonly text: string;
}

/** Telling a day takes far longer than looking it up, and rows are drawn often. */
const told = new WeakMap<LogEntry, Day>();

function dayOf(entry: LogEntry, zone: ZoneOf): string {
  const place = zone.ofSite(entry.site_id);
  const known = told.get(entry);
  if (known?.zone === place) return known.text;
  const text = dayText(Date.parse(entry.occurrence_time), place);
  told.set(entry, { zone: place, text });
  return text;
}

/** The day that begins with a row; null where it is that of the row above, or nothing is known of that one. */
export function newDayAt(rows: Pick<Rows, 'at'>, index: number, zone: ZoneOf): string | null {
  if (index === 0) return null;
  const row = rows.at(index);
  const above = rows.at(index - 1);
  if (row.kind !== 'entry' || above.kind !== 'entry') return null;
  const day = dayOf(row.entry, zone);
  return day === dayOf(above.entry, zone) ? null : day;
}

export function DayHead({ row, zone }: { readonly row: Row; readonly zone: ZoneOf }) {
  const entry = row.kind === 'entry' ? row.entry : null;
  return (
    <div className={styles.dayHead} aria-hidden="true">
      {entry !== null && (
        <>
          <span>{dayOf(entry, zone)}</span>
          <span className={styles.dayZone}>
            {offsetText(Date.parse(entry.occurrence_time), zone.ofSite(entry.site_id))}
          </span>
        </>
      )}
    </div>
  );
}
