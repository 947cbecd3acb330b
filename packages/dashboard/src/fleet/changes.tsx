/** Before and after a firmware: of all stations that made the change, and of each. */

import { Link } from 'wouter';
import panels from '../station/panels.module.css';
import { logsAddress, stationAddress } from '../station/station-state.ts';
import { spanText } from '../time/instant-text.ts';
import { countText } from '../ui/count-text.ts';
import styles from './fleet.module.css';
import type { ChangeBody, ChangesBody, MeasuresBody, StationChangeBody } from './fleet-answers.ts';
import type { FleetState } from './fleet-state.ts';
import { differenceText, modelText, percentText, shareText, UNKNOWN } from './fleet-words.ts';

export interface ChangesProps {
  readonly answer: ChangesBody;
  readonly state: FleetState;
}

export function Changes({ answer, state }: ChangesProps) {
  const { changes, more } = answer;
  if (changes.length === 0) {
    return <p className={panels.none}>No station told another firmware than before in this time.</p>;
  }
  return (
    <>
      {more && (
        <p className={panels.note}>The {countText(changes.length, 'change')} that most stations made.</p>
      )}
      <ul className={styles.changes}>
        {changes.map((change) => (
          <Change
            key={JSON.stringify([change.vendor, change.model, change.firmware_before, change.firmware_after])}
            change={change}
            state={state}
          />
        ))}
      </ul>
    </>
  );
}

function Change({ change, state }: { readonly change: ChangeBody; readonly state: FleetState }) {
  const { before, after, differences } = change;
  const name = `${modelText(change)}, ${change.firmware_before} to ${change.firmware_after}`;
  return (
    <li>
      <h3>
        {name} <span className={styles.fine}>{countText(change.stations, 'station')}</span>
      </h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys (WCAG 2.1.1). */}
      <section className={panels.sideways} tabIndex={0} aria-label={`Before and after: ${name}`}>
        <table className={`${panels.table} ${styles.compared}`}>
          <thead>
            <tr>
              <th scope="col">In sum</th>
              <th scope="col">Before, {change.firmware_before}</th>
              <th scope="col">After, {change.firmware_after}</th>
              <th scope="col">Difference</th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">First tries that succeeded</th>
              <Share of={before.first_tries} />
              <Share of={after.first_tries} />
              <td>{differenceText(differences.first_tries)}</td>
            </tr>
            <tr>
              <th scope="row">Calls left unanswered by stations</th>
              <Unanswered of={before} />
              <Unanswered of={after} />
              <td>{differenceText(differences.unanswered)}</td>
            </tr>
            <tr>
              <th scope="row">Uptime</th>
              <Uptime of={before} />
              <Uptime of={after} />
              <td className={panels.muted}>Compare the time that was watched</td>
            </tr>
            <tr>
              <th scope="row">Answers of stations, p95</th>
              <Answers of={before} />
              <Answers of={after} />
              <td className={panels.muted}>Compare how many there were</td>
            </tr>
          </tbody>
        </table>
      </section>
      <details>
        <summary>Station by station</summary>
        <Stations change={change} state={state} />
      </details>
    </li>
  );
}

function Share({ of }: { readonly of: MeasuresBody['first_tries'] }) {
  return (
    <td>
      {percentText(of.share)} <span className={styles.fine}>{shareText(of)}</span>
    </td>
  );
}

function Unanswered({ of }: { readonly of: MeasuresBody }) {
  const { unanswered, calls } = of.answer_times.station;
  const known = unanswered !== null && calls > 0;
  return (
    <td>
      {known ? percentText(unanswered / calls) : UNKNOWN}{' '}
      <span className={styles.fine}>of {countText(calls, 'call')}</span>
    </td>
  );
}

function Uptime({ of }: { readonly of: MeasuresBody }) {
  return (
    <td>
      {percentText(of.uptime.share)}{' '}
      <span className={styles.fine}>
        {of.uptime.watched_ms === 0 ? 'not watched' : `of ${spanText(of.uptime.watched_ms)} watched`}
      </span>
    </td>
  );
}

function Answers({ of }: { readonly of: MeasuresBody }) {
  const { p95_ms: p95, timed } = of.answer_times.station;
  return (
    <td>
      {p95 === null ? UNKNOWN : spanText(p95)}{' '}
      <span className={styles.fine}>of {countText(timed, 'answer')}</span>
    </td>
  );
}

function Stations({ change, state }: { readonly change: ChangeBody; readonly state: FleetState }) {
  const { from, to, zone } = state;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys (WCAG 2.1.1).
    <section className={panels.scroll} tabIndex={0} aria-label="Station by station">
      <table className={panels.table}>
        <thead>
          <tr>
            <th scope="col">Station</th>
            <th scope="col">Since (UTC)</th>
            <th scope="col">First tries before</th>
            <th scope="col">First tries after</th>
            <th scope="col">Difference</th>
          </tr>
        </thead>
        <tbody>
          {change.by_station.map((one) => (
            <tr key={`${one.site_id} ${one.charger_id} ${one.time}`}>
              <th scope="row">
                <Link href={stationAddress(one.site_id, one.charger_id, { from, to, zone })}>
                  {one.charger_id}
                </Link>{' '}
                <span className={styles.fine}>{one.site_name}</span>
              </th>
              <td>
                <Since one={one} zone={zone} />
              </td>
              <Share of={one.before.first_tries} />
              <Share of={one.after.first_tries} />
              <td>{differenceText(one.differences.first_tries)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const AROUND_MS = 3_600_000;

function Since({ one, zone }: { readonly one: StationChangeBody } & Pick<FleetState, 'zone'>) {
  const at = Date.parse(one.time);
  const words = one.time.slice(0, 16).replace('T', ' ');
  if (one.entry_id === null) return words.slice(0, 10);
  const from = new Date(at - AROUND_MS).toISOString();
  const to = new Date(at + AROUND_MS).toISOString();
  return (
    <Link href={logsAddress(one.site_id, one.charger_id, { from, to, zone }, { entry: one.entry_id })}>
      {words}
    </Link>
  );
}
