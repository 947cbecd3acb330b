/** What became of a call. */

import { useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { JsonView } from '../../explore/json-view.tsx';
import { spanText } from '../../time/instant-text.ts';
import { Icon } from '../../ui/icon.tsx';
import { logsAddress } from '../station-state.ts';
import type { AnsweredCommand } from './command-answer.ts';
import styles from './command-dialog.module.css';

const WORDS = {
  answered: 'The station answered',
  error: 'The station answered with an error',
  timeout: 'No answer came in time',
  connection_lost: 'The connection ended before the answer',
} as const;

const NO_FINDINGS: readonly [] = [];

export interface CommandOutcomeProps {
  readonly site: string;
  readonly charger: string;
  readonly action: string;
  readonly answer: AnsweredCommand;
}

export function CommandOutcome({ site, charger, action, answer }: CommandOutcomeProps) {
  const place = useRef<HTMLElement>(null);
  // A long form is above it, and the button that sent it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another answer is the reason.
  useEffect(() => {
    void place.current?.scrollIntoView({ block: 'nearest' });
  }, [answer]);
  const good = answer.outcome === 'answered';
  const text = good ? answer.payloadText : answer.detailsText;
  const logs = logsAddress(
    site,
    charger,
    { from: '-1h', to: 'now', zone: 'browser' },
    { q: `message:${answer.message_id}` },
  );
  return (
    <section ref={place} className={styles.outcome} role="status" aria-label={`Answer to ${action}`}>
      <h3>
        <Icon name={good ? 'check' : 'alert'} size={14} /> {WORDS[answer.outcome]}
        {answer.latency_ms !== null && ` after ${spanText(answer.latency_ms)}`}
      </h3>
      {answer.outcome === 'error' && (
        <p className={styles.fault}>
          <strong>{answer.error_code}</strong> {answer.error_description}
        </p>
      )}
      {text !== null && text !== '{}' && (
        <div className={styles.said}>
          <JsonView
            text={text}
            label={good ? 'Payload of the answer' : 'Details of the error'}
            findings={NO_FINDINGS}
          />
        </div>
      )}
      {good && text === '{}' && <p className={styles.hint}>Its answer has no fields.</p>}
      <Link href={logs}>Its entry in the log</Link>
    </section>
  );
}
