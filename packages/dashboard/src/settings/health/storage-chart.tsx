/** What the months take, a bar each, with their sizes in words beside it. */

import type { SiteStatus } from '../../api/settings-answers.ts';
import { bytesText } from '../../explore/download-wish.ts';
import settings from '../settings.module.css';
import styles from './health.module.css';
import { monthSums } from './health-words.ts';

const MONTHS = 24;

export function StorageChart({ sites }: { readonly sites: readonly SiteStatus[] }) {
  const months = monthSums(sites, MONTHS);
  const most = Math.max(1, ...months.map(({ bytes }) => bytes));
  if (months.length === 0) return null;
  return (
    <section className={settings.card} aria-label="Logs by month">
      <h2>Logs by month</h2>
      <ul className={styles.months}>
        {months.toReversed().map(({ month, bytes }) => (
          <li key={month}>
            <span>{month}</span>
            <span className={styles.track}>
              <span className={styles.part} style={{ width: `${(bytes / most) * 100}%` }} />
            </span>
            <span className={settings.number}>{bytesText(bytes)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
