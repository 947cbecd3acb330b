/** Light or dark: as the system has it, unless a person chose. */

import { keep } from '../preferences/kept.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export const THEME_KEY = 'ocpp-logs.theme';
const dark = window.matchMedia('(prefers-color-scheme: dark)');

export function chosenTheme(): Theme {
  const kept = localStorage.getItem(THEME_KEY);
  return THEMES.find((theme) => theme === kept) ?? 'system';
}

export function chooseTheme(theme: Theme): void {
  keep(THEME_KEY, theme);
  showTheme();
}

export function showTheme(): void {
  const theme = chosenTheme();
  const shown = theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme;
  document.documentElement.dataset.theme = shown;
}

/** To be called once, before anything is drawn. */
export function followTheme(): void {
  showTheme();
  dark.addEventListener('change', showTheme);
}
