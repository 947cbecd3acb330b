/** One session: what came of it and why, what happened, and how power, energy and limits went. */

import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { useClient } from '../api/context.ts';
import { isStatus } from '../api/problem.ts';
import { rangeParams } from '../explore/search-params.ts';
import { useKeys } from '../explore/use-keys.ts';
import type { StationBody } from '../station/station-answers.ts';
import pages from '../station/station-page.module.css';
import { stationAddress } from '../station/station-state.ts';
import type { Range } from '../time/instant-text.ts';
import { offsetText, timeText } from '../time/zone.ts';
import { zoneOf } from '../time/zone-choice.ts';
import controls from '../ui/control.module.css';
import { useTitle } from '../ui/use-title.ts';
import { chartRange } from './chart-model.ts';
import type { SessionBody } from './session-answers.ts';
import { entryAddress } from './session-links.ts';
import styles from './session-page.module.css';
import { sessionAddress, zoneOfSearch } from './session-path.ts';
import { connectorText } from './session-rows.tsx';
import { ToldSession } from './session-told.tsx';
import { SessionTools } from './session-tools.tsx';
import { useChargingSession, useNeighbours } from './use-session-detail.ts';

export function SessionPage({ id }: { readonly id: string }) {
  const choice = zoneOfSearch(useSearch());
  const [, go] = useLocation();
  const asked = useChargingSession(id);
  const session = asked.data;
  const neighbours = useNeighbours(session);
  const known = useCoverage(session);
  const blind = useMemo(
    () => (session === undefined ? [] : blindOf(known, chartRange(session))),
    [known, session],
  );
  const zone = zoneOf(
    choice,
    session === undefined || known === undefined
      ? []
      : [{ id: session.site_id, name: '', timezone: known.timezone, chargers: [] }],
  ).common;
  const to = (of: { readonly id: string } | null | undefined) => () => {
    if (of != null) go(sessionAddress(of.id, choice));
  };
  useTitle(session === undefined ? 'Session' : `${session.charger_id}, session`, session?.site_name ?? '');
  useKeys([
    ['p', to(neighbours.data?.earlier)],
    ['n', to(neighbours.data?.later)],
    ['r', () => void asked.refetch()],
  ]);
  return (
    <main className={pages.page}>
      <div className={pages.inner}>
        {asked.isFetching && session === undefined && (
          <>
            <h1 className={controls.hidden}>Session</h1>
            <div className={pages.progress} role="progressbar" aria-label="Loading the session" />
          </>
        )}
        {asked.isError && session === undefined && (
          <div className={pages.state} role="alert">
            {isStatus(asked.error, 404) ? (
              <>
                <h1>No such session</h1>
                <p>
                  Nothing is kept of it, its entries make another session by now, or you may not see its site.
                  Look for it among the <Link href="/charging-sessions">sessions</Link>.
                </p>
              </>
            ) : (
              <>
                <h1>The session could not be loaded</h1>
                <p>{asked.error.message}</p>
                <button type="button" className={controls.button} onClick={() => void asked.refetch()}>
                  Try again
                </button>
              </>
            )}
          </div>
        )}
        {session !== undefined && (
          <>
            <header className={pages.head}>
              <div>
                <h1>
                  <Link
                    className={styles.station}
                    href={stationAddress(session.site_id, session.charger_id, {
                      zone: choice,
                      ...dayOf(session),
                    })}
                  >
                    {session.charger_id}
                  </Link>{' '}
                  <span className={styles.connector}>{connectorText(session)}</span>
                </h1>
                <p className={pages.site}>
                  {session.site_name} · {timeText(Date.parse(session.from), zone)}{' '}
                  {offsetText(Date.parse(session.from), zone)}
                </p>
              </div>
              <div className={`${pages.tools} ${styles.tools}`}>
                <SessionTools session={session} choice={choice} neighbours={neighbours.data} />
              </div>
            </header>
            <ToldSession
              session={session}
              zone={zone}
              blind={blind}
              entry={(id, event) => entryAddress(session, id, choice, event)}
              other={(id) => sessionAddress(id, choice)}
            />
          </>
        )}
      </div>
    </main>
  );
}

/** The day around it, on the page of its station. */
function dayOf({ from, to }: SessionBody): { readonly from: string; readonly to: string } {
  const HALF_DAY = 43_200_000;
  return {
    from: new Date(Date.parse(from) - HALF_DAY).toISOString(),
    to: new Date(Date.parse(to) + HALF_DAY).toISOString(),
  };
}

const AROUND = 7_200_000;

/** When nothing of the station was recorded, and the clock of its site; the page does without where it cannot be had. */
function useCoverage(session: SessionBody | undefined): StationBody | undefined {
  const client = useClient();
  const { site_id: site = '', charger_id: charger = '' } = session ?? {};
  const own = session === undefined ? null : chartRange(session);
  // What was said just before and after tells whether anything was recorded at its ends.
  const range = own && { from: own.from - AROUND, to: own.to + AROUND };
  return useQuery<StationBody>({
    queryKey: ['station-of-session', site, charger, range?.from, range?.to],
    enabled: range !== null,
    // A session that goes on has another range each time: what is known stays until the new answer has come.
    placeholderData: (earlier) => (earlier?.id === charger && earlier.site_id === site ? earlier : undefined),
    queryFn: ({ signal }) =>
      client.get<StationBody>(`/sites/${encodeURIComponent(site)}/chargers/${encodeURIComponent(charger)}`, {
        signal,
        params: range === null ? {} : rangeParams(range),
      }),
  }).data;
}

function blindOf(station: StationBody | undefined, { from, to }: Range): readonly Range[] {
  return (station?.coverage.segments ?? [])
    .filter(({ state }) => state === 'blind')
    .map((segment) => ({ from: Date.parse(segment.from), to: Date.parse(segment.to) }))
    .filter((gap) => gap.to > from && gap.from < to);
}
