/** Stations by their share of what there is to record. */

import { Link } from 'wouter';
import panels from '../station/panels.module.css';
import { logsAddress, stationAddress } from '../station/station-state.ts';
import { countText } from '../ui/count-text.ts';
import { Icon } from '../ui/icon.tsx';
import styles from './fleet.module.css';
import type { NoisyBody, NoisyStationBody } from './fleet-answers.ts';
import { type FleetState, NOISE_SORTS, type NoiseSort } from './fleet-state.ts';
import { bytesText } from './fleet-words.ts';
import { PartBar } from './pictures.tsx';

const LABELS: Readonly<Record<NoiseSort, string>> = {
  entries: 'Entries',
  bytes: 'Bytes',
  connections: 'Connections',
  errors: 'Errors',
  unanswered: 'Unanswered',
};

export interface NoisyProps {
  readonly answer: NoisyBody;
  readonly state: FleetState;
  readonly onChange: (state: FleetState) => void;
}

export function Noisy({ answer: { stations, rests_on: rests }, state, onChange }: NoisyProps) {
  if (stations.length === 0) return <p className={panels.none}>Nothing was recorded in this time.</p>;
  return (
    <>
      <p className={panels.note}>
        Of {countText(rests.stations, 'station')} and {countText(rests.entries, 'entry', 'entries')}. Bytes
        are estimated from the length of {countText(rests.sampled, 'entry', 'entries')}.
        {rests.sites_missing > 0 &&
          ` There was no time for ${countText(rests.sites_missing, 'site')}: choose one of them.`}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys (WCAG 2.1.1). */}
      <section className={panels.sideways} tabIndex={0} aria-label="Stations by their share">
        <table className={`${panels.table} ${styles.table}`}>
          <thead>
            <tr>
              <th scope="col">Station</th>
              {NOISE_SORTS.map((noise) => (
                <th key={noise} scope="col" aria-sort={state.noise === noise ? 'descending' : 'none'}>
                  <button type="button" className={styles.sort} onClick={() => onChange({ ...state, noise })}>
                    {LABELS[noise]}
                    <span className={state.noise === noise ? styles.sorted : styles.unsorted}>
                      <Icon name="down" size={11} />
                    </span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {stations.map((row) => (
              <Row key={`${row.site_id} ${row.charger_id}`} row={row} state={state} />
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

const UNANSWERED = 'outcome:(timeout OR connection_lost OR unanswered OR replaced)';
const ERRORS = 'outcome:(error OR result_rejected)';

function Row({ row, state }: { readonly row: NoisyStationBody; readonly state: FleetState }) {
  const { site_id: site, charger_id: charger, bytes } = row;
  const { from, to, zone } = state;
  const logs = (q: string, events = false) => logsAddress(site, charger, { from, to, zone }, { q, events });
  const count = (amount: number, address: string) =>
    amount === 0 ? '0' : <Link href={address}>{amount.toLocaleString('en')}</Link>;
  return (
    <tr>
      <th scope="row">
        <Link href={stationAddress(site, charger, { from, to, zone })}>{charger}</Link>
        <span className={styles.fine}>{row.site_name}</span>
      </th>
      <td>
        {count(row.entries.count, logs(''))} <PartBar share={row.entries.share} />
      </td>
      <td>
        {bytesText(bytes.estimate)} <PartBar share={bytes.share} />
      </td>
      <td>
        {count(row.connections.count, logs('kind:connection', true))}{' '}
        <PartBar share={row.connections.share} />
      </td>
      <td>
        {count(row.errors.count, logs(ERRORS))} <PartBar share={row.errors.share} />
      </td>
      <td>
        {count(row.unanswered.count, logs(UNANSWERED))} <PartBar share={row.unanswered.share} />
      </td>
    </tr>
  );
}
