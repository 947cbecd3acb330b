/** What is in the bundle, and what came of it. */

import type { BundleStation } from '@ocpp-logs/core';
import { useMemo } from 'react';
import { Link } from 'wouter';
import { ConclusionList } from '../charging/conclusion-list.tsx';
import { SessionRows } from '../charging/session-rows.tsx';
import pages from '../station/station-page.module.css';
import { timeText } from '../time/zone.ts';
import { countText } from '../ui/count-text.ts';
import { shownText } from '../ui/shown-text.ts';
import { useTitle } from '../ui/use-title.ts';
import { FindingCounts } from './finding-counts.tsx';
import { FirstOf } from './first-of.tsx';
import styles from './offline.module.css';
import type { OpenBundle } from './open-bundle.ts';
import { entryPlace } from './places.ts';
import { Replaced } from './replaced.tsx';

/** At first, and more when they are asked for. */
const SESSIONS = 100;
const STATIONS = 50;

export interface OverviewProps {
  readonly bundle: OpenBundle;
  readonly zone: string;
}

export function Overview({ bundle, zone }: OverviewProps) {
  const { head, range, sessions } = bundle;
  const several = head.stations.length > 1;
  const newest = useMemo(() => sessions.toReversed(), [sessions]);
  useTitle('Overview', 'bundle');
  return (
    <main className={pages.page}>
      <div className={pages.inner}>
        <header className={pages.head}>
          <div>
            <h1>{titleOf(bundle)}</h1>
            <p className={pages.site}>
              {[
                head.sites.map(({ name }) => shownText(name)).join(', '),
                range === null
                  ? ''
                  : `${timeText(range.from, zone)} to ${timeText(range.to, zone)} (${zone})`,
                countText(head.entries, 'entry', 'entries'),
              ]
                .filter((part) => part !== '')
                .join(' · ')}
            </p>
          </div>
        </header>
        <section className={pages.card} aria-labelledby="sessions">
          <h2 id="sessions">Sessions</h2>
          {sessions.length === 0 ? (
            <p className={pages.note}>Nobody tried to charge, as far as these entries tell.</p>
          ) : (
            <>
              <p className={pages.note}>
                Told by the entries of this file alone: what was recorded before and after may say more.
              </p>
              <FirstOf all={newest} step={SESSIONS} what="sessions">
                {(some) => (
                  <SessionRows
                    sessions={some}
                    zone={{ choice: 'browser', common: zone, ofSite: () => zone }}
                    choice="browser"
                    stations={several}
                  />
                )}
              </FirstOf>
            </>
          )}
        </section>
        <FirstOf all={head.stations} step={STATIONS} what="stations">
          {(some) =>
            some.map((station) => (
              <Station key={`${station.site_id} ${station.charger_id}`} station={station} zone={zone} />
            ))
          }
        </FirstOf>
        <Replaced pseudonymised={head.pseudonymised} />
        <p className={styles.made}>
          Made by {head.made_by}. This page is whole in itself: it loads nothing and tells nobody.
        </p>
      </div>
    </main>
  );
}

function titleOf({ head: { stations } }: OpenBundle): string {
  const [only] = stations;
  if (only !== undefined && stations.length === 1) return shownText(only.charger_id);
  return stations.length === 0 ? 'No station' : countText(stations.length, 'station');
}

interface StationProps {
  readonly station: BundleStation;
  readonly zone: string;
}

function Station({ station, zone }: StationProps) {
  const { site_id: site, charger_id: charger, conclusions, findings } = station;
  const id = `station-${encodeURIComponent(`${site} ${charger}`)}`;
  const entry = (found: string) => entryPlace(site, found);
  return (
    <section className={pages.card} aria-labelledby={id}>
      <h2 id={id}>Station {shownText(charger)}</h2>
      {conclusions.length === 0 && findings.length === 0 && (
        <p className={pages.note}>
          Nothing remarkable beside its sessions. <Link href="/messages">Its messages</Link>
        </p>
      )}
      {conclusions.length > 0 && (
        <ConclusionList
          conclusions={conclusions}
          label={`What was seen of ${charger}`}
          time={(ms) => timeText(ms, zone)}
          entry={entry}
        />
      )}
      {findings.length > 0 && (
        <div className={styles.counted}>
          <FindingCounts findings={findings} zone={zone} entry={entry} />
        </div>
      )}
    </section>
  );
}
