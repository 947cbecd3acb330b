/** All that is told of one session, wherever it comes from: verdict, figures, chart, what happened. */

import { useMemo } from 'react';
import { Link } from 'wouter';
import pages from '../station/station-page.module.css';
import type { Range } from '../time/instant-text.ts';
import { chartRange, lanesOf, panelsOf } from './chart-model.ts';
import { noticesOf } from './notices.ts';
import type { SessionBody } from './session-answers.ts';
import { SessionChart } from './session-chart.tsx';
import { AuthorisationFacts, EnergyFacts, Figures, LimitFacts, StationFacts } from './session-figures.tsx';
import styles from './session-page.module.css';
import { Timeline } from './timeline.tsx';
import { timelineOf } from './timeline-rows.ts';
import { VerdictCard } from './verdict-card.tsx';

export interface ToldSessionProps {
  readonly session: SessionBody;
  readonly zone: string;
  /** When nothing of its station was recorded. */
  readonly blind: readonly Range[];
  /** Where an entry is. */
  readonly entry: (id: string, event: boolean) => string;
  /** Where another session is. */
  readonly other: (id: string) => string;
}

export function ToldSession({ session, zone, blind, entry: place, other }: ToldSessionProps) {
  const range = useMemo(() => chartRange(session), [session]);
  const panels = useMemo(() => panelsOf(session), [session]);
  const lanes = useMemo(() => lanesOf(session, range, blind), [session, range, blind]);
  const timeline = useMemo(() => timelineOf(session), [session]);
  const marks = timeline.flatMap((row) => (row.kind === 'row' && !row.what.startsWith('Meter') ? [row] : []));
  const events = new Set(marks.flatMap(({ event, entry }) => (event ? [entry] : [])));
  const entry = (id: string) => place(id, events.has(id));
  const notices = [
    ...noticesOf(session),
    ...(blind.length === 0
      ? []
      : ['In a part of its time nothing of the station was recorded; it is hatched below.']),
  ];
  return (
    <>
      <VerdictCard verdict={session.verdict} zone={zone} entry={entry} />
      {notices.length > 0 && (
        <ul className={styles.notices} aria-label="To be known of it">
          {notices.map((notice) => (
            <li key={notice}>{notice}</li>
          ))}
        </ul>
      )}
      {session.reuses !== null && (
        <p className={styles.notices}>
          Its transaction id was used before, by <Link href={other(session.reuses)}>another session</Link>.
        </p>
      )}
      <section className={pages.card} aria-label="Figures">
        <Figures session={session} zone={zone} entry={entry} />
      </section>
      <section className={pages.card} aria-labelledby="chart">
        <h2 id="chart">Over time</h2>
        <SessionChart
          session={session}
          range={range}
          lanes={lanes}
          panels={panels}
          marks={marks}
          zone={zone}
          entry={entry}
        />
      </section>
      <div className={pages.halves}>
        <section className={pages.card} aria-labelledby="timeline">
          <h2 id="timeline">What happened</h2>
          <Timeline rows={timeline} from={Date.parse(session.from)} zone={zone} entry={entry} />
        </section>
        <div className={pages.column}>
          <section className={pages.card} aria-labelledby="energy">
            <h2 id="energy">Energy</h2>
            <EnergyFacts session={session} entry={entry} />
          </section>
          <section className={pages.card} aria-labelledby="authorisation">
            <h2 id="authorisation">Authorisation</h2>
            <AuthorisationFacts session={session} zone={zone} entry={entry} />
          </section>
          <section className={pages.card} aria-labelledby="limits">
            <h2 id="limits">Limits</h2>
            <LimitFacts session={session} zone={zone} entry={entry} />
          </section>
          <section className={pages.card} aria-labelledby="meanwhile">
            <h2 id="meanwhile">The station meanwhile</h2>
            <StationFacts session={session} zone={zone} entry={entry} />
          </section>
        </div>
      </div>
    </>
  );
}
