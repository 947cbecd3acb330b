/** What was found in the messages of a row: each number leads to the entries that it counts. */

import { Link } from 'wouter';
import { countText } from '../ui/count-text.ts';
import styles from './fleet.module.css';
import type { FleetBody, FleetRowBody } from './fleet-answers.ts';
import { type FleetState, foundAddress } from './fleet-state.ts';
import { UNKNOWN, worstFirst } from './fleet-words.ts';

/** More than these are on the page of the station. */
const CODES_SHOWN = 3;

export interface FoundProps {
  readonly row: FleetRowBody;
  readonly state: FleetState;
  readonly answer: Pick<FleetBody, 'from' | 'to' | 'rests_on'>;
}

export function Found({ row, state, answer }: FoundProps) {
  const { findings, findings_complete: complete } = row;
  if (findings.length === 0) {
    if (complete) return <span className={styles.value}>0</span>;
    return (
      <span className={styles.unknown} title="Not all messages were looked through yet">
        {UNKNOWN}
      </span>
    );
  }
  return (
    <>
      {worstFirst(findings)
        .slice(0, CODES_SHOWN)
        .map(({ code, count }) => {
          const address = foundAddress(state, row, answer, code);
          const words = `${code} ${complete ? '' : '≥ '}${count.toLocaleString('en')}`;
          return (
            <span key={code} className={styles.fine}>
              {address === null ? words : <Link href={address}>{words}</Link>}
            </span>
          );
        })}
      {findings.length > CODES_SHOWN && (
        <span className={styles.fine}>{countText(findings.length - CODES_SHOWN, 'code')} more</span>
      )}
    </>
  );
}
