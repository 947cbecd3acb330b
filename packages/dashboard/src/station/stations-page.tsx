/** Every station that the person may see. */

import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import type { SiteBody } from '../api/answers.ts';
import { useClient } from '../api/context.ts';
import controls from '../ui/control.module.css';
import { countText } from '../ui/count-text.ts';
import { useTitle } from '../ui/use-title.ts';
import { agoText } from './ago-text.ts';
import panels from './panels.module.css';
import { isSilent, LISTED_MAX, type ListedStation, stationList } from './station-list.ts';
import styles from './station-page.module.css';
import { stationAddress } from './station-state.ts';

const NO_SITES: readonly SiteBody[] = [];
const AGAIN_MS = 15_000;

/** `text`: what is looked for. */
function stationsAddress(text: string): string {
  return text === '' ? '/stations' : `/stations?${new URLSearchParams({ q: text })}`;
}

export function StationsPage() {
  const client = useClient();
  const [, go] = useLocation();
  useTitle('Stations');
  const text = new URLSearchParams(useSearch()).get('q') ?? '';
  const sites = useQuery({
    queryKey: ['sites', 'stations'],
    staleTime: 0,
    // Whoever watches it wants to see who comes and goes.
    refetchInterval: AGAIN_MS,
    queryFn: ({ signal }) => client.get<readonly SiteBody[]>('/sites', { signal }),
  });
  const found = useMemo(() => stationList(sites.data ?? NO_SITES, text), [sites.data, text]);
  const away = found.filter(({ charger }) => !charger.connected).length;
  return (
    <main className={styles.page}>
      <div className={styles.inner}>
        {sites.isFetching && !sites.isSuccess && (
          <div className={styles.progress} role="progressbar" aria-label="Loading the stations" />
        )}
        <header className={styles.head}>
          <div>
            <h1>Stations</h1>
            {sites.isSuccess && <p className={styles.site}>{stationsText(found.length, away)}</p>}
          </div>
          <div className={styles.tools}>
            <input
              type="search"
              className={`${controls.field} ${styles.find}`}
              placeholder="Station, vendor, model or site"
              aria-label="Find a station"
              value={text}
              onChange={({ target }) => go(stationsAddress(target.value), { replace: true })}
            />
          </div>
        </header>
        {sites.isError && (
          <div className={styles.state} role="alert">
            <h2>The stations could not be loaded</h2>
            <p>{sites.error.message}</p>
            <button type="button" className={controls.button} onClick={() => void sites.refetch()}>
              Try again
            </button>
          </div>
        )}
        {sites.isSuccess && found.length === 0 && (
          <div className={styles.state}>
            <h2>{text === '' ? 'No station has been seen yet' : 'No station of this name'}</h2>
            <p>
              {text === ''
                ? 'A station is here as soon as it connects, or as its logs are imported.'
                : 'Every word must stand in its name, vendor, model or site.'}
            </p>
          </div>
        )}
        {found.length > 0 && (
          <section className={styles.card} aria-label="List of stations">
            <StationTable stations={found.slice(0, LISTED_MAX)} now={sites.dataUpdatedAt} />
            {found.length > LISTED_MAX && (
              <p className={styles.note}>
                The first {LISTED_MAX} of {found.length.toLocaleString('en')}. A part of a name finds others.
              </p>
            )}
          </section>
        )}
      </div>
    </main>
  );
}

function stationsText(all: number, away: number): string {
  const stations = countText(all, 'station');
  if (all === 0) return stations;
  return away === 0 ? `${stations}, connected` : `${stations}, ${away.toLocaleString('en')} not connected`;
}

interface StationTableProps {
  readonly stations: readonly ListedStation[];
  /** ms: when this was so. */
  readonly now: number;
}

function StationTable({ stations, now }: StationTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys (WCAG 2.1.1).
    <section className={panels.sideways} tabIndex={0} aria-label="Stations">
      <table className={panels.table}>
        <thead>
          <tr>
            <th scope="col">Station</th>
            <th scope="col">Now</th>
            <th scope="col">Last seen</th>
            <th scope="col">Vendor and model</th>
            <th scope="col">Site</th>
          </tr>
        </thead>
        <tbody>
          {stations.map(({ site, charger }) => (
            <tr key={`${site.id}/${charger.id}`}>
              <th scope="row" className={panels.action}>
                <Link href={stationAddress(site.id, charger.id)}>{charger.id}</Link>
              </th>
              <td className={charger.connected && !isSilent(charger, now) ? panels.good : panels.slow}>
                {!charger.connected
                  ? 'Not connected'
                  : isSilent(charger, now)
                    ? 'Connected, silent for an hour'
                    : 'Connected'}
              </td>
              <td>
                {charger.last_seen === null ? '–' : `${agoText(now - Date.parse(charger.last_seen))} ago`}
              </td>
              <td>{[charger.vendor, charger.model].filter((part) => part !== null).join(' ') || '–'}</td>
              <td>{site.name}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
