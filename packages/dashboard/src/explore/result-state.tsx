/** What stands in place of the table while there is nothing to put into it. */

import type { SiteBody } from '../api/answers.ts';
import { ApiError } from '../api/problem.ts';
import type { ZoneOf } from '../time/zone-choice.ts';
import { EmptyState, ErrorState } from './empty-state.tsx';
import type { ExploreState } from './explore-state.ts';
import type { PageStore } from './page-store.ts';
import type { SearchFault } from './search-bar.tsx';
import type { FilterState } from './search-params.ts';
import styles from './states.module.css';
import type { Change } from './use-explore.ts';

/** A 400 for the search: what is wrong with it, and where. */
export function refusalOf(error: unknown): SearchFault | null {
  if (!(error instanceof ApiError)) return null;
  const fault = error.problem.errors.find(({ parameter }) => parameter === 'q');
  return fault === undefined ? null : { column: fault.column ?? null, message: fault.message };
}

/** Parameters as the page calls them. */
const PARTS: Readonly<Record<string, string>> = {
  q: 'The search:',
  from: 'The start of the time',
  to: 'The end of the time',
  site: 'The site',
};

function faultText(error: unknown): string {
  if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error);
  const { detail, title, errors } = error.problem;
  const faults = errors
    .map(({ parameter, message }) => `${PARTS[parameter] ?? parameter} ${message}`)
    .join('; ');
  return faults === '' ? detail || title : faults;
}

export interface ResultStateProps {
  readonly state: ExploreState;
  readonly store: PageStore | null;
  readonly pending: boolean;
  readonly hasRange: boolean;
  readonly valid: boolean;
  readonly sites: readonly SiteBody[];
  readonly filter: FilterState;
  readonly zone: ZoneOf;
  readonly onChange: Change;
}

export function ResultState({
  state,
  store,
  pending,
  hasRange,
  valid,
  sites,
  filter,
  zone,
  onChange,
}: ResultStateProps) {
  if (!hasRange) {
    return (
      <ErrorState
        title="This is no span of time"
        message={`Nothing lies between “${state.from}” and “${state.to}”: choose another time above.`}
        reference={null}
        onAgain={null}
      />
    );
  }
  if (!valid) {
    return (
      <ErrorState
        title="This search cannot be understood"
        message="What is wrong with it is marked above, where it was typed."
        reference={null}
        onAgain={null}
      />
    );
  }
  if (store?.error != null) {
    const { error } = store;
    return (
      <ErrorState
        title="The entries could not be loaded"
        message={faultText(error)}
        reference={error instanceof ApiError && error.problem.status >= 500 ? error.problem.instance : null}
        onAgain={() => {
          store.retry();
          store.want(0, 1);
        }}
      />
    );
  }
  if (pending || store?.state == null) {
    return (
      <div className={styles.state} role="status">
        {store?.state?.counting === true && <p>Nothing found so far. The search goes on.</p>}
      </div>
    );
  }
  return (
    <EmptyState
      sites={sites}
      filter={filter}
      zone={zone}
      live={state.live}
      onTime={(from, to) => onChange({ from, to, live: state.live && to === 'now' })}
      onClear={() => onChange({ q: '' })}
    />
  );
}
