/** What became of a call. */

import { Link } from 'wouter';
import { spanText } from '../../time/instant-text.ts';
import { Icon } from '../../ui/icon.tsx';
import type { CommandAnswer } from '../station-answers.ts';
import { logsAddress } from '../station-state.ts';
import styles from './command-dialog.module.css';

const WORDS = {
  answered: 'The station answered',
  error: 'The station answered with an error',
  timeout: 'No answer came in time',
  connection_lost: 'The connection ended before the answer',
} as const;

export interface CommandOutcomeProps {
  readonly site: string;
  readonly charger: string;
  readonly action: string;
  readonly answer: CommandAnswer;
}

export function CommandOutcome({ site, charger, action, answer }: CommandOutcomeProps) {
  const good = answer.outcome === 'answered';
  const body = good
    ? answer.response_payload
    : answer.outcome === 'error'
      ? { code: answer.error_code, description: answer.error_description, details: answer.error_details }
      : null;
  const logs = logsAddress(
    site,
    charger,
    { from: '-1h', to: 'now', zone: 'browser' },
    { q: `message:${answer.message_id}` },
  );
  return (
    <section className={styles.outcome} role="status" aria-label={`Answer to ${action}`}>
      <h3>
        <Icon name={good ? 'check' : 'alert'} size={14} /> {WORDS[answer.outcome]}
        {answer.latency_ms !== null && ` after ${spanText(answer.latency_ms)}`}
      </h3>
      {body !== null && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys (WCAG 2.1.1).
        <pre tabIndex={0}>{JSON.stringify(body, null, 2)}</pre>
      )}
      <Link href={logs}>Its entry in the log</Link>
    </section>
  );
}
