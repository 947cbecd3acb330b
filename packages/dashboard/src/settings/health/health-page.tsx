/** How the server does: whether it records, what its logs take, what waits. */

import { useQuery } from '@tanstack/react-query';
import { useClient } from '../../api/context.ts';
import type { StatusBody } from '../../api/settings-answers.ts';
import { bytesText } from '../../explore/download-wish.ts';
import { countText } from '../../ui/count-text.ts';
import { Asked } from '../asked.tsx';
import settings from '../settings.module.css';
import { capturedText } from '../zone-of-settings.ts';
import styles from './health.module.css';
import { durationText, isDiskLow, QUEUES, worriesOf } from './health-words.ts';
import { SiteStorage } from './site-storage.tsx';
import { StorageChart } from './storage-chart.tsx';

const LOOK_MS = 5_000;

export function HealthPage() {
  const client = useClient();
  const status = useQuery({
    queryKey: ['status'],
    queryFn: ({ signal }) => client.get<StatusBody>('/status', { signal }),
    refetchInterval: LOOK_MS,
    staleTime: 0,
  });
  return (
    <div className={settings.sheet}>
      <header className={settings.head}>
        <h1>Storage and health</h1>
      </header>
      <Asked query={status}>
        {(now) => (
          <>
            {status.error !== null && (
              <p role="alert" className={settings.alert}>
                {status.error.message} What is shown is from before.
              </p>
            )}
            <Worries status={now} />
            <Figures status={now} />
            <StorageChart sites={now.sites} />
            <SiteStorage sites={now.sites} />
            <Queues counters={now.counters} />
          </>
        )}
      </Asked>
    </div>
  );
}

function Worries({ status }: { readonly status: StatusBody }) {
  const worries = worriesOf(status);
  if (worries.length === 0) {
    return <p className={styles.well}>Everything is recorded, and there is room on the disk.</p>;
  }
  return (
    <ul className={`${settings.note} ${styles.worries}`} aria-label="What needs attention">
      {worries.map((worry) => (
        <li key={worry}>{worry}</li>
      ))}
    </ul>
  );
}

function Figures({ status }: { readonly status: StatusBody }) {
  const { disk, sites } = status;
  const connected = sites.reduce((sum, site) => sum + site.connected, 0);
  const known = sites.reduce((sum, site) => sum + site.chargers, 0);
  const figures: readonly (readonly [label: string, value: string, more: string, bad?: boolean])[] = [
    [
      'Recording',
      status.recording ? 'yes' : 'no',
      `${countText(connected, 'station')} connected`,
      !status.recording,
    ],
    ['Captured through', capturedText(status.captured_through, known), 'newest of all stations'],
    ['Gaps', String(status.gaps), 'in the last 24 hours', status.gaps > 0],
    ['Logs', bytesText(disk.logs_bytes), `of ${countText(sites.length, 'site')}`],
    ['Free disk', bytesText(disk.free_bytes), 'for the data folder', isDiskLow(disk)],
    ['Up', durationText(status.uptime_s), `version ${status.version}`],
  ];
  return (
    <dl className={styles.figures}>
      {figures.map(([label, value, more, bad]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd className={`${styles.value} ${bad ? settings.fault : ''}`}>{value}</dd>
          <dd className={settings.hint}>{more}</dd>
        </div>
      ))}
    </dl>
  );
}

function Queues({ counters }: { readonly counters: StatusBody['counters'] }) {
  const known = QUEUES.flatMap(([name, label]) => {
    const count = counters[name];
    return count === undefined ? [] : [{ name, label, count }];
  });
  // Who operates some sites only is told none: they are of all sites together.
  if (known.length === 0) return null;
  return (
    <section aria-label="Queues" className={settings.form}>
      <div className={settings.wrap}>
        <table className={`${settings.table} ${settings.plain}`}>
          <caption className={styles.caption}>What waits now</caption>
          <tbody>
            {known.map(({ name, label, count }) => (
              <tr key={name}>
                <td>{label}</td>
                <td className={settings.number}>{count.toLocaleString('en')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className={settings.hint}>
        All counts, for a program that watches them: <code>GET /metrics</code> with a key.
      </p>
    </section>
  );
}
