/** The settings: their pages, and the way from one to the other. */

import { useEffect, useRef } from 'react';
import { Link, Redirect, Route, Switch, useLocation, useSearch } from 'wouter';
import { useSession } from '../session/use-session.ts';
import { useTitle } from '../ui/use-title.ts';
import { AccountPage } from './account-page.tsx';
import { AppearancePage } from './appearance-page.tsx';
import { AuditPage } from './audit/audit-page.tsx';
import { HealthPage } from './health/health-page.tsx';
import { ImportPage } from './import/import-page.tsx';
import { KeysPage } from './keys/keys-page.tsx';
import { PLACES, type Place } from './places.ts';
import styles from './settings.module.css';
import { SitesPage } from './sites/sites-page.tsx';
import { UsersPage } from './users/users-page.tsx';

const PAGES: Readonly<Record<string, () => React.ReactNode>> = {
  '/settings/sites': SitesPage,
  '/settings/keys': KeysPage,
  '/settings/users': UsersPage,
  '/settings/audit': AuditPage,
  '/settings/import': ImportPage,
  '/settings/health': HealthPage,
  '/settings/appearance': AppearancePage,
  '/settings/account': AccountPage,
};

export function SettingsPage() {
  const [location] = useLocation();
  const { session } = useSession();
  const roles = session?.roles ?? [];
  const here = PLACES.find(({ path }) => path === location);
  const search = useSearch();
  const nav = useRef<HTMLElement>(null);
  const content = useRef<HTMLElement>(null);
  const shown = useRef<string | null>(null);
  useEffect(() => {
    const before = shown.current;
    if (here !== undefined) shown.current = `${location}?${search}`;
    // What had the focus is gone with the page before: keys go on here and not at the top. The first page begins there.
    if (before === null || before === shown.current) return;
    if (document.activeElement === document.body) content.current?.focus({ preventScroll: true });
  }, [location, search, here]);
  useEffect(() => {
    // On a phone the names stand in a line that scrolls.
    if (here === undefined) return;
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ inline: 'nearest', block: 'nearest' });
  }, [here]);
  useTitle(here?.label ?? '', 'Settings');
  return (
    <div className={styles.page}>
      <nav ref={nav} aria-label="Settings" className={styles.places}>
        {PLACES.filter(({ open }) => open(roles)).map(({ path, label }) => (
          <Link key={path} href={path} aria-current={path === location ? 'page' : undefined}>
            {label}
          </Link>
        ))}
      </nav>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and holds pages without anything else to focus. */}
      <main ref={content} className={styles.content} tabIndex={0}>
        <Switch>
          {PLACES.map((place) => (
            <Route key={place.path} path={place.path}>
              {place.open(roles) ? <Shown place={place} /> : <Closed place={place} />}
            </Route>
          ))}
          <Route>
            <Redirect to="/settings/sites" replace />
          </Route>
        </Switch>
      </main>
    </div>
  );
}

function Shown({ place }: { readonly place: Place }) {
  const Page = PAGES[place.path];
  return Page === undefined ? null : <Page />;
}

function Closed({ place }: { readonly place: Place }) {
  return (
    <div className={styles.sheet}>
      <h1>{place.label}</h1>
      <p className={styles.lead}>
        Your role does not reach here. An admin of all sites can give you one that does.
      </p>
    </div>
  );
}
