/** One station: what it is, how it was connected, what it reported, how it was answered, and what was said. */

import { useMemo, useState } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { ApiError } from '../api/problem.ts';
import { StationSessions } from '../charging/station-sessions.tsx';
import { TimePicker } from '../explore/time-picker.tsx';
import { useKeys } from '../explore/use-keys.ts';
import { type ZoneOf, zoneOf } from '../time/zone-choice.ts';
import controls from '../ui/control.module.css';
import { Icon } from '../ui/icon.tsx';
import { useTitle } from '../ui/use-title.ts';
import { AnswerTimes } from './answer-times.tsx';
import { CommandButton } from './commands/command-button.tsx';
import { Configuration } from './configuration.tsx';
import { Clocks, ConnectionNow, Findings, Identity } from './facts.tsx';
import type { Segment } from './lane-rows.ts';
import { Lanes } from './lanes.tsx';
import { LiveSwitch } from './live-switch.tsx';
import { SequenceSection } from './sequence/sequence-section.tsx';
import type { StationBody } from './station-answers.ts';
import { connectorLanes, coverageLane, coverageWords } from './station-lanes.ts';
import styles from './station-page.module.css';
import {
  changed,
  logsAddress,
  readStation,
  type StationState,
  stationAddress,
  withLive,
} from './station-state.ts';
import { StationTold } from './station-told.tsx';
import { type StationAddress, useLiveStation, useStation } from './use-station.ts';

export function StationPage({ site, charger }: StationAddress) {
  const search = useSearch();
  const [, go] = useLocation();
  const state = useMemo(() => readStation(search), [search]);
  const address = useMemo(() => ({ site, charger }), [site, charger]);
  const { station, range, again } = useStation(address, state);
  const live = useLiveStation(address, state.live);
  const change = (part: Partial<StationState>) => go(stationAddress(site, charger, changed(state, part)));
  const toggleLive = () => go(stationAddress(site, charger, withLive(state, !state.live)));
  const body = station.data;
  useTitle(charger, body?.site_name ?? site);
  const zone = zoneOf(
    state.zone,
    body === undefined ? [] : [{ id: site, name: '', timezone: body.timezone, chargers: [] }],
  );
  const [timeOpen, setTimeOpen] = useState(false);
  useKeys([
    ['l', toggleLive],
    ['t', () => setTimeOpen(true)],
    ['r', again],
  ]);
  return (
    <main className={styles.page}>
      <div className={styles.inner}>
        {station.isFetching && (!state.live || body === undefined || station.isPlaceholderData) && (
          <div className={styles.progress} role="progressbar" aria-label="Loading the station" />
        )}
        <header className={styles.head}>
          <div>
            <h1>{charger}</h1>
            <p className={styles.site}>{body?.site_name ?? site}</p>
          </div>
          {body !== undefined && <ConnectionNow station={body} now={station.dataUpdatedAt} />}
          <div className={styles.tools}>
            <TimePicker
              from={state.from}
              to={state.to}
              live={state.live}
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
            <LiveSwitch on={state.live} state={live.state} onSwitch={toggleLive} />
            <button type="button" className={controls.button} onClick={again} title="Ask again (r)">
              <Icon name="refresh" /> Ask again
            </button>
            <Link href={logsAddress(site, charger, state)} className={controls.button}>
              <Icon name="table" /> Logs
            </Link>
            {body !== undefined && <CommandButton station={body} />}
          </div>
        </header>
        {state.live && live.error !== null && (
          <p className={styles.note} role="alert">
            Following ended: {live.error.message}
          </p>
        )}
        {range === null && (
          <Trouble
            title="This is no span of time"
            text="Choose another one above: nothing lies between its ends."
          />
        )}
        {station.isError && (
          <Trouble title="The station could not be loaded" text={troubleText(station.error)} again={again} />
        )}
        {body !== undefined && (
          <div className={station.isPlaceholderData ? styles.old : undefined}>
            <div className={styles.inner}>
              <Facts address={address} station={body} state={state} zone={zone} onChange={change} />
            </div>
          </div>
        )}
        {body !== undefined && range !== null && (
          <SequenceSection address={address} state={state} zone={zone.common} onChange={change} />
        )}
      </div>
    </main>
  );
}

interface FactsProps {
  readonly address: StationAddress;
  readonly station: StationBody;
  readonly state: StationState;
  readonly zone: ZoneOf;
  readonly onChange: (change: Partial<StationState>) => void;
}

function Facts({ address, station, state, zone: clock, onChange }: FactsProps) {
  const { site, charger } = address;
  const zone = clock.common;
  const [, go] = useLocation();
  const span = { from: Date.parse(station.from), to: Date.parse(station.to) };
  const coverage = useMemo(() => coverageLane(station, zone), [station, zone]);
  const connectors = useMemo(() => connectorLanes(station.connectors.states, zone), [station, zone]);
  const logs = (q: string) => logsAddress(site, charger, state, { q });
  const entry = (id: string) =>
    logsAddress(site, charger, { ...state, from: '-90d', to: 'now' }, { entry: id });
  const zoom = ({ from, to }: Segment) =>
    onChange({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });
  const toEntry = (segment: Segment) => {
    const reach = { from: new Date(segment.from).toISOString(), to: new Date(segment.to + 1).toISOString() };
    if (segment.entry === null) zoom(segment);
    else go(logsAddress(site, charger, { ...state, ...reach }, { entry: segment.entry }));
  };
  const untold = coverage.segments.every(({ look }) => look === 'blind' || look === 'idle');
  return (
    <>
      <section className={styles.card} aria-label="Identity">
        <Identity station={station} zone={zone} />
      </section>
      <StationSessions address={address} state={state} zone={clock} />
      <StationTold address={address} state={state} zone={zone} entry={entry} />
      <section className={styles.card} aria-labelledby="coverage">
        <h2 id="coverage">
          Connection
          <span className={styles.summary}>{coverageWords(coverage)}</span>
        </h2>
        {untold && (
          <p className={styles.note}>
            No record tells of its connections in this time, as with logs that were imported: only when
            messages were recorded is known.
          </p>
        )}
        <Lanes
          title="Connection over time"
          lanes={[coverage]}
          // The same room at the left, so that both axes lie one above the other.
          named={connectors.length > 0}
          range={span}
          zone={zone}
          onOpen={zoom}
        />
      </section>
      <section className={styles.card} aria-labelledby="connectors">
        <h2 id="connectors">Connector states</h2>
        {!station.connectors.complete && (
          <p className={styles.note}>The first 10,000 reports of this time.</p>
        )}
        {connectors.length === 0 ? (
          <p className={styles.note}>
            No StatusNotification tells of this time, or nothing was recorded since the last one.
          </p>
        ) : (
          <Lanes
            title="Connector states over time"
            lanes={connectors}
            named
            range={span}
            zone={zone}
            onOpen={toEntry}
          />
        )}
      </section>
      <div className={styles.halves}>
        <div className={styles.column}>
          <section className={styles.card} aria-labelledby="answers">
            <h2 id="answers">Answer times</h2>
            <AnswerTimes times={station.answer_times} logs={logs} />
          </section>
          <section className={styles.card} aria-labelledby="configuration">
            <h2 id="configuration">Configuration as last seen</h2>
            <Configuration configuration={station.configuration} zone={zone} entry={entry} />
          </section>
        </div>
        <div className={styles.column}>
          <section className={styles.card} aria-labelledby="clocks">
            <h2 id="clocks">Clocks</h2>
            <Clocks skew={station.clock_skew} />
          </section>
          <section className={styles.card} aria-labelledby="findings">
            <h2 id="findings">Findings</h2>
            <Findings findings={station.findings} logs={logs} />
          </section>
        </div>
      </div>
    </>
  );
}

function troubleText(error: Error): string {
  if (error instanceof ApiError && error.problem.status === 404) {
    return 'No station of this name has been seen at this site, or you may not see the site.';
  }
  return error.message;
}

interface TroubleProps {
  readonly title: string;
  readonly text: string;
  readonly again?: () => void;
}

function Trouble({ title, text, again }: TroubleProps) {
  return (
    <div className={styles.state} role="alert">
      <h2>{title}</h2>
      <p>{text}</p>
      {again !== undefined && (
        <button type="button" className={controls.button} onClick={again}>
          Try again
        </button>
      )}
    </div>
  );
}
