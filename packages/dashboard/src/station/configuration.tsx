/** Settings of the station as they were last seen. */

import { useState } from 'react';
import { Link } from 'wouter';
import { timeText } from '../time/zone.ts';
import controls from '../ui/control.module.css';
import styles from './panels.module.css';
import type { StationBody } from './station-answers.ts';

export interface ConfigurationProps {
  readonly configuration: StationBody['configuration'];
  readonly zone: string;
  /** Address of the entry that told a setting. */
  readonly entry: (id: string) => string;
}

/** Above that a field to find some is worth its room. */
const MANY = 8;

export function Configuration({ configuration, zone, entry }: ConfigurationProps) {
  const [wanted, setWanted] = useState('');
  const { settings } = configuration;
  if (settings.length === 0) {
    return (
      <p className={styles.none}>
        None was seen. GetConfiguration (1.6) or GetBaseReport (2.x) makes a station tell it.
      </p>
    );
  }
  const text = wanted.trim().toLowerCase();
  const shown = settings.filter(
    ({ name, value }) => name.toLowerCase().includes(text) || (value ?? '').toLowerCase().includes(text),
  );
  return (
    <>
      {settings.length > MANY && (
        <input
          type="search"
          className={`${controls.field} ${styles.find}`}
          placeholder={`Find in ${settings.length} settings`}
          aria-label="Find a setting"
          value={wanted}
          onChange={({ target }) => setWanted(target.value)}
        />
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys (WCAG 2.1.1). */}
      <section className={styles.scroll} tabIndex={0} aria-label="Settings">
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Setting</th>
              <th scope="col">Value</th>
              <th scope="col">Seen</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((setting) => (
              <tr key={setting.name}>
                <th scope="row" className={styles.breaking}>
                  {setting.name}
                  {setting.readonly === true && <span className={styles.tag}>read-only</span>}
                </th>
                <td className={`${styles.mono} ${styles.breaking}`}>
                  {setting.value ?? <span className={styles.muted}>none</span>}
                </td>
                <td className={styles.muted}>
                  {setting.entry_id === null ? (
                    timeText(Date.parse(setting.time), zone)
                  ) : (
                    <Link href={entry(setting.entry_id)} title={`Told by ${setting.source}`}>
                      {timeText(Date.parse(setting.time), zone)}
                    </Link>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {shown.length === 0 && <p className={styles.none}>No setting has this in its name or value.</p>}
      </section>
    </>
  );
}
