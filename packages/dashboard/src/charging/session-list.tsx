/** A list of sessions with all that may become of asking for it. */

import controls from '../ui/control.module.css';
import { countText } from '../ui/count-text.ts';
import styles from './session-list.module.css';
import { SessionRows, type SessionRowsProps } from './session-rows.tsx';
import type { useSessions } from './use-sessions.ts';

export interface SessionListProps extends SessionRowsProps {
  readonly asked: ReturnType<typeof useSessions>['asked'];
  /** Whether a filter holds. */
  readonly narrowed: boolean;
}

export function SessionList({ asked, sessions, narrowed, ...rows }: SessionListProps) {
  const { isError, error, isFetching, isFetchingNextPage, hasNextPage, isSuccess } = asked;
  // Asked again as a live page does, what was told stays, also that there is none.
  const waits = isFetching && (!isSuccess || isFetchingNextPage);
  return (
    <>
      {isError && (
        <div role="alert" className={styles.fault}>
          <p>
            The sessions could not be told: {error.message}
            {sessions.length > 0 && ' Those below were told before.'}
          </p>
          <button
            type="button"
            className={`${controls.button} ${controls.small}`}
            onClick={() => void (sessions.length > 0 ? asked.fetchNextPage() : asked.refetch())}
          >
            Try again
          </button>
        </div>
      )}
      {isSuccess && sessions.length === 0 && !isFetchingNextPage && (
        <p className={styles.none}>
          {hasNextPage
            ? 'None was found so far; much was said in this time.'
            : narrowed
              ? 'No session of this time fits the filter.'
              : 'Nobody tried to charge in this time, as far as was recorded.'}
        </p>
      )}
      {sessions.length > 0 && <SessionRows sessions={sessions} {...rows} />}
      <div className={styles.foot}>
        {waits && (
          <p className={styles.waiting} role="status">
            <span className={styles.progress} role="progressbar" aria-label="Telling the sessions" />
            Telling the sessions…
          </p>
        )}
        {!waits && sessions.length > 0 && (
          <p className={styles.count}>
            {hasNextPage ? 'The newest ' : ''}
            {countText(sessions.length, 'session')}
          </p>
        )}
        {!waits && hasNextPage && !isError && (
          <button
            type="button"
            className={`${controls.button} ${controls.small}`}
            onClick={() => void asked.fetchNextPage()}
          >
            Show earlier ones
          </button>
        )}
      </div>
    </>
  );
}
