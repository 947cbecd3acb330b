/** Tells that somebody else changed what is in a form, and how, and leaves it to the person what becomes of it. */

import { useEffect, useRef } from 'react';
import settings from '../settings/settings.module.css';
import controls from '../ui/control.module.css';
import type { AlarmBody } from './alarm-answers.ts';
import { changesOf } from './alarm-changes.ts';
import styles from './alarms.module.css';

export interface ChangedMeanwhileProps {
  readonly before: AlarmBody;
  readonly now: AlarmBody;
  /** What was typed goes. */
  readonly onTake: () => void;
  readonly onGoOn: () => void;
}

export function ChangedMeanwhile({ before, now, onTake, onGoOn }: ChangedMeanwhileProps) {
  const told = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever comes anew is to be read.
  useEffect(() => {
    told.current?.focus();
    told.current?.scrollIntoView({ block: 'nearest' });
  }, [now]);
  const changes = changesOf(before, now);
  return (
    <div role="alert" tabIndex={-1} ref={told} className={settings.note}>
      <p>
        Somebody else changed this alarm meanwhile, or it was stopped. What you typed is still here, and not
        kept yet.
      </p>
      {changes.length === 0 ? (
        <p>Nothing else than before is shown of it: it may have another secret.</p>
      ) : (
        <>
          <p>It is now:</p>
          <ul className={styles.changes}>
            {changes.map(({ label, text }) => (
              <li key={label}>
                {label}: <strong>{text}</strong>
              </li>
            ))}
          </ul>
        </>
      )}
      <div className={settings.buttons}>
        <button type="button" className={controls.button} onClick={onTake}>
          Take it as it is now
        </button>
        <button type="button" className={controls.button} onClick={onGoOn}>
          Go on with mine
        </button>
      </div>
    </div>
  );
}
