/** What a page of the settings asks the server for: progress, what went wrong, or what it draws of the answer. */

import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import controls from '../ui/control.module.css';
import styles from './settings.module.css';

export interface AskedProps<T> {
  readonly query: UseQueryResult<T>;
  readonly children: (answer: T) => ReactNode;
}

export function Asked<T>({ query, children }: AskedProps<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error !== null) {
    return (
      <div role="alert" className={styles.alert}>
        <p>{query.error.message}</p>
        <button type="button" className={controls.button} onClick={() => void query.refetch()}>
          Try again
        </button>
      </div>
    );
  }
  return <div className={styles.progress} role="progressbar" aria-label="Loading" />;
}
