/** A bundle as it opens: what came of it, its messages, its sessions. Addresses are fragments, as a file has no paths. */

import { type ReactNode, useState } from 'react';
import { Link, Route, Router, Switch, useLocation } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import { zoneOf } from '../time/zone-choice.ts';
import controls from '../ui/control.module.css';
import { Icon } from '../ui/icon.tsx';
import { Told } from '../ui/told.tsx';
import { Messages } from './messages.tsx';
import styles from './offline.module.css';
import type { OpenBundle } from './open-bundle.ts';
import { Overview } from './overview.tsx';
import { readPlace } from './places.ts';
import { SessionView } from './session-view.tsx';
import { useTheme } from './theme.ts';
import { TraceButton } from './trace-button.tsx';

export function OfflineApp({ bundle }: { readonly bundle: OpenBundle }) {
  return (
    <Router hook={useHashLocation}>
      <Pages bundle={bundle} />
    </Router>
  );
}

function Pages({ bundle }: { readonly bundle: OpenBundle }) {
  const [utc, setUtc] = useState(false);
  const [q, search] = useState('');
  const [theme, toggleTheme] = useTheme();
  useLocation();
  const zone = zoneOf(utc ? 'utc' : 'browser', []).common;
  // The router has decoded it already, which cannot be undone.
  const place = readPlace(window.location.hash);
  return (
    <div className={styles.shell}>
      <header className={styles.bar}>
        <Link href="/" className={styles.name}>
          {bundle.head.made_by.split(' ')[0]} bundle
        </Link>
        <nav className={styles.places} aria-label="Parts">
          <Place href="/" here={place.at === 'overview'}>
            Overview
          </Place>
          <Place href="/messages" here={place.at === 'messages'}>
            Messages
          </Place>
        </nav>
        <div className={styles.tools}>
          <label className={styles.check}>
            <input type="checkbox" checked={utc} onChange={({ target }) => setUtc(target.checked)} />
            UTC
          </label>
          <button
            type="button"
            className={controls.icon}
            aria-label={theme === 'dark' ? 'Light colours' : 'Dark colours'}
            onClick={toggleTheme}
          >
            <Icon name={theme === 'dark' ? 'sun' : 'moon'} />
          </button>
          <TraceButton bundle={bundle} />
        </div>
      </header>
      <Switch>
        <Route path="/">
          <Overview bundle={bundle} zone={zone} />
        </Route>
        <Route path="/session/:id">
          {place.at === 'session' && <SessionView key={place.id} bundle={bundle} id={place.id} zone={zone} />}
        </Route>
        <Route>
          <Messages
            bundle={bundle}
            zone={zone}
            q={q}
            onSearch={search}
            shown={place.at === 'messages' ? place.entry : null}
          />
        </Route>
      </Switch>
      <Told />
    </div>
  );
}

interface PlaceProps {
  readonly href: string;
  readonly here: boolean;
  readonly children: ReactNode;
}

function Place({ href, here, children }: PlaceProps) {
  return (
    <Link href={href} aria-current={here ? 'page' : undefined}>
      {children}
    </Link>
  );
}
