/** The sites that a person knows, and what may be changed of them. */

import { Link, useSearch } from 'wouter';
import type { SiteBody } from '../../api/answers.ts';
import { mayAt, mayEverywhere } from '../../session/rights.ts';
import controls from '../../ui/control.module.css';
import { countText } from '../../ui/count-text.ts';
import { Icon } from '../../ui/icon.tsx';
import { Asked } from '../asked.tsx';
import styles from '../settings.module.css';
import { useRoles, useSites } from '../use-settings.ts';
import { NewSite } from './new-site.tsx';
import { OneSite } from './one-site.tsx';

export function SitesPage() {
  const asked = new URLSearchParams(useSearch());
  const sites = useSites();
  const id = asked.get('site');
  if (asked.has('add')) return <NewSite />;
  return (
    <Asked query={sites}>
      {(known) => {
        const one = known.find((site) => site.id === id);
        return one === undefined ? <AllSites sites={known} missing={id} /> : <OneSite site={one} />;
      }}
    </Asked>
  );
}

interface AllSitesProps {
  readonly sites: readonly SiteBody[];
  /** Asked for and not there. */
  readonly missing: string | null;
}

function AllSites({ sites, missing }: AllSitesProps) {
  const roles = useRoles();
  return (
    <div className={styles.sheet}>
      <header className={styles.head}>
        <h1>Sites</h1>
        {mayEverywhere(roles, 'admin') && (
          <span className={styles.end}>
            <Link href="/settings/sites?add=1" className={`${controls.button} ${controls.primary}`}>
              <Icon name="plus" /> Add a site
            </Link>
          </span>
        )}
      </header>
      <p className={styles.lead}>
        A site is a place with charging stations. Its id stands in the address that they connect to.
      </p>
      {missing !== null && (
        <p role="alert" className={styles.alert}>
          There is no site “{missing}” that you may see.
        </p>
      )}
      {sites.length === 0 ? (
        <p className={styles.card}>No site yet. Add one, or let a station connect: its site is made then.</p>
      ) : (
        <div className={styles.wrap}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">Site</th>
                <th scope="col">Stations</th>
                <th scope="col">Answered by</th>
                <th scope="col">Kept</th>
                <th scope="col">Time zone</th>
                <th scope="col">
                  <span className={controls.hidden}>Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {sites.map((site) => (
                <SiteRow key={site.id} site={site} admin={mayAt(roles, 'admin', site.id)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

function SiteRow({ site, admin }: { readonly site: SiteBody; readonly admin: boolean }) {
  const { id, name, timezone, chargers, upstream, retention_days: days = 0, level, origin } = site;
  const connected = chargers.filter((charger) => charger.connected).length;
  return (
    <tr>
      <th scope="row">
        {name}
        {name !== id && <small>{id}</small>}
      </th>
      <td data-label="Stations">
        {chargers.length === 0 ? 'none yet' : `${connected} of ${chargers.length} connected`}
      </td>
      <td data-label="Answered by">{upstream === null ? 'built-in CSMS' : (upstream ?? '')}</td>
      <td data-label="Kept">
        {level === 'none' ? 'nothing' : days === 0 ? 'for ever' : countText(days, 'day')}
        {level !== undefined && level !== 'debug' && level !== 'none' && <small>level {level}</small>}
      </td>
      <td data-label="Time zone">{timezone}</td>
      <td className={styles.acts}>
        <Link
          href={`/settings/sites?site=${encodeURIComponent(id)}`}
          className={`${controls.button} ${controls.small}`}
          aria-label={`${admin && origin !== 'config' ? 'Change' : 'Look at'} ${name}`}
        >
          {admin && origin !== 'config' ? 'Change' : 'Look at'}
        </Link>
      </td>
    </tr>
  );
}
