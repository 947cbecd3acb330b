/** No entry: why, and what can be done about it. */

import { Link } from 'wouter';
import type { SiteBody } from '../api/answers.ts';
import type { ZoneOf } from '../time/zone-choice.ts';
import controls from '../ui/control.module.css';
import { CopyField } from '../ui/copy-field.tsx';
import { NewestEntry } from './newest-entry.tsx';
import type { FilterState } from './search-params.ts';
import styles from './states.module.css';

export interface EmptyStateProps {
  readonly sites: readonly SiteBody[];
  readonly filter: FilterState;
  readonly zone: ZoneOf;
  readonly live: boolean;
  readonly onTime: (from: string, to: string) => void;
  readonly onClear: () => void;
}

export function EmptyState({ sites, filter, zone, live, onTime, onClear }: EmptyStateProps) {
  const searched = filter.q !== '';
  const anyStation = sites.some(({ charger_count: chargers = 0 }) => chargers > 0);
  if (!anyStation && !searched) return <FirstSteps site={sites[0]?.id ?? null} />;
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
        <NewestEntry filter={filter} zone={zone} onGo={onTime} />
        <button type="button" className={controls.button} onClick={() => onTime('-30d', 'now')}>
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

/** Of a site that there is not yet, as the words of the addresses. */
const SITE = 'my-site';

function FirstSteps({ site }: { readonly site: string | null }) {
  const name = site ?? SITE;
  const { origin } = window.location;
  return (
    <div className={styles.state}>
      <h2>No station has spoken here yet</h2>
      {site === null && (
        <p>
          {SITE} below stands for a site: <Link href="/settings/sites">name one first</Link>.
        </p>
      )}
      <ol className={styles.steps}>
        <li>
          <strong>Point a station here.</strong> Its CSMS address is this, with its own name at the end:
          <CopyField label="Address" text={`${origin.replace(/^http/, 'ws')}/ocpp/${name}/`} />
        </li>
        <li>
          <strong>Or bring logs that you have:</strong> <Link href="/settings/import">import them here</Link>,
          or on the command line:
          <CopyField label="Import" text={`npx ocpp-logs import --site ${name} FILE`} />
        </li>
        <li>
          <strong>Or see it work first</strong> with a simulated charging station:
          <CopyField label="Simulation" text={`npx ocpp-logs simulate --site ${name} --stations 1`} />
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
