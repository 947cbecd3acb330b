/** Keeps the preferences of this browser and those of the server the same. What was changed last counts. */

import type { Client } from '../api/client.ts';
import { onKept, put } from './kept.ts';
import {
  herePreferences,
  type KeptPreferences,
  keysHere,
  type Preferences,
  takePreferences,
  withChosen,
} from './preferences.ts';

/** A width is dragged in many steps. */
const REST_MS = 400;
/** Whose preferences this browser has. */
const OWNER_KEY = 'ocpp-logs.preferences-of';
/** Keys of what was chosen here and the server does not have, as JSON; also of an earlier time, and of other tabs. */
const UNSENT_KEY = 'ocpp-logs.preferences-unsent';
const PATH = '/session/preferences';

const NOTHING: Preferences = { columns: null, widths: null, zone: null, theme: null, quiet: null };

export interface Sync {
  readonly stop: () => void;
  /** Resolves when what the server has is shown, or cannot be had. */
  readonly begun: Promise<void>;
}

export function syncPreferences(client: Pick<Client, 'get' | 'put'>, user: string, restMs = REST_MS): Sync {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let stopped = false;
  /** Whether what the server has is known. Before, nothing is sent: what is absent would be chosen no more. */
  let known = false;
  let asking = false;
  const owner = localStorage.getItem(OWNER_KEY);
  // Somebody else's are neither shown nor kept for this one.
  if (owner !== null && owner !== user) {
    put(UNSENT_KEY, null);
    takePreferences(NOTHING);
  }

  /** Rejects where the server cannot tell. */
  const learn = async () => {
    asking = true;
    try {
      const kept = await client.get<KeptPreferences>(PATH);
      if (stopped) return;
      known = true;
      put(OWNER_KEY, user);
      // What this browser had before there was a server to keep it is a beginning.
      if (kept.changed === null) putUnsent([...unsent(), ...keysHere()]);
      takePreferences(withChosen(kept, unsent()));
    } finally {
      asking = false;
    }
  };
  const send = async () => {
    timer = null;
    try {
      if (!known) await learn();
      const sent = new Map([...unsent()].map((key) => [key, localStorage.getItem(key)]));
      if (!known || sent.size === 0) return;
      await client.put(PATH, herePreferences());
      // Somebody else may have come meanwhile. What was changed meanwhile is sent by itself.
      if (localStorage.getItem(OWNER_KEY) !== user) return;
      putUnsent([...unsent()].filter((key) => sent.get(key) !== localStorage.getItem(key)));
    } catch {
      // It stays marked as unsent, and goes with the next change or the next time the dashboard opens.
    }
  };
  const leave = onKept((origin, key) => {
    if (origin === 'server' || stopped || key === null) return;
    putUnsent([...unsent(), key]);
    put(OWNER_KEY, user);
    // It goes when that has been told.
    if (asking) return;
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => void send(), restMs);
  });
  return {
    begun: send(),
    stop: () => {
      stopped = true;
      leave();
      if (timer === null) return;
      clearTimeout(timer);
      if (known) void send();
    },
  };
}

function unsent(): ReadonlySet<string> {
  try {
    const keys: unknown = JSON.parse(localStorage.getItem(UNSENT_KEY) ?? '[]');
    return new Set(Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : []);
  } catch {
    return new Set();
  }
}

function putUnsent(keys: readonly string[]): void {
  put(UNSENT_KEY, keys.length === 0 ? null : JSON.stringify([...new Set(keys)]));
}
