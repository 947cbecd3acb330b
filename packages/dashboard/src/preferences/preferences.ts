/** The preferences of a person as the server keeps them, and where this browser has each of them. */

import { COLUMNS_KEY, readChoice } from '../explore/column-choice.ts';
import { ZONES, type ZoneChoice } from '../explore/explore-state.ts';
import { QUIET_KEY } from '../explore/noise-preference.ts';
import { ZONE_KEY } from '../time/zone-preference.ts';
import { showTheme, THEME_KEY, THEMES, type Theme } from '../ui/theme.ts';
import { arrived, put } from './kept.ts';

export interface Preferences {
  readonly columns: readonly string[] | null;
  readonly widths: Readonly<Record<string, number>> | null;
  readonly zone: ZoneChoice | null;
  readonly theme: Theme | null;
  readonly quiet: boolean | null;
}

export interface KeptPreferences extends Preferences {
  /** ISO 8601; null: nothing was kept yet. */
  readonly changed: string | null;
}

export function herePreferences(): Preferences {
  const columns = localStorage.getItem(COLUMNS_KEY);
  const choice = columns === null ? null : readChoice(columns);
  const [zone, theme, quiet] = [ZONE_KEY, THEME_KEY, QUIET_KEY].map((key) => localStorage.getItem(key));
  return {
    columns: choice?.ids ?? null,
    widths: choice?.widths ?? null,
    zone: ZONES.find((each) => each === zone) ?? null,
    theme: THEMES.find((each) => each === theme) ?? null,
    quiet: quiet == null ? null : quiet === '1',
  };
}

/** Where each of them is here. */
const KEYS: Readonly<Record<keyof Preferences, string>> = {
  columns: COLUMNS_KEY,
  widths: COLUMNS_KEY,
  zone: ZONE_KEY,
  theme: THEME_KEY,
  quiet: QUIET_KEY,
};

/** Of what is chosen here, by the keys that {@link withChosen} takes. */
export function keysHere(): readonly string[] {
  return Object.values(KEYS).filter((key) => localStorage.getItem(key) !== null);
}

/** Those of the server, but for what was chosen here meanwhile, by its keys. */
export function withChosen(
  kept: Preferences,
  chosen: ReadonlySet<string>,
  here: Preferences = herePreferences(),
): Preferences {
  const from = (name: keyof Preferences) => (chosen.has(KEYS[name]) ? here : kept);
  return {
    columns: from('columns').columns,
    widths: from('widths').widths,
    zone: from('zone').zone,
    theme: from('theme').theme,
    quiet: from('quiet').quiet,
  };
}

/** What came from the server is shown at once. */
export function takePreferences({ columns, widths, zone, theme, quiet }: Preferences): void {
  const chosen = columns !== null || widths !== null;
  put(COLUMNS_KEY, chosen ? JSON.stringify({ ids: columns ?? [], widths: widths ?? {} }) : null);
  put(ZONE_KEY, zone);
  put(THEME_KEY, theme);
  put(QUIET_KEY, quiet === null ? null : quiet ? '1' : '0');
  showTheme();
  arrived();
}
