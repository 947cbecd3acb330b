/** Preferences of whoever is signed in. */

import { useEffect, useRef, useSyncExternalStore } from 'react';
import { useLocation, useSearch } from 'wouter';
import { useClient } from '../api/context.ts';
import { useSession } from '../session/use-session.ts';
import { startOfLogs } from '../time/zone-preference.ts';
import { onKept } from './kept.ts';
import { syncPreferences } from './sync.ts';

/** Once, around all pages. Logs that stand as one comes to them are shown as the person wants them. */
export function usePreferenceSync(): void {
  const client = useClient();
  const { session } = useSession();
  const [path, go] = useLocation();
  const search = useSearch();
  const here = useRef('');
  here.current = search === '' ? path : `${path}?${search}`;
  const move = useRef(go);
  move.current = go;
  const user = session?.user.id;
  useEffect(() => {
    if (user === undefined) return;
    const before = startOfLogs();
    const { begun, stop } = syncPreferences(client, user);
    let left = false;
    void begun.then(() => {
      const start = startOfLogs();
      if (!left && start !== before && here.current === before) move.current(start, { replace: true });
    });
    return () => {
      left = true;
      stop();
    };
  }, [client, user]);
}

/** What `read` says, anew with every change. */
export function useKept<T extends string | boolean>(read: () => T): T {
  return useSyncExternalStore(onKept, read);
}
