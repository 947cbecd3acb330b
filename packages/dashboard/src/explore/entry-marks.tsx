/** Small signs of an entry, each with words: which way it went, what became of it, when it was. */

import type { LogEntry } from '../api/answers.ts';
import { sinceText } from '../time/day-text.ts';
import { clockText, dateText } from '../time/zone.ts';
import { Icon } from '../ui/icon.tsx';
import { shownText } from '../ui/shown-text.ts';
import { eventWords } from './entry-words.ts';
import styles from './log-table.module.css';
import { wordsOfEntry } from './outcomes.ts';

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

/** The action, or of an event what happened; and what became of it where that is not the usual. */
export function What({ entry }: { readonly entry: LogEntry }) {
  const { tone } = wordsOfEntry(entry);
  if (entry.action === null) {
    const words = eventWords(entry) ?? wordsOfEntry(entry).label;
    return (
      <em className={`${styles.kind} ${tone === 'bad' ? styles.broken : ''}`} title={words}>
        <bdi>{shownText(words)}</bdi>
      </em>
    );
  }
  return (
    <>
      <strong className={styles.action}>
        <bdi>{shownText(entry.action)}</bdi>
      </strong>
      {tone !== 'ok' && <Outcome entry={entry} />}
    </>
  );
}

export interface WhenProps {
  readonly entry: LogEntry;
  readonly zone: string;
  readonly className?: string | undefined;
  readonly withDate: boolean;
}

/** A pointer that rests on it is told how long ago it was. */
export function When({ entry: { occurrence_time: time }, zone, className, withDate }: WhenProps) {
  const ms = Date.parse(time);
  return (
    <time
      dateTime={time}
      className={className}
      onPointerEnter={({ currentTarget }) => {
        currentTarget.title = sinceText(Date.now() - ms);
      }}
    >
      {withDate && (
        <>
          <span className={styles.date}>{dateText(ms, zone)}</span>{' '}
        </>
      )}
      {clockText(ms, zone, true)}
    </time>
  );
}
