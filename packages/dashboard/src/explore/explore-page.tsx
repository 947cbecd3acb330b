/** The logs: search, time, histogram, facets, table, the entry that is open. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import type { LogEntry, SiteBody } from '../api/answers.ts';
import { useClient } from '../api/context.ts';
import { isStatus } from '../api/problem.ts';
import { askFailedAgain } from '../api/recovery.ts';
import { mayHold } from '../query/edit-query.ts';
import { isRelative } from '../time/instant-text.ts';
import { offsetText } from '../time/zone.ts';
import { zoneOf } from '../time/zone-choice.ts';
import { Boundary } from '../ui/boundary.tsx';
import controls from '../ui/control.module.css';
import { Icon } from '../ui/icon.tsx';
import { copyText } from '../ui/tell.ts';
import { useMedia } from '../ui/use-media.ts';
import { useTitle } from '../ui/use-title.ts';
import { useWidth } from '../ui/use-width.ts';
import { DetailPanel } from './detail-panel.tsx';
import styles from './explore-page.module.css';
import type { ExploreState } from './explore-state.ts';
import { Facets } from './facets.tsx';
import { HelpDialog } from './help-dialog.tsx';
import { Histogram } from './histogram.tsx';
import { NO_LIVE_ROWS, waitingCount } from './live-rows.ts';
import type { PickHow } from './log-row.tsx';
import { LogTable, type TableControl } from './log-table.tsx';
import { rangeWith } from './related.ts';
import { ResultBar } from './result-bar.tsx';
import { ResultState, refusalOf } from './result-state.tsx';
import { keyOf, Rows } from './rows.ts';
import { ordered } from './selection.ts';
import { SelectionBar } from './selection-bar.tsx';
import { Toolbar } from './toolbar.tsx';
import { useColumns } from './use-columns.ts';
import { useCursor } from './use-cursor.ts';
import { addressOf, useExplore } from './use-explore.ts';
import { useKeys } from './use-keys.ts';
import { useLive } from './use-live.ts';
import { useQuestion } from './use-question.ts';
import { useResult, useShown, useVersion } from './use-result.ts';
import { useSelection } from './use-selection.ts';

/** A live page counts and draws anew so often. */
const LIVE_CHART_MS = 15_000;
/** Loaded when somebody takes something away. */
const DownloadDialog = lazy(async () => ({
  default: (await import('./download-dialog.tsx')).DownloadDialog,
}));
/** px: time, action, station and what is wrong fit into that. */
const COLUMNS_MIN = 900;
const NO_SITES: readonly SiteBody[] = [];

export function ExplorePage() {
  const client = useClient();
  const queries = useQueryClient();
  const [state, change] = useExplore();
  const { filter, range, valid, again } = useQuestion(state);
  useTitle(state.q, 'Logs');
  const asked = useResult(client, filter, valid ? range : null, state.order);
  useVersion(asked);
  const store = useShown(asked);
  // Entries come first: what counts them would only keep them waiting.
  const ready = asked !== null && (asked.state !== null || asked.error !== null);
  const version = useVersion(store);
  const sites = useQuery({
    queryKey: ['sites', 'names'],
    queryFn: ({ signal }) =>
      client.get<readonly SiteBody[]>('/sites', { signal, params: { chargers: 'none' } }),
    // Rows are told without it, but for the clock of their site.
    enabled: ready || state.zone === 'site',
  });
  const known = sites.data ?? NO_SITES;
  const looked = useMemo(
    () =>
      known.filter(
        (site) => (state.sites.length === 0 || state.sites.includes(site.id)) && mayHold(state.q, site),
      ),
    [known, state.sites, state.q],
  );
  const siteNames = useMemo(() => new Map(known.map(({ id, name }) => [id, name])), [known]);
  // The clocks of sites come with them: until then, or without them, a time would be told by another than it says.
  const clockKnown = state.zone !== 'site' || !sites.isPending;
  const clock = state.zone === 'site' && sites.isError ? 'utc' : state.zone;
  const zone = useMemo(() => zoneOf(clock, looked), [clock, looked]);
  const compact = useMedia('(max-width: 700px)');
  const [result, resultWidth] = useWidth<HTMLElement>();
  // Beside an open entry there is room for two lines of an entry, and not for its columns.
  const twoLines = compact || (state.entry !== null && resultWidth > 0 && resultWidth < COLUMNS_MIN);
  const narrow = useMedia('(max-width: 1200px)');
  const [facetsShown, setFacetsShown] = useState<boolean | null>(null);
  const facetsOpen = facetsShown ?? !narrow;
  const [dialog, setDialog] = useState<'help' | 'download' | 'selected' | null>(null);
  const [timeOpen, setTimeOpen] = useState(false);
  const [seen, setSeen] = useState(0);
  const search = useRef<HTMLInputElement>(null);
  const table = useRef<TableControl>(null);
  const top = useRef(true);
  const shift = useRef<(by: number) => void>(() => {});

  const reading = useRef(false);
  reading.current = state.entry !== null;
  const live = useLive({
    on: state.live && valid,
    filter,
    range: asked === store ? range : null,
    store,
    // What is read must not run away.
    paused: () => !top.current || reading.current,
    added: (by) => shift.current(by),
  });
  const liveRows = state.live ? live.rows : NO_LIVE_ROWS;
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows of the same store change with its version.
  const rows = useMemo(() => (store === null ? null : new Rows(liveRows, store)), [store, liveRows, version]);
  const columns = useColumns(state.columns, (ids) => change({ columns: ids }, { replace: true }));
  const cursor = useCursor({ state, change, filter, range, rows, question: store, version, table });
  const selecting = useSelection({ filter, range, order: state.order, rows, question: store });
  const { selection } = selecting;
  shift.current = (by) => {
    cursor.shift(by);
    selecting.shift(by);
  };
  const stepBy = (by: number) => {
    selecting.rest();
    cursor.step(by);
  };
  const reachBy = (by: number) => {
    if (rows === null || rows.count === 0) return;
    const from = Math.max(0, cursor.at);
    const next = Math.min(Math.max(cursor.at + by, 0), rows.count - 1);
    cursor.step(by);
    selecting.reach(next, from);
  };
  const onPick = (index: number, how: PickHow) => {
    if (how === 'open') {
      selecting.rest();
      cursor.open(index);
    } else {
      cursor.moveTo(index);
      if (how === 'toggle') selecting.toggle(index);
      else selecting.reach(index, cursor.at);
    }
  };
  const chartRange = useChartRange(range, state);

  useEffect(() => {
    if (isStatus(asked?.error, 401)) void queries.invalidateQueries({ queryKey: ['session'] });
  }, [asked?.error, queries]);

  // What could not be counted or drawn before is asked for anew when entries come again.
  const comes = store?.state != null && (!state.live || live.state === 'open');
  useEffect(() => {
    if (comes) void askFailedAgain(queries);
  }, [comes, queries]);

  const toggleLive = () => {
    if (state.live) change({ live: false });
    else change({ live: true, order: 'desc', to: 'now', from: isRelative(state.from) ? state.from : '-1h' });
  };
  const onSeen = (first: number) => {
    setSeen(first);
    const atTop = first === 0;
    if (atTop && !top.current && state.entry === null) live.resume();
    top.current = atTop;
  };
  const resume = live.resume;
  const isReading = state.entry !== null;
  // What came while an entry was read is shown once it is closed.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the entry is the reason.
  useEffect(() => {
    if (!isReading && top.current) resume();
  }, [isReading]);
  const toNewest = () => {
    table.current?.go(0);
    top.current = true;
    live.resume();
  };
  const frozen = (part: Partial<ExploreState>): string => {
    const times =
      range === null
        ? {}
        : { from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString() };
    const shared = { ...state, ...times, live: false, columns: columns.ids, ...part };
    return `${window.location.origin}${client.page(addressOf(shared))}`;
  };
  const permalink = (entry: LogEntry) => frozen({ entry: keyOf(entry), ...rangeWith(entry, range) });
  useKeys([
    ['/', () => search.current?.focus()],
    ['j', () => stepBy(1)],
    ['k', () => stepBy(-1)],
    ['J', () => reachBy(1)],
    ['K', () => reachBy(-1)],
    ['Shift+ArrowDown', () => reachBy(1)],
    ['Shift+ArrowUp', () => reachBy(-1)],
    [' ', () => cursor.at >= 0 && selecting.toggle(cursor.at)],
    ['ArrowDown', () => stepBy(1)],
    ['ArrowUp', () => stepBy(-1)],
    ['Enter', () => cursor.at >= 0 && cursor.open(cursor.at)],
    [
      'Escape',
      () => {
        if (state.entry !== null) cursor.close();
        else if (narrow && facetsOpen) setFacetsShown(false);
        else if (selection.entries.size > 0) selecting.clear();
      },
    ],
    ['e', cursor.toTrouble],
    ['l', toggleLive],
    ['t', () => setTimeOpen(true)],
    ['r', again],
    ['?', () => setDialog('help')],
  ]);

  const refusal = refusalOf(asked?.error);
  const refused = !valid || refusal !== null;
  const waiting = waitingCount(liveRows);
  // Before the first station there is nothing to count and to choose from.
  const unused =
    state.q === '' &&
    rows?.count === 0 &&
    sites.isSuccess &&
    known.every(({ charger_count: chargers }) => chargers === 0);
  const pending =
    valid &&
    range !== null &&
    (asked !== store ||
      !clockKnown ||
      (store?.state === null && store.error === null) ||
      // Nothing is found yet, and texts are still looked at.
      (store?.state?.count === 0 && store.state.counting));
  const filled = rows !== null && rows.count > 0 && store?.state != null && clockKnown;
  return (
    <main className={styles.page}>
      <h1 className={controls.hidden}>OCPP logs</h1>
      {filled && (
        <button type="button" className={styles.skip} onClick={() => table.current?.focus()}>
          Skip to entries
        </button>
      )}
      <Toolbar
        state={state}
        range={range}
        zone={zone}
        live={live}
        refused={refusal}
        input={search}
        timeOpen={timeOpen}
        onTimeOpen={setTimeOpen}
        onChange={change}
        onLive={toggleLive}
        onAgain={again}
        onShare={() => void copyText(frozen({}), 'Link')}
        onHelp={() => setDialog('help')}
        onTrouble={cursor.toTrouble}
        compact={compact}
      />
      {chartRange !== null && !refused && !unused && (
        <div className={styles.chart}>
          <Histogram
            filter={filter}
            range={chartRange}
            ready={ready && clockKnown}
            zone={zone.common}
            onZoom={({ from, to }) =>
              change({ from: new Date(from).toISOString(), to: new Date(to).toISOString(), live: false })
            }
          />
        </div>
      )}
      <div className={styles.body}>
        {facetsOpen && chartRange !== null && !unused && (
          <aside className={styles.facets} aria-label="Filters">
            {narrow && (
              <button
                type="button"
                className={`${controls.button} ${styles.done}`}
                onClick={() => setFacetsShown(false)}
              >
                Show entries
              </button>
            )}
            <Facets
              filter={filter}
              range={chartRange}
              ready={ready}
              refused={refused}
              siteNames={siteNames}
              onChange={change}
            />
          </aside>
        )}
        <section ref={result} className={styles.result} aria-label="Entries">
          {range !== null && !unused && (
            <ResultBar
              state={state}
              range={range}
              ready={ready && !refused}
              result={store?.state ?? null}
              live={liveRows.shown.length + liveRows.missed}
              row={seen + 1}
              columns={columns}
              compact={compact}
              facetsOpen={facetsOpen}
              onFacets={() => setFacetsShown(!facetsOpen)}
              onChange={change}
              onDownload={() => setDialog('download')}
            />
          )}
          <SelectionBar
            selection={selection}
            state={state}
            onDownload={() => setDialog('selected')}
            onClear={selecting.clear}
          />
          {pending && <div className={styles.progress} role="progressbar" aria-label="Loading entries" />}
          {filled ? (
            <LogTable
              ref={table}
              rows={rows}
              question={store}
              columns={columns}
              zone={zone}
              zoneName={zone.choice === 'site' ? 'site' : offsetText(range?.to ?? 0, zone.common)}
              compact={twoLines}
              cursor={cursor.at}
              selection={selection}
              onPick={onPick}
              onGap={again}
              onSeen={onSeen}
            />
          ) : (
            <ResultState
              state={state}
              store={store}
              pending={pending}
              hasRange={range !== null}
              valid={valid}
              sites={looked}
              filter={filter}
              zone={zone}
              onChange={change}
            />
          )}
          {waiting > 0 && (
            <button type="button" className={styles.fresh} onClick={toNewest}>
              <Icon name="up" size={14} /> {waiting.toLocaleString('en')} new
            </button>
          )}
        </section>
        {state.entry !== null && (
          <Boundary beside what="This entry" of={`${state.entry.site}/${state.entry.id}`}>
            <DetailPanel
              key={`${state.entry.site}/${state.entry.id}`}
              entryKey={state.entry}
              known={cursor.known}
              zone={zone}
              q={state.q}
              onClose={cursor.close}
              onStep={cursor.step}
              onTrouble={cursor.toTrouble}
              onGo={change}
              permalink={permalink}
            />
          </Boundary>
        )}
      </div>
      {dialog === 'help' && <HelpDialog onClose={() => setDialog(null)} />}
      {(dialog === 'download' || dialog === 'selected') && range !== null && (
        <Suspense fallback={null}>
          <DownloadDialog
            filter={filter}
            range={range}
            live={state.live}
            order={state.order}
            sites={looked}
            columns={columns.ids}
            selected={ordered(selection, state.order)}
            chosen={dialog === 'selected'}
            onClose={() => setDialog(null)}
          />
        </Suspense>
      )}
    </main>
  );
}

/** That of the result, or of a live page the time up to now. */
function useChartRange(range: ReturnType<typeof useQuestion>['range'], { live }: ExploreState) {
  const [now, setNow] = useState(0);
  useEffect(() => {
    if (!live) return;
    const timer = setInterval(() => setNow(Date.now()), LIVE_CHART_MS);
    return () => clearInterval(timer);
  }, [live]);
  return useMemo(() => {
    if (range === null || !live || now <= range.to) return range;
    return { from: range.from + now - range.to, to: now };
  }, [range, live, now]);
}
