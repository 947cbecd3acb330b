/** The sessions of one station, in the time that its page shows. */

import { useMemo } from 'react';
import { useLocation } from 'wouter';
import styles from '../station/station-page.module.css';
import { changed, type StationState, stationAddress } from '../station/station-state.ts';
import type { StationAddress } from '../station/use-station.ts';
import type { ZoneOf } from '../time/zone-choice.ts';
import { FilterBar } from './filter-bar.tsx';
import { isNarrowed } from './session-filter.ts';
import { SessionList } from './session-list.tsx';
import { useSessions } from './use-sessions.ts';

export interface StationSessionsProps {
  readonly address: StationAddress;
  readonly state: StationState;
  readonly zone: ZoneOf;
}

export function StationSessions({ address: { site, charger }, state, zone }: StationSessionsProps) {
  const [, go] = useLocation();
  const { sessions: filter, from, to } = state;
  const key = useMemo(() => [site, charger], [site, charger]);
  const { asked, sessions } = useSessions(key, { ...filter, sites: [site], chargers: [charger], from, to });
  return (
    <section className={styles.card} aria-labelledby="sessions">
      <div className={styles.titled}>
        <h2 id="sessions">Sessions</h2>
        <FilterBar
          filter={filter}
          onChange={(next) => go(stationAddress(site, charger, changed(state, { sessions: next })))}
        />
      </div>
      <SessionList
        asked={asked}
        sessions={sessions}
        narrowed={isNarrowed(filter)}
        zone={zone}
        choice={state.zone}
        stations={false}
      />
    </section>
  );
}
