/** Ways on from an entry. */

import { useState } from 'react';
import type { LogEntry } from '../api/answers.ts';
import { useClient } from '../api/context.ts';
import controls from '../ui/control.module.css';
import { Icon } from '../ui/icon.tsx';
import { copyText, tell } from '../ui/tell.ts';
import styles from './detail-panel.module.css';
import type { ExploreState } from './explore-state.ts';
import { around, nextOfTransaction, otherHalf, transactionOf } from './related.ts';
import { keyOf } from './rows.ts';

export interface DetailActionsProps {
  readonly entry: LogEntry;
  readonly onGo: (change: Partial<ExploreState>) => void;
  readonly permalink: (entry: LogEntry) => string;
}

export function DetailActions({ entry, onGo, permalink }: DetailActionsProps) {
  const client = useClient();
  const [looking, setLooking] = useState(false);
  const half = otherHalf(entry);
  const transaction = transactionOf(entry);
  const next = async () => {
    setLooking(true);
    try {
      const found = await nextOfTransaction(client, entry);
      if (found === null) tell(`This is the last entry of transaction ${transaction}`);
      else onGo({ entry: keyOf(found) });
    } catch (error) {
      tell(error instanceof Error ? error.message : String(error));
    }
    setLooking(false);
  };
  const button = `${controls.button} ${controls.small}`;
  return (
    <div className={styles.actions}>
      <button type="button" className={button} onClick={() => onGo(around(entry))}>
        <Icon name="around" size={14} /> Around this
      </button>
      {half !== null && (
        <button type="button" className={button} onClick={() => onGo(half)}>
          Other half
        </button>
      )}
      {transaction !== null && (
        <button type="button" className={button} disabled={looking} onClick={() => void next()}>
          <Icon name="right" size={14} /> Next of transaction {transaction}
        </button>
      )}
      <button type="button" className={button} onClick={() => void copyText(permalink(entry), 'Link')}>
        <Icon name="link" size={14} /> Copy link
      </button>
      <button
        type="button"
        className={button}
        onClick={() => void copyText(JSON.stringify(entry, null, 2), 'Entry')}
      >
        <Icon name="copy" size={14} /> Copy JSON
      </button>
    </div>
  );
}
