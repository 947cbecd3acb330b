/** What came of it and why: readable in two seconds, with what to do and the entries that prove it. */

import { clockText } from '../time/zone.ts';
import { shownText } from '../ui/shown-text.ts';
import { ConclusionList, Proof } from './conclusion-list.tsx';
import type { SessionBody } from './session-answers.ts';
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
      <Proof conclusion={verdict} time={(ms) => clockText(ms, zone)} entry={entry} />
      {verdict.also.length > 0 && (
        <ConclusionList
          conclusions={verdict.also}
          label="What else was seen"
          time={(ms) => clockText(ms, zone)}
          entry={entry}
        />
      )}
    </section>
  );
}
