/** Sessions of every station that the person may see. */

import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useId, useMemo, useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import type { SiteBody } from '../api/answers.ts';
import { useClient } from '../api/context.ts';
import { TimePicker } from '../explore/time-picker.tsx';
import { useKeys } from '../explore/use-keys.ts';
import pages from '../station/station-page.module.css';
import { readRange } from '../time/instant-text.ts';
import { zoneOf } from '../time/zone-choice.ts';
import controls from '../ui/control.module.css';
import { countText } from '../ui/count-text.ts';
import { Icon } from '../ui/icon.tsx';
import { useTitle } from '../ui/use-title.ts';
import { FilterBar } from './filter-bar.tsx';
import { isNarrowed } from './session-filter.ts';
import { SessionList } from './session-list.tsx';
import styles from './sessions-page.module.css';
import {
  readSessions,
  type SessionsState,
  STATIONS_MAX,
  sessionsAddress,
  stationsOf,
} from './sessions-state.ts';
import { useSessions } from './use-sessions.ts';

const NO_SITES: readonly SiteBody[] = [];
const KEY = ['sites'] as const;
/** Names that are offered while one types. */
const OFFERED_MAX = 300;

export function SessionsPage() {
  const search = useSearch();
  const [, go] = useLocation();
  const client = useClient();
  useTitle('Sessions');
  const state = useMemo(() => readSessions(search), [search]);
  const change = (part: Partial<SessionsState>) => go(sessionsAddress({ ...state, ...part }));
  const asking = useQuery({
    queryKey: ['sites', 'stations'],
    queryFn: ({ signal }) => client.get<readonly SiteBody[]>('/sites', { signal }),
  });
  const sites = asking.data ?? NO_SITES;
  const { ids, fit } = useMemo(() => stationsOf(sites, state), [sites, state]);
  // Where the stations could not be had, the server is asked for what was typed.
  const chargers = state.station !== '' && asking.isError ? [state.station] : ids;
  const unknown = state.station !== '' && asking.isSuccess && fit === 0;
  // The clocks of sites come with them: until then a time would be told by another clock than it says.
  const waiting = (state.station !== '' || state.zone === 'site') && asking.isPending;
  const { asked, sessions } = useSessions(
    KEY,
    {
      ...state.filter,
      sites: state.site === '' ? [] : [state.site],
      chargers,
      from: state.from,
      to: state.to,
    },
    !unknown && !waiting,
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new answer is of a new range.
  const range = useMemo(
    () => readRange(state.from, state.to, Date.now()),
    [state.from, state.to, asked.dataUpdatedAt],
  );
  const looked = useMemo(
    () => sites.filter(({ id }) => state.site === '' || id === state.site),
    [sites, state.site],
  );
  const zone = zoneOf(state.zone, looked);
  const [timeOpen, setTimeOpen] = useState(false);
  useKeys([
    ['t', () => setTimeOpen(true)],
    ['r', () => void asked.refetch()],
  ]);
  const narrowed = isNarrowed(state.filter) || state.site !== '' || state.station !== '';
  return (
    <main className={pages.page}>
      <div className={pages.inner}>
        <header className={pages.head}>
          <div>
            <h1>Sessions</h1>
            <p className={pages.site}>Every try to charge, and what came of it</p>
          </div>
          <div className={pages.tools}>
            <TimePicker
              from={state.from}
              to={state.to}
              live={false}
              range={range}
              zone={zone}
              open={timeOpen}
              onOpen={setTimeOpen}
              onTime={(from, to) => {
                setTimeOpen(false);
                change({ from, to });
              }}
              onZone={(choice) => change({ zone: choice })}
            />
            <button
              type="button"
              className={controls.button}
              onClick={() => void asked.refetch()}
              title="Ask again (r)"
            >
              <Icon name="refresh" /> Ask again
            </button>
          </div>
        </header>
        <section className={pages.card} aria-label="Sessions found">
          <div className={styles.filters}>
            <Places key={`${state.site} ${state.station}`} state={state} sites={sites} onChange={change} />
            <FilterBar filter={state.filter} onChange={(filter) => change({ filter })} />
          </div>
          {asking.isError && (
            <p role="alert" className={styles.fault}>
              The sites and stations could not be loaded: {asking.error.message}
            </p>
          )}
          {fit > STATIONS_MAX && (
            <p className={pages.note}>
              {countText(fit, 'station')} have this in their names: the first {STATIONS_MAX} are looked at.
            </p>
          )}
          {range === null && (
            <p role="alert" className={styles.fault}>
              This is no span of time: choose another one above, nothing lies between its ends.
            </p>
          )}
          {unknown ? (
            <p className={styles.none}>
              No station{state.site === '' ? '' : ' of this site'} has “{state.station}” in its name.
            </p>
          ) : (
            <SessionList
              asked={asked}
              sessions={sessions}
              narrowed={narrowed}
              zone={zone}
              choice={state.zone}
              stations
            />
          )}
        </section>
      </div>
    </main>
  );
}

interface PlacesProps {
  readonly state: SessionsState;
  readonly sites: readonly SiteBody[];
  readonly onChange: (part: Partial<SessionsState>) => void;
}

function Places({ state, sites, onChange }: PlacesProps) {
  const [typed, type] = useState(state.station);
  const siteId = useId();
  const stationId = useId();
  const offered = useId();
  const names = sites
    .filter(({ id }) => state.site === '' || id === state.site)
    .flatMap(({ chargers }) => chargers.map(({ id }) => id));
  const apply = () => {
    if (typed.trim() !== state.station) onChange({ station: typed.trim() });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    apply();
  };
  return (
    <form className={styles.places} onSubmit={submit}>
      <label htmlFor={siteId} className={controls.hidden}>
        Site
      </label>
      <select
        id={siteId}
        className={controls.field}
        value={state.site}
        onChange={({ target }) => onChange({ site: target.value, station: typed.trim() })}
      >
        <option value="">All sites</option>
        {state.site !== '' && !sites.some(({ id }) => id === state.site) && (
          <option value={state.site}>{state.site}</option>
        )}
        {sites.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      <label htmlFor={stationId} className={controls.hidden}>
        Station, or a part of its name
      </label>
      <input
        id={stationId}
        type="search"
        className={controls.field}
        placeholder="Station"
        list={offered}
        value={typed}
        onChange={({ target }) => type(target.value)}
        onBlur={apply}
      />
      <datalist id={offered}>
        {[...new Set(names)].slice(0, OFFERED_MAX).map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </form>
  );
}
