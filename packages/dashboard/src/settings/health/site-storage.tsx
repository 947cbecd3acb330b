/** What each site takes, and how far its recording has come. */

import type { SiteStatus } from '../../api/settings-answers.ts';
import { bytesText } from '../../explore/download-wish.ts';
import { countText } from '../../ui/count-text.ts';
import settings from '../settings.module.css';
import { capturedText } from '../zone-of-settings.ts';
import styles from './health.module.css';

export function SiteStorage({ sites }: { readonly sites: readonly SiteStatus[] }) {
  if (sites.length === 0) return null;
  return (
    <div className={settings.wrap}>
      <table className={settings.table}>
        <caption className={styles.caption}>By site</caption>
        <thead>
          <tr>
            <th scope="col">Site</th>
            <th scope="col">Stations</th>
            <th scope="col">Captured through</th>
            <th scope="col" className={settings.number}>
              Gaps, 24 h
            </th>
            <th scope="col">Kept</th>
            <th scope="col" className={settings.number}>
              Logs
            </th>
          </tr>
        </thead>
        <tbody>
          {sites.map((site) => (
            <tr key={site.id}>
              <th scope="row">
                {site.name}
                {site.name !== site.id && <small>{site.id}</small>}
              </th>
              <td data-label="Stations">
                {site.chargers === 0 ? 'none yet' : `${site.connected} of ${site.chargers} connected`}
              </td>
              <td data-label="Captured">{capturedText(site.captured_through, site.chargers)}</td>
              <td data-label="Gaps, 24 h" className={settings.number}>
                {site.gaps}
              </td>
              <td data-label="Kept">
                {site.retention_days === 0 ? 'for ever' : countText(site.retention_days, 'day')}
              </td>
              <td data-label="Logs" className={settings.number}>
                {bytesText(site.bytes)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
