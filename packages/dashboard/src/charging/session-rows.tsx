/** Sessions one below the other: columns where there is room, two lines each on a phone. */

import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { ZoneChoice } from '../explore/explore-state.ts';
import panels from '../station/panels.module.css';
import { connectorName } from '../station/station-lanes.ts';
import { clockText, dateText } from '../time/zone.ts';
import type { ZoneOf } from '../time/zone-choice.ts';
import { shownText } from '../ui/shown-text.ts';
import { useMedia } from '../ui/use-media.ts';
import type { SummaryBody } from './session-answers.ts';
import { sessionAddress } from './session-path.ts';
import styles from './session-rows.module.css';
import { SeverityMark } from './severity-mark.tsx';
import { alsoText, badgeOf, durationText, sessionEnergy, stateText } from './verdict-words.ts';

export interface SessionRowsProps {
  readonly sessions: readonly SummaryBody[];
  readonly zone: ZoneOf;
  /** Of the links. */
  readonly choice: ZoneChoice;
  /** Whether they are of several stations. */
  readonly stations: boolean;
}

interface Cells {
  readonly id: string;
  readonly time: ReactNode;
  readonly station: ReactNode;
  readonly connector: string;
  readonly verdict: ReactNode;
  readonly state: string;
  readonly energy: string;
  readonly duration: string;
  readonly site: string;
}

export function SessionRows({ sessions, zone, choice, stations }: SessionRowsProps) {
  const narrow = useMedia('(max-width: 700px)');
  const rows = sessions.map((session): Cells => {
    const place = zone.ofSite(session.site_id);
    const at = Date.parse(session.from);
    return {
      id: session.id,
      time: (
        <Link href={sessionAddress(session.id, choice)} className={styles.link}>
          <time dateTime={session.from}>
            {dateText(at, place)} <strong>{clockText(at, place)}</strong>
          </time>
        </Link>
      ),
      station: shownText(session.charger_id),
      connector: placeText(session),
      verdict: <Verdict session={session} />,
      state: stateText(session),
      energy: sessionEnergy(session) ?? '–',
      duration: durationText(session),
      site: session.site_name,
    };
  });
  return narrow ? <Cards rows={rows} stations={stations} /> : <Table rows={rows} stations={stations} />;
}

function placeText({ connector_id: connector, evse_connector_id: inside }: SummaryBody): string {
  if (connector === null) return '–';
  return inside === null ? String(connector) : `${connector}, ${inside}`;
}

export function connectorText({
  connector_id: connector,
  evse_connector_id: inside,
}: Pick<SummaryBody, 'connector_id' | 'evse_connector_id'>): string {
  return connector === null ? 'No connector named' : connectorName(connector, inside);
}

function Verdict({ session: { verdict } }: { readonly session: SummaryBody }) {
  const also = alsoText(verdict.also);
  return (
    <span className={styles.verdict}>
      <SeverityMark badge={badgeOf(verdict)} />
      <span>
        {shownText(verdict.text)}
        {also !== null && <span className={styles.also}> {also}</span>}
      </span>
    </span>
  );
}

interface RowsProps {
  readonly rows: readonly Cells[];
  readonly stations: boolean;
}

function Table({ rows, stations }: RowsProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys (WCAG 2.1.1).
    <section className={panels.sideways} tabIndex={0} aria-label="Table of sessions">
      <table className={`${panels.table} ${styles.table}`}>
        <thead>
          <tr>
            <th scope="col">Begun</th>
            {stations && <th scope="col">Station</th>}
            <th scope="col">
              <abbr title="Connector; with OCPP 2.x the EVSE">Conn.</abbr>
            </th>
            <th scope="col">Verdict</th>
            <th scope="col" className={panels.number}>
              Energy
            </th>
            <th scope="col" className={panels.number}>
              Duration
            </th>
            <th scope="col">State</th>
            {stations && <th scope="col">Site</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id} className={styles.row}>
              <th scope="row" className={panels.action}>
                {row.time}
              </th>
              {stations && <td className={panels.breaking}>{row.station}</td>}
              <td>{row.connector}</td>
              <td>{row.verdict}</td>
              <td className={panels.number}>{row.energy}</td>
              <td className={panels.number}>{row.duration}</td>
              <td>{row.state}</td>
              {stations && <td>{row.site}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Cards({ rows, stations }: RowsProps) {
  return (
    <ul className={styles.cards} aria-label="Table of sessions">
      {rows.map((row) => (
        <li key={row.id} className={styles.row}>
          <p className={styles.where}>
            {row.time}
            <span className={styles.station}>
              {stations && <>{row.station} · </>}
              {row.connector === '–' ? 'no connector' : `connector ${row.connector}`}
            </span>
          </p>
          <p>{row.verdict}</p>
          <p className={styles.numbers}>
            {[row.energy === '–' ? null : row.energy, row.duration, row.state, stations ? row.site : null]
              .filter((part) => part !== null)
              .join(' · ')}
          </p>
        </li>
      ))}
    </ul>
  );
}
