/** Stations, models or firmwares, a line each. */

import { Link } from 'wouter';
import { ruleName } from '../charging/verdict-words.ts';
import panels from '../station/panels.module.css';
import { stationAddress } from '../station/station-state.ts';
import { countText } from '../ui/count-text.ts';
import { Icon } from '../ui/icon.tsx';
import styles from './fleet.module.css';
import type { FleetBody, FleetRowBody } from './fleet-answers.ts';
import { type FleetSort, type FleetState, failedAddress, fleetAddress, sortedBy } from './fleet-state.ts';
import { modelText, percentText, shareText, UNKNOWN } from './fleet-words.ts';
import { Found } from './found.tsx';
import { AnswerTime, ShareMark, UptimeStrip } from './pictures.tsx';

export interface FleetTableProps {
  readonly state: FleetState;
  readonly answer: Pick<FleetBody, 'from' | 'to' | 'total' | 'rests_on'>;
  readonly rows: readonly FleetRowBody[];
  readonly onChange: (state: FleetState) => void;
}

const NAMES = { station: 'Station', model: 'Model', firmware: 'Firmware' } as const;

const COLUMNS: readonly (readonly [sort: FleetSort, label: string, about: string])[] = [
  ['uptime', 'Uptime', 'Connected and not faulted, of the time that was watched; a bar for each day'],
  [
    'first_success',
    'First tries',
    'First tries that succeeded, and where their share lies in 95 of 100 cases',
  ],
  ['failed', 'Failed', 'Tries that failed, and why most of them did'],
  ['csms_p95', 'CSMS answers', 'Half of the answers of the CSMS, and 95 of 100, took no longer'],
  ['station_p95', 'Station answers', 'Half of the answers of the station, and 95 of 100, took no longer'],
  ['findings', 'Findings', 'In how many entries each was found; what violates OCPP stands first'],
  ['connections', 'Connections', 'Connections that were accepted'],
];

export function FleetTable({ state, answer, rows, onChange }: FleetTableProps) {
  const times = rows.flatMap(({ answer_times: { csms, station } }) => [
    csms.p95_ms ?? 0,
    station.p95_ms ?? 0,
  ]);
  const most = Math.max(1, ...times);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys (WCAG 2.1.1).
    <section className={panels.sideways} tabIndex={0} aria-label={`Fleet by ${state.by}`}>
      <table className={`${panels.table} ${styles.table}`}>
        <thead>
          <tr>
            <Head state={state} sort="name" label={NAMES[state.by]} onChange={onChange} />
            {state.by === 'station' ? (
              <th scope="col">Model and firmware</th>
            ) : (
              <th scope="col" className={panels.number}>
                Stations
              </th>
            )}
            {COLUMNS.map(([sort, label, about]) => (
              <Head key={sort} state={state} sort={sort} label={label} about={about} onChange={onChange} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row
              key={JSON.stringify([row.site_id, row.charger_id, row.vendor, row.model, row.firmware])}
              row={row}
              state={state}
              answer={answer}
              most={most}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface HeadProps {
  readonly state: FleetState;
  readonly sort: FleetSort;
  readonly label: string;
  readonly about?: string;
  readonly onChange: (state: FleetState) => void;
}

function Head({ state, sort, label, about, onChange }: HeadProps) {
  const here = state.sort === sort;
  const order = state.order === 'asc' ? 'ascending' : 'descending';
  return (
    <th scope="col" aria-sort={here ? order : 'none'}>
      <button
        type="button"
        className={styles.sort}
        title={about}
        onClick={() => onChange(sortedBy(state, sort))}
      >
        {label}
        <span className={here ? styles.sorted : styles.unsorted}>
          <Icon name={here && state.order === 'desc' ? 'down' : 'up'} size={11} />
        </span>
      </button>
    </th>
  );
}

interface RowProps {
  readonly row: FleetRowBody;
  readonly state: FleetState;
  readonly answer: Pick<FleetBody, 'from' | 'to' | 'rests_on'>;
  readonly most: number;
}

function Row({ row, state, answer, most }: RowProps) {
  const { uptime, first_tries: first, tries, answer_times: times } = row;
  return (
    <tr>
      <Name row={row} state={state} />
      {state.by === 'station' ? (
        <td>
          {modelText(row)}
          <span className={styles.fine}>{row.firmware ?? UNKNOWN}</span>
        </td>
      ) : (
        <td className={panels.number}>{row.stations.toLocaleString('en')}</td>
      )}
      <td>
        <span className={styles.value}>{percentText(uptime.share)}</span>
        <UptimeStrip daily={row.daily ?? []} from={answer.from} to={answer.to} />
      </td>
      <td title={shareText(first)}>
        <span className={styles.value}>{percentText(first.share)}</span>
        <span className={styles.fine}>
          {first.of === 0 ? 'nobody tried' : `of ${first.of.toLocaleString('en')}`}
        </span>
        <ShareMark {...first} />
      </td>
      <td>
        <Failed row={row} state={state} tries={tries.count} />
      </td>
      <td>
        <AnswerTime answers={times.csms} most={most} />
      </td>
      <td>
        <AnswerTime answers={times.station} most={most} />
      </td>
      <td>
        <Found row={row} state={state} answer={answer} />
      </td>
      <td>{row.connections.toLocaleString('en')}</td>
    </tr>
  );
}

function Name({ row, state }: Pick<RowProps, 'row' | 'state'>) {
  const { charger_id: charger, site_id: site, model, firmware } = row;
  const { from, to, zone } = state;
  if (charger !== null && site !== null) {
    return (
      <th scope="row">
        <Link href={stationAddress(site, charger, { from, to, zone })}>{charger}</Link>
        <span className={styles.fine}>{row.site_name}</span>
      </th>
    );
  }
  const name = state.by === 'firmware' ? (firmware ?? 'Not told') : modelText(row);
  const stations = { ...state, by: 'station', model: model ?? '', firmware: firmware ?? '' } as const;
  return (
    <th scope="row">
      {model === null ? name : <Link href={fleetAddress(stations)}>{name}</Link>}
      {state.by === 'firmware' && <span className={styles.fine}>{modelText(row)}</span>}
    </th>
  );
}

/** More causes than these are in the list of sessions. */
const CAUSES_SHOWN = 2;

function Failed({ row, state, tries }: Pick<RowProps, 'row' | 'state'> & { readonly tries: number }) {
  const { failed } = row.tries;
  if (tries === 0) return <span className={styles.unknown}>{UNKNOWN}</span>;
  const known = row.charger_id !== null;
  const words = `${failed.toLocaleString('en')} of ${tries.toLocaleString('en')}`;
  return (
    <>
      {known && failed > 0 ? <Link href={failedAddress(state, row)}>{words}</Link> : words}
      {row.causes.slice(0, CAUSES_SHOWN).map(({ rule, count }) => (
        <span key={rule} className={styles.fine}>
          {known ? <Link href={failedAddress(state, row, rule)}>{ruleName(rule)}</Link> : ruleName(rule)}{' '}
          {count}
        </span>
      ))}
      {row.causes.length > CAUSES_SHOWN && (
        <span className={styles.fine}>{countText(row.causes.length - CAUSES_SHOWN, 'cause')} more</span>
      )}
    </>
  );
}
