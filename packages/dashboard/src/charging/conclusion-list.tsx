/** What rules came to, each with what to do and the entries that prove it. */

import { Link } from 'wouter';
import { shownText } from '../ui/shown-text.ts';
import type { ConclusionBody } from './session-answers.ts';
import { SeverityMark } from './severity-mark.tsx';
import styles from './verdict-card.module.css';
import { badgeOf } from './verdict-words.ts';

export interface ConclusionListProps {
  readonly conclusions: readonly ConclusionBody[];
  readonly label: string;
  /** Of ms. */
  readonly time: (ms: number) => string;
  readonly entry: (id: string) => string;
}

export function ConclusionList({ conclusions, label, time, entry }: ConclusionListProps) {
  return (
    <ul className={styles.also} aria-label={label}>
      {conclusions.map((conclusion) => (
        <li key={conclusion.rule}>
          <p className={styles.seen}>
            <SeverityMark badge={badgeOf(conclusion)} />
            <span>{shownText(conclusion.text)}</span>
          </p>
          {conclusion.remedy !== '' && <p className={styles.fine}>{conclusion.remedy}</p>}
          <Proof conclusion={conclusion} time={time} entry={entry} />
        </li>
      ))}
    </ul>
  );
}

export interface ProofProps extends Pick<ConclusionListProps, 'time' | 'entry'> {
  readonly conclusion: ConclusionBody;
}

export function Proof({ conclusion: { evidence, clause, rule }, time, entry }: ProofProps) {
  return (
    <p className={styles.proof}>
      {evidence.length > 0 && (
        <span>
          Proof:{' '}
          {evidence.map((each, place) => (
            <span key={`${each.entry_id} ${each.what}`}>
              {place > 0 && ', '}
              <Link href={entry(each.entry_id)}>
                {time(Date.parse(each.time))} {shownText(each.what)}
              </Link>
            </span>
          ))}
        </span>
      )}
      {clause !== '' && <span>{clause}</span>}
      <code>{rule}</code>
    </p>
  );
}
