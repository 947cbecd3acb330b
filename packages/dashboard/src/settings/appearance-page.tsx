/** How the dashboard looks to this person. */

import { ZONES, type ZoneChoice } from '../explore/explore-state.ts';
import { preferQuiet, preferredQuiet } from '../explore/noise-preference.ts';
import { useKept } from '../preferences/use-preferences.ts';
import { preferredZone, preferZone } from '../time/zone-preference.ts';
import { chooseTheme, chosenTheme, THEMES, type Theme } from '../ui/theme.ts';
import styles from './settings.module.css';

const THEME_WORDS: Readonly<Record<Theme, string>> = {
  system: 'As the system has it',
  light: 'Light',
  dark: 'Dark',
};

const ZONE_WORDS: Readonly<Record<ZoneChoice, readonly [label: string, meaning: string]>> = {
  browser: ['Of this browser', Intl.DateTimeFormat().resolvedOptions().timeZone],
  site: ['Of each site', 'as its settings say; UTC where sites of several zones are shown together'],
  utc: ['UTC', 'the same everywhere'],
};

export function AppearancePage() {
  const theme = useKept(chosenTheme);
  const zone = useKept(preferredZone);
  const quiet = useKept(preferredQuiet);
  return (
    <div className={styles.sheet}>
      <header className={styles.head}>
        <h1>Appearance</h1>
      </header>
      <p className={styles.lead}>
        Kept for you alone, wherever you sign in. So are the columns of the logs, their order and their
        widths.
      </p>
      <div className={`${styles.card} ${styles.form}`}>
        <fieldset className={styles.group}>
          <legend>Theme</legend>
          {THEMES.map((each) => (
            <label key={each} className={styles.choice}>
              <input type="radio" name="theme" checked={theme === each} onChange={() => chooseTheme(each)} />
              {THEME_WORDS[each]}
            </label>
          ))}
        </fieldset>
        <fieldset className={styles.group}>
          <legend>Clock</legend>
          {ZONES.map((each) => (
            <label key={each} className={styles.choice}>
              <input type="radio" name="zone" checked={zone === each} onChange={() => preferZone(each)} />
              <span>
                {ZONE_WORDS[each][0]} <small>{ZONE_WORDS[each][1]}</small>
              </span>
            </label>
          ))}
          <p className={styles.hint}>
            The logs open with this clock. One that is chosen there is kept too, and a link keeps the one that
            it was copied with.
          </p>
        </fieldset>
        <fieldset className={styles.group}>
          <legend>Logs</legend>
          <label className={styles.choice}>
            <input
              type="checkbox"
              checked={quiet}
              onChange={({ currentTarget }) => preferQuiet(currentTarget.checked)}
            />
            Open without noise: Heartbeat and MeterValues
          </label>
        </fieldset>
      </div>
    </div>
  );
}
