/** Alarms: which there are, what they told, and one of them to be made or changed. */

import { useState } from 'react';
import { Link, useSearch } from 'wouter';
import { maySomewhere } from '../session/rights.ts';
import { Asked } from '../settings/asked.tsx';
import settings from '../settings/settings.module.css';
import { useRoles } from '../settings/use-settings.ts';
import pages from '../station/station-page.module.css';
import controls from '../ui/control.module.css';
import { Icon } from '../ui/icon.tsx';
import { useTitle } from '../ui/use-title.ts';
import type { AlarmBody } from './alarm-answers.ts';
import { AlarmForm } from './alarm-form.tsx';
import styles from './alarms.module.css';
import { FiringTable } from './firing-table.tsx';
import { unkeptText } from './keeper-words.ts';
import { TakeOver } from './take-over.tsx';
import { useAlarms, useFirings, useLiveFirings } from './use-alarms.ts';

export function AlarmsPage() {
  const asked = new URLSearchParams(useSearch());
  const alarms = useAlarms();
  useTitle('Alarms');
  useLiveFirings();
  const edited = asked.get('edit');
  return (
    <main className={pages.page}>
      <div className={`${pages.inner} ${settings.sheet}`}>
        {asked.has('add') ? (
          <AlarmForm alarm={null} />
        ) : (
          <Asked query={alarms}>
            {(known) => {
              const alarm = known.find(({ id, editable }) => id === edited && editable);
              return alarm === undefined ? (
                <Overview alarms={known} />
              ) : (
                <AlarmForm key={alarm.id} alarm={alarm} />
              );
            }}
          </Asked>
        )}
      </div>
    </main>
  );
}

function Overview({ alarms }: { readonly alarms: readonly AlarmBody[] }) {
  const mayMake = maySomewhere(useRoles(), 'admin');
  return (
    <>
      <header className={settings.head}>
        <h1>Alarms</h1>
        {mayMake && (
          <span className={settings.end}>
            <Link href="/alarm-overview?add=1" className={`${controls.button} ${controls.primary}`}>
              <Icon name="plus" /> Make an alarm
            </Link>
          </span>
        )}
      </header>
      <p className={settings.lead}>What is waited for at the stations, and what has come true.</p>
      <AlarmTable alarms={alarms} />
      <Firings alarms={alarms} />
    </>
  );
}

function AlarmTable({ alarms }: { readonly alarms: readonly AlarmBody[] }) {
  if (alarms.length === 0) return <p className={settings.card}>No alarm here.</p>;
  return (
    <div className={settings.wrap}>
      <table className={settings.table} aria-label="Alarms">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Sites</th>
            <th scope="col">Tells</th>
            <th scope="col">Came true</th>
            <th scope="col">State</th>
            <th scope="col">
              <span className={controls.hidden}>Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {alarms.map((alarm) => (
            <tr key={alarm.id}>
              <th scope="row">
                {alarm.name}
                <small>
                  <code>{alarm.rule}</code>
                </small>
              </th>
              <td data-label="Sites">{alarm.sites === null ? 'all' : alarm.sites.join(', ')}</td>
              <td data-label="Tells">{alarm.targets.map(({ kind }) => kind).join(', ') || 'this page'}</td>
              <td data-label="Came true">
                {alarm.fired?.toLocaleString('en') ?? 'at other sites, too'}
                {alarm.suppressed !== null && alarm.suppressed > 0 && (
                  <small>{alarm.suppressed.toLocaleString('en')} more not told: too many</small>
                )}
              </td>
              <td data-label="State">
                <span className={`${settings.tag} ${stateOf(alarm) === 'on' ? settings.good : ''}`}>
                  {stateOf(alarm)}
                </span>
                <Unkept alarm={alarm} />
              </td>
              <td className={settings.acts}>
                {alarm.editable && alarm.unkept !== null && <TakeOver alarm={alarm} />}{' '}
                {alarm.editable && (
                  <Link
                    href={`/alarm-overview?edit=${encodeURIComponent(alarm.id)}`}
                    className={`${controls.button} ${controls.small}`}
                    aria-label={`Change ${alarm.name}`}
                  >
                    Change
                  </Link>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function stateOf({ enabled, fault, unkept, ready }: AlarmBody): string {
  if (fault !== null) return 'cannot be read';
  if (!enabled) return 'off';
  return unkept === null || ready ? 'on' : 'stopped';
}

function Unkept({ alarm }: { readonly alarm: AlarmBody }) {
  const text = unkeptText(alarm);
  return text === null ? null : <small>{text}</small>;
}

function Firings({ alarms }: { readonly alarms: readonly AlarmBody[] }) {
  const [alarm, setAlarm] = useState('');
  const firings = useFirings(alarm);
  return (
    <>
      <div className={settings.head}>
        <h2>What came true</h2>
        <select
          className={`${controls.field} ${styles.which}`}
          aria-label="Of which alarm"
          value={alarm}
          onChange={(event) => setAlarm(event.target.value)}
        >
          <option value="">of all alarms</option>
          {alarms.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <Asked query={firings}>
        {({ pages: shown }) => {
          const all = shown.flatMap((page) => page.firings);
          if (all.length === 0) return <p className={settings.card}>Nothing so far.</p>;
          return <FiringTable label="What came true" firings={all} told />;
        }}
      </Asked>
      {firings.hasNextPage && (
        <p>
          <button
            type="button"
            className={controls.button}
            disabled={firings.isFetchingNextPage}
            onClick={() => void firings.fetchNextPage()}
          >
            Show older ones
          </button>
        </p>
      )}
    </>
  );
}
