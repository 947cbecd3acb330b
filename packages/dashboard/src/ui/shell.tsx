/** What stands around every page: name, ways to the other pages, theme, person. */

import * as Menu from '@radix-ui/react-dropdown-menu';
import { type ReactNode, Suspense } from 'react';
import { Link, useLocation } from 'wouter';
import { useKept, usePreferenceSync } from '../preferences/use-preferences.ts';
import { UnfinishedBar } from '../session/unfinished-bar.tsx';
import { useSession } from '../session/use-session.ts';
import { startOfLogs } from '../time/zone-preference.ts';
import { AwayBar } from './away-bar.tsx';
import { Boundary } from './boundary.tsx';
import controls from './control.module.css';
import { Icon, type IconName } from './icon.tsx';
import { PageLinks } from './page-links.tsx';
import styles from './shell.module.css';
import { chooseTheme, chosenTheme, THEMES, type Theme } from './theme.ts';
import { Told } from './told.tsx';
import { Waiting } from './waiting.tsx';

const THEME_WORDS: Readonly<Record<Theme, { readonly label: string; readonly icon: IconName }>> = {
  system: { label: 'As the system', icon: 'screen' },
  light: { label: 'Light', icon: 'sun' },
  dark: { label: 'Dark', icon: 'moon' },
};

export function Shell({ children }: { readonly children: ReactNode }) {
  const [location] = useLocation();
  usePreferenceSync();
  useKept(startOfLogs);
  return (
    <div className={styles.shell}>
      <header className={styles.bar}>
        <Link href={startOfLogs()} className={styles.name}>
          <Mark />
          <span>ocpp-logs</span>
        </Link>
        <PageLinks />
        <div className={styles.end}>
          <ThemeMenu />
          <PersonMenu />
        </div>
      </header>
      <AwayBar />
      <UnfinishedBar />
      <Boundary what="This page" of={location}>
        <Suspense fallback={<Waiting words="Loading the page" />}>{children}</Suspense>
      </Boundary>
      <Told />
    </div>
  );
}

function Mark() {
  return (
    <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" className={styles.markGround} />
      <path
        d="M7 10h9M7 16h6M7 22h9M22.5 7l-4 9.500h6l-4 8.5"
        fill="none"
        className={styles.markLine}
        strokeWidth="2.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}

function ThemeMenu() {
  const theme = useKept(chosenTheme);
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger className={controls.icon} aria-label={`Theme: ${THEME_WORDS[theme].label}`}>
        <Icon name={THEME_WORDS[theme].icon} />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Content className={controls.menu} align="end" sideOffset={4}>
          {THEMES.map((each) => (
            <Menu.Item key={each} className={controls.item} onSelect={() => chooseTheme(each)}>
              <Icon name={THEME_WORDS[each].icon} />
              {THEME_WORDS[each].label}
              {each === theme && <Icon name="check" />}
            </Menu.Item>
          ))}
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}

function PersonMenu() {
  const { session, signOut } = useSession();
  if (session === null) return null;
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger className={controls.icon} aria-label={`Signed in as ${session.user.name}`}>
        <Icon name="user" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Content className={controls.menu} align="end" sideOffset={4}>
          <Menu.Label className={controls.heading}>{session.user.name}</Menu.Label>
          <Menu.Item className={controls.item} onSelect={() => void signOut()}>
            Sign out
          </Menu.Item>
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}
