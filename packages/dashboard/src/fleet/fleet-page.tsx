/** How stations, models and firmwares did. */

import { FLEET_GROUPINGS } from '@ocpp-logs/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import type { SiteBody } from '../api/answers.ts';
import { useClient } from '../api/context.ts';
import { TimePicker } from '../explore/time-picker.tsx';
import { useKeys } from '../explore/use-keys.ts';
import { saveFile } from '../station/sequence/svg-file.ts';
import pages from '../station/station-page.module.css';
import { readRange } from '../time/instant-text.ts';
import { zoneOf } from '../time/zone-choice.ts';
import controls from '../ui/control.module.css';
import { countText } from '../ui/count-text.ts';
import { Icon } from '../ui/icon.tsx';
import { tell } from '../ui/tell.ts';
import { useTitle } from '../ui/use-title.ts';
import { Changes } from './changes.tsx';
import styles from './fleet.module.css';
import type { FleetBody } from './fleet-answers.ts';
import { fleetCsv } from './fleet-csv.ts';
import { FleetFilters } from './fleet-filters.tsx';
import { type FleetState, fleetAddress, readFleet } from './fleet-state.ts';
import { FleetTable } from './fleet-table.tsx';
import { percentText } from './fleet-words.ts';
import { Noisy } from './noisy.tsx';
import { allRows, useChanges, useChoices, useFleet, useNoisy } from './use-fleet.ts';

const NO_SITES: readonly SiteBody[] = [];
const GROUPS = { station: 'Stations', model: 'Models', firmware: 'Firmwares' } as const;

export function FleetPage() {
  const client = useClient();
  const search = useSearch();
  const [, go] = useLocation();
  useTitle('Fleet');
  const state = useMemo(() => readFleet(search), [search]);
  const change = (next: FleetState) => go(fleetAddress(next));
  const asking = useQuery({
    queryKey: ['sites', 'stations'],
    queryFn: ({ signal }) => client.get<readonly SiteBody[]>('/sites', { signal }),
  });
  const sites = asking.data ?? NO_SITES;
  const fleet = useFleet(state);
  const ready = fleet.isSuccess && !fleet.isPlaceholderData;
  const choices = useChoices(state, ready);
  const changes = useChanges(state, ready);
  const noisy = useNoisy(state);
  const range = readRange(state.from, state.to, Date.now());
  const looked = useMemo(
    () => sites.filter(({ id }) => state.site === '' || id === state.site),
    [sites, state.site],
  );
  const [timeOpen, setTimeOpen] = useState(false);
  const again = () => {
    void fleet.refetch();
    void changes.refetch();
    void noisy.refetch();
  };
  useKeys([
    ['t', () => setTimeOpen(true)],
    ['r', again],
  ]);
  const [answer] = fleet.data?.pages ?? [];
  const rows = fleet.data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <main className={pages.page}>
      <div className={`${pages.inner} ${styles.wide}`}>
        <header className={pages.head}>
          <div>
            <h1>Fleet</h1>
            <p className={pages.site}>How stations, models and firmwares did, by whole days (UTC)</p>
          </div>
          <div className={pages.tools}>
            <TimePicker
              from={state.from}
              to={state.to}
              live={false}
              range={range}
              zone={zoneOf(state.zone, looked)}
              open={timeOpen}
              onOpen={setTimeOpen}
              onTime={(from, to) => {
                setTimeOpen(false);
                change({ ...state, from, to });
              }}
              onZone={(zone) => change({ ...state, zone })}
            />
            <button type="button" className={controls.button} onClick={again} title="Ask again (r)">
              <Icon name="refresh" /> Ask again
            </button>
          </div>
        </header>
        <section className={pages.card} aria-labelledby="fleet-table">
          <div className={pages.titled}>
            <h2 id="fleet-table">{GROUPS[state.by]}</h2>
            <Download state={state} disabled={rows.length === 0} />
          </div>
          <div className={styles.choice}>
            <fieldset className={styles.groups}>
              <legend className={controls.hidden}>A line for each</legend>
              {FLEET_GROUPINGS.map((by) => (
                <button
                  key={by}
                  type="button"
                  className={`${controls.button} ${controls.small}`}
                  aria-pressed={state.by === by}
                  onClick={() => change({ ...state, by })}
                >
                  {GROUPS[by]}
                </button>
              ))}
            </fieldset>
            <FleetFilters state={state} sites={sites} choices={choices.data ?? []} onChange={change} />
          </div>
          {range === null && (
            <p role="alert" className={styles.fault}>
              This is no span of time: choose another one above, nothing lies between its ends.
            </p>
          )}
          {fleet.isError && <Fault what="The fleet" error={fleet.error} again={() => void fleet.refetch()} />}
          {fleet.isPending && range !== null && <Progress words="Looking through the days" />}
          {answer !== undefined && (
            <>
              <Rests answer={answer} />
              {rows.length === 0 ? (
                <p className={styles.none}>Of no station anything is known in this time.</p>
              ) : (
                <FleetTable state={state} answer={answer} rows={rows} onChange={change} />
              )}
              {fleet.hasNextPage && (
                <button
                  type="button"
                  className={`${controls.button} ${controls.small}`}
                  disabled={fleet.isFetchingNextPage}
                  onClick={() => void fleet.fetchNextPage()}
                >
                  Show more of {answer.count.toLocaleString('en')}
                </button>
              )}
            </>
          )}
        </section>
        <Panel title="Before and after a firmware" asked={changes} words="Comparing firmwares">
          {(found) => <Changes answer={found} state={state} />}
        </Panel>
        <Panel title="Noisy stations" asked={noisy} words="Counting entries">
          {(found) => <Noisy answer={found} state={state} onChange={change} />}
        </Panel>
      </div>
    </main>
  );
}

/** What the answer rests on, in sum. */
function Rests({ answer: { total, rests_on: rests } }: { readonly answer: FleetBody }) {
  const { uptime, first_tries: first, tries } = total;
  const made = rests.days - rests.days_missing;
  return (
    <>
      <p className={pages.note}>
        {countText(total.stations, 'station')}, {percentText(uptime.share)} up;{' '}
        {countText(tries.count, 'try', 'tries')}, {tries.failed.toLocaleString('en')} failed;{' '}
        {percentText(first.share)} of first tries succeeded. Of {countText(rests.entries, 'entry', 'entries')}
        .
      </p>
      {rests.days_missing > 0 && (
        <Progress
          words={`${made.toLocaleString('en')} of ${countText(rests.days, 'day')} looked through so far, the newest first`}
        />
      )}
      {rests.days_missing === 0 && rests.findings_days_missing > 0 && (
        <Progress
          words={`Findings counted of ${(rests.days - rests.findings_days_missing).toLocaleString('en')} of ${countText(rests.days, 'day')} so far, the newest first`}
        />
      )}
      {rests.findings_days_cut > 0 && (
        <p className={pages.note}>
          {countText(rests.findings_days_cut, 'day')} held more than is looked through for findings: there are
          more than are told.
        </p>
      )}
      {rests.days_cut > 0 && (
        <p className={pages.note}>
          {countText(rests.days_cut, 'day')} held more than is read for one: what is told of{' '}
          {rests.days_cut === 1 ? 'it' : 'them'} is a part.
        </p>
      )}
    </>
  );
}

function Progress({ words }: { readonly words: string }) {
  return (
    <p role="status" className={styles.waiting}>
      <span className={styles.progress} role="progressbar" aria-label={words} />
      {words}…
    </p>
  );
}

interface FaultProps {
  readonly what: string;
  readonly error: Error;
  readonly again: () => void;
}

function Fault({ what, error, again }: FaultProps) {
  return (
    <div role="alert" className={styles.fault}>
      <p>
        {what} could not be told: {error.message}
      </p>
      <button type="button" className={`${controls.button} ${controls.small}`} onClick={again}>
        Try again
      </button>
    </div>
  );
}

interface PanelProps<T> {
  readonly title: string;
  readonly words: string;
  readonly asked: {
    readonly data: T | undefined;
    readonly error: Error | null;
    readonly isFetching: boolean;
    readonly refetch: () => unknown;
  };
  readonly children: (found: T) => ReactNode;
}

function Panel<T>({ title, words, asked, children }: PanelProps<T>) {
  const { data, error, isFetching, refetch } = asked;
  return (
    <section className={pages.card} aria-label={title}>
      <h2>{title}</h2>
      {error !== null && <Fault what={title} error={error} again={() => void refetch()} />}
      {data === undefined && isFetching && <Progress words={words} />}
      {data !== undefined && children(data)}
    </section>
  );
}

function Download({ state, disabled }: { readonly state: FleetState; readonly disabled: boolean }) {
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      const rows = await allRows(client, state);
      saveFile(fleetCsv(rows), `fleet-by-${state.by}.csv`, 'text/csv;charset=utf-8');
      tell(`Saved ${countText(rows.length, 'line')}`);
    } catch (error) {
      tell(`The file could not be made: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      setBusy(false);
    }
  };
  return (
    <button
      type="button"
      className={`${controls.button} ${controls.small}`}
      disabled={disabled || busy}
      onClick={() => void save()}
    >
      <Icon name="download" size={14} /> CSV file
    </button>
  );
}
