/** Keeps the preferences of this browser and those of the server the same. What was changed last counts. */

import type { Client } from '../api/client.ts';
import { onKept, put } from './kept.ts';
import {
  herePreferences,
  type KeptPreferences,
  type Preferences,
  takePreferences,
  withChosen,
} from './preferences.ts';

/** A width is dragged in many steps. */
const REST_MS = 400;
/** Whose preferences this browser has. */
const OWNER_KEY = 'ocpp-logs.preferences-of';
/** There while the server does not have what was changed here. */
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
  /** What the server has is not known yet: nothing is sent, as that would take its other preferences away. */
  let asking = true;
  /** Keys of what was chosen here meanwhile. */
  const chosen = new Set<string>();
  const owner = localStorage.getItem(OWNER_KEY);
  // Somebody else's are neither shown nor kept for this one.
  if (owner !== null && owner !== user) {
    put(UNSENT_KEY, null);
    takePreferences(NOTHING);
  }

  const send = async () => {
    timer = null;
    try {
      await client.put(PATH, herePreferences());
      // What was changed meanwhile is sent by itself.
      if (timer === null) put(UNSENT_KEY, null);
    } catch {
      // It stays marked as unsent, and goes with the next change or the next time the dashboard opens.
    }
  };
  // Of an earlier time: all that is here is newer than what the server has.
  const unsent = localStorage.getItem(UNSENT_KEY) !== null;
  const leave = onKept((origin, key) => {
    if (origin === 'server' || stopped) return;
    put(UNSENT_KEY, '1');
    put(OWNER_KEY, user);
    if (asking) {
      if (key !== null) chosen.add(key);
      return;
    }
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => void send(), restMs);
  });
  const begin = async () => {
    let kept: KeptPreferences;
    try {
      kept = await client.get<KeptPreferences>(PATH);
    } catch {
      // Without them the browser's own do.
      asking = false;
      if (!stopped && chosen.size > 0) await send();
      return;
    }
    if (stopped) return;
    asking = false;
    // What this browser had before there was a server to keep it is a beginning.
    const first = owner === null && kept.changed === null && hasAny();
    put(OWNER_KEY, user);
    if (unsent || first) {
      await send();
      return;
    }
    takePreferences(withChosen(kept, chosen));
    if (chosen.size > 0) await send();
  };
  return {
    begun: begin(),
    stop: () => {
      stopped = true;
      leave();
      if (timer === null) return;
      clearTimeout(timer);
      void send();
    },
  };
}

function hasAny(): boolean {
  return Object.values(herePreferences()).some((value) => value !== null);
}
