/** The first of many, and more of them when they are asked for: a page that draws thousands at once stands still. */

import { type ReactNode, useState } from 'react';
import controls from '../ui/control.module.css';
import styles from './offline.module.css';

export interface FirstOfProps<T> {
  readonly all: readonly T[];
  /** So many at first, and with each further wish. */
  readonly step: number;
  /** Of several of them. */
  readonly what: string;
  readonly children: (some: readonly T[]) => ReactNode;
}

export function FirstOf<T>({ all, step, what, children }: FirstOfProps<T>) {
  const [shown, setShown] = useState(step);
  const left = all.length - shown;
  return (
    <>
      {children(all.slice(0, shown))}
      {left > 0 && (
        <p className={styles.line}>
          <button type="button" className={controls.button} onClick={() => setShown(shown + step)}>
            Show {Math.min(step, left).toLocaleString('en')} more of {left.toLocaleString('en')} {what}
          </button>
        </p>
      )}
    </>
  );
}
