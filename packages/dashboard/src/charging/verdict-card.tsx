/** What came of it and why: readable in two seconds, with what to do and the entries that prove it. */

import { Link } from 'wouter';
import { clockText } from '../time/zone.ts';
import { shownText } from '../ui/shown-text.ts';
import type { ConclusionBody, SessionBody } from './session-answers.ts';
import { SeverityMark } from './severity-mark.tsx';
import styles from './verdict-card.module.css';
import { badgeOf } from './verdict-words.ts';

export interface VerdictCardProps {
  readonly verdict: SessionBody['verdict'];
  readonly zone: string;
  readonly entry: (id: string) => string;
}

export function VerdictCard({ verdict, zone, entry }: VerdictCardProps) {
  const badge = badgeOf(verdict);
  return (
    <section className={`${styles.card} ${styles[badge.shape]}`} aria-labelledby="verdict">
      <h2 id="verdict" className={styles.verdict}>
        <SeverityMark badge={badge} size={26} />
        <span>{shownText(verdict.text)}</span>
      </h2>
      {verdict.remedy !== '' && (
        <p className={styles.remedy}>
          <strong>What to do:</strong> {verdict.remedy}
        </p>
      )}
      <Proof conclusion={verdict} zone={zone} entry={entry} />
      {verdict.also.length > 0 && (
        <ul className={styles.also} aria-label="What else was seen">
          {verdict.also.map((conclusion) => (
            <li key={conclusion.rule}>
              <p className={styles.seen}>
                <SeverityMark badge={badgeOf(conclusion)} />
                <span>{shownText(conclusion.text)}</span>
              </p>
              {conclusion.remedy !== '' && <p className={styles.fine}>{conclusion.remedy}</p>}
              <Proof conclusion={conclusion} zone={zone} entry={entry} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

interface ProofProps extends Omit<VerdictCardProps, 'verdict'> {
  readonly conclusion: ConclusionBody;
}

function Proof({ conclusion: { evidence, clause, rule }, zone, entry }: ProofProps) {
  return (
    <p className={styles.proof}>
      {evidence.length > 0 && (
        <span>
          Proof:{' '}
          {evidence.map((each, place) => (
            <span key={`${each.entry_id} ${each.what}`}>
              {place > 0 && ', '}
              <Link href={entry(each.entry_id)}>
                {clockText(Date.parse(each.time), zone)} {shownText(each.what)}
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
