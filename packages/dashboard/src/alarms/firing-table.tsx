/** What came true, each with the way to the entries that prove it. */

import { Link } from 'wouter';
import settings from '../settings/settings.module.css';
import { momentText } from '../settings/zone-of-settings.ts';
import { logsAddress } from '../station/station-state.ts';
import { preferredZone } from '../time/zone-preference.ts';
import type { FiringBody } from './alarm-answers.ts';

const AROUND_MS = 60_000;

type Shown = Pick<FiringBody, 'site' | 'station' | 'time' | 'entries'> & Partial<FiringBody>;

export interface FiringTableProps {
  /** Of the table, for those who do not see it. */
  readonly label: string;
  readonly firings: readonly Shown[];
  /** Whether it is told which alarm it was, and whom it told. */
  readonly told: boolean;
}

export function FiringTable({ label, firings, told }: FiringTableProps) {
  return (
    <div className={settings.wrap}>
      <table className={settings.table} aria-label={label}>
        <thead>
          <tr>
            <th scope="col">Station</th>
            {told && <th scope="col">Alarm</th>}
            <th scope="col">When</th>
            <th scope="col">Entries</th>
            {told && <th scope="col">Told</th>}
          </tr>
        </thead>
        <tbody>
          {firings.map((firing) => (
            <tr key={firing.id ?? `${firing.site} ${firing.station} ${firing.time} ${firing.entries.join()}`}>
              <th scope="row">
                {firing.station === '' ? 'the site' : firing.station}
                <small>{firing.site}</small>
              </th>
              {told && <td data-label="Alarm">{firing.alarm_name ?? firing.alarm}</td>}
              <td data-label="When">{momentText(firing.time, '')}</td>
              <td data-label="Entries">
                <Ways firing={firing} />
              </td>
              {told && <td data-label="Told">{deliveryText(firing)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Of a silence there is no entry: the logs around it then. */
function Ways({ firing: { site, station, time, entries } }: { readonly firing: Shown }) {
  const at = Date.parse(time);
  const span = {
    from: new Date(at - AROUND_MS).toISOString(),
    to: new Date(at + AROUND_MS).toISOString(),
    zone: preferredZone(),
  };
  if (entries.length === 0) return <Link href={logsAddress(site, station, span)}>Logs around it</Link>;
  return (
    <>
      {entries.map((entry, place) => (
        <span key={entry}>
          {place > 0 && ', '}
          <Link
            href={logsAddress(
              site,
              station,
              { ...span, from: startOf(entry, span.from) },
              { entry, events: true },
            )}
          >
            {entries.length === 1 ? 'Entry' : place === 0 ? 'A' : 'B'}
          </Link>
        </span>
      ))}
    </>
  );
}

/** The time of an entry is in its id; what is waited for may have begun long before. */
function startOf(entry: string, from: string): string {
  const at = Number(BigInt(entry) >> 21n) - AROUND_MS;
  return at < Date.parse(from) ? new Date(at).toISOString() : from;
}

function deliveryText({ deliveries = [] }: Shown): string {
  if (deliveries.length === 0) return 'nobody but this page';
  return deliveries
    .map(({ state, attempts, error }) => {
      if (state === 'sent') return 'sent';
      if (state === 'dropped') return `dropped: ${error ?? 'nobody answered for the alarm'}`;
      return `${state === 'failed' ? 'failed' : 'tried again'} after ${attempts}: ${error ?? 'waiting'}`;
    })
    .join('; ');
}
