/** Light or dark as the system has it, or as a person chose for as long as the page is open: a file keeps nothing. */

import { useEffect, useState } from 'react';

const dark = window.matchMedia('(prefers-color-scheme: dark)');

export function useTheme(): readonly [theme: 'light' | 'dark', toggle: () => void] {
  const [system, setSystem] = useState(dark.matches);
  const [chosen, choose] = useState<'light' | 'dark' | null>(null);
  useEffect(() => {
    const follow = () => setSystem(dark.matches);
    dark.addEventListener('change', follow);
    return () => dark.removeEventListener('change', follow);
  }, []);
  const theme = chosen ?? (system ? 'dark' : 'light');
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  return [theme, () => choose(theme === 'dark' ? 'light' : 'dark')];
}
