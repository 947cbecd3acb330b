/** That somebody who came by a link chose to choose a password later; kept in this browser. */

import { useSyncExternalStore } from 'react';

const KEY = 'ocpp-logs.password-later';
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export interface Later {
  readonly chosen: boolean;
  readonly choose: (later: boolean) => void;
}

/** `user`: id. */
export function useLater(user: string | null): Later {
  const chosen = useSyncExternalStore(subscribe, () => user !== null && localStorage.getItem(KEY) === user);
  return {
    chosen,
    choose: (later) => {
      if (later && user !== null) localStorage.setItem(KEY, user);
      else localStorage.removeItem(KEY);
      for (const listener of listeners) listener();
    },
  };
}
