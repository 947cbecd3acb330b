/** Ways to the other pages: side by side, or behind one button where there is no room for them. */

import * as Menu from '@radix-ui/react-dropdown-menu';
import { Link, useLocation } from 'wouter';
import { startOfLogs } from '../time/zone-preference.ts';
import controls from './control.module.css';
import { Icon } from './icon.tsx';
import styles from './shell.module.css';
import { useMedia } from './use-media.ts';

/** Further pages add themselves here. */
const PLACES = [
  { path: '/explore', under: ['/explore'], label: 'Logs' },
  { path: '/stations', under: ['/station'], label: 'Stations' },
  { path: '/charging-sessions', under: ['/charging-sessions', '/session/'], label: 'Sessions' },
  { path: '/fleet-overview', under: ['/fleet-overview'], label: 'Fleet' },
  { path: '/alarm-overview', under: ['/alarm-overview'], label: 'Alarms' },
  { path: '/settings', under: ['/settings'], label: 'Settings' },
] as const;

/** Less than they need side by side. */
const NARROW = '(max-width: 740px)';

export function PageLinks() {
  const [location] = useLocation();
  const narrow = useMedia(NARROW);
  const here = PLACES.find(({ under }) => under.some((start) => location.startsWith(start)));
  const links = PLACES.map((place) => ({
    label: place.label,
    href: place.path === '/explore' ? startOfLogs() : place.path,
    current: place === here ? ('page' as const) : undefined,
  }));
  if (!narrow) {
    return (
      <nav aria-label="Pages" className={styles.places}>
        {links.map(({ label, href, current }) => (
          <Link key={label} href={href} aria-current={current}>
            {label}
          </Link>
        ))}
      </nav>
    );
  }
  return (
    <nav aria-label="Pages">
      <Menu.Root modal={false}>
        <Menu.Trigger
          className={controls.button}
          aria-label={here === undefined ? 'All pages' : `${here.label}, all pages`}
        >
          {here?.label ?? 'Pages'} <Icon name="down" size={14} />
        </Menu.Trigger>
        {/* No portal: what it lists belongs to the navigation. */}
        <Menu.Content className={controls.menu} align="start" sideOffset={4} collisionPadding={8}>
          {links.map(({ label, href, current }) => (
            <Menu.Item key={label} className={`${controls.item} ${styles.place}`} asChild>
              <Link href={href} aria-current={current}>
                {label}
                {current !== undefined && <Icon name="check" />}
              </Link>
            </Menu.Item>
          ))}
        </Menu.Content>
      </Menu.Root>
    </nav>
  );
}
