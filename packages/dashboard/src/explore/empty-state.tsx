/** No entry: why, and what can be done about it. */

import { Link } from 'wouter';
import type { SiteBody } from '../api/answers.ts';
import controls from '../ui/control.module.css';
import styles from './states.module.css';

export interface EmptyStateProps {
  readonly sites: readonly SiteBody[];
  readonly searched: boolean;
  readonly live: boolean;
  readonly onWiden: () => void;
  readonly onClear: () => void;
}

export function EmptyState({ sites, searched, live, onWiden, onClear }: EmptyStateProps) {
  const anyStation = sites.some(({ charger_count: chargers = 0 }) => chargers > 0);
  if (!anyStation && !searched) return <FirstSteps site={sites[0]?.id ?? '{site}'} />;
  return (
    <div className={styles.state}>
      <h2>{live ? 'Nothing yet' : 'No entry in this time'}</h2>
      <p>
        {searched
          ? 'Nothing matches this search in the time that is looked at.'
          : live
            ? 'What comes in is shown here at once.'
            : 'Nothing was recorded in the time that is looked at.'}
      </p>
      <div className={styles.choices}>
        <button type="button" className={controls.button} onClick={onWiden}>
          Look at the last 30 days
        </button>
        {searched && (
          <button type="button" className={controls.button} onClick={onClear}>
            Clear the search
          </button>
        )}
      </div>
    </div>
  );
}

function FirstSteps({ site }: { readonly site: string }) {
  const address = `${window.location.origin.replace(/^http/, 'ws')}/ocpp/${site}/{charger}`;
  return (
    <div className={styles.state}>
      <h2>No station has spoken here yet</h2>
      <ol className={styles.steps}>
        <li>
          <strong>Point a station here.</strong> Set its CSMS address to <code>{address}</code>
        </li>
        <li>
          <strong>Or bring logs that you have:</strong> <Link href="/settings/import">import them here</Link>,
          or on the command line: <code>ocpp-logs import --site {site} FILE</code>
        </li>
        <li>
          <strong>Or see it work first:</strong> <code>ocpp-logs simulate</code> runs six charging stations
          against this server.
        </li>
      </ol>
    </div>
  );
}

export interface ErrorStateProps {
  readonly title: string;
  readonly message: string;
  readonly reference: string | null;
  readonly onAgain: (() => void) | null;
}

export function ErrorState({ title, message, reference, onAgain }: ErrorStateProps) {
  return (
    <div className={styles.state} role="alert">
      <h2>{title}</h2>
      <p>{message}</p>
      {reference !== null && (
        <p className={styles.reference}>
          The log of the server tells more under <code>{reference}</code>
        </p>
      )}
      {onAgain !== null && (
        <div className={styles.choices}>
          <button type="button" className={controls.button} onClick={onAgain}>
            Try again
          </button>
        </div>
      )}
    </div>
  );
}
