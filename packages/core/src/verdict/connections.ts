/** What rules look for in connections that end. */

import type { SeenEntry } from '../session/seen.ts';
import { wasAnswered } from './exchanges.ts';
import type { Watch } from './rule.ts';
import { Tally } from './tally.ts';

/** What ends so soon after a call may have ended because of it. ms. */
const AFTER_MS = 10_000;
/** So many times are no chance. */
const LEAST = 3;
/** A connection that breaks before that breaks by itself. ms. */
const HELD_MS = 60_000;
const ACTIONS_MAX = 200;
/** Are meant to end it. */
const ENDING = new Set(['Reset', 'UpdateFirmware', 'SignedUpdateFirmware', 'SetNetworkProfile']);

/** Calls of the CSMS that were never answered, and after which the connection ended, each time. */
export function endsAtCall(): Watch {
  const ends = new Map<string, SeenEntry[]>();
  const answered = new Set<string>();
  let last: SeenEntry | null = null;
  let opened = Number.NEGATIVE_INFINITY;
  return {
    see(entry) {
      const { kind, direction, action, at, connection } = entry;
      if (kind === 'connection' && entry.event?.event === 'closed') {
        const near = last !== null && at - last.at <= AFTER_MS && last.connection === connection;
        if (near && last?.action != null) addTo(ends, last.action, last);
        last = null;
      } else if (kind === 'exchange' && direction === 'csms_to_station' && action !== null) {
        if (wasAnswered(entry)) answered.add(action);
        // Of several calls the first that got no answer is in the way of the others.
        else if (at - opened >= HELD_MS && (last === null || at - last.at > AFTER_MS)) last = entry;
      } else if (kind !== 'exchange') {
        last = null;
        if (entry.event?.event === 'accepted') opened = at;
      }
    },
    end() {
      const tally = new Tally();
      for (const [action, calls] of ends) {
        if (answered.has(action) || ENDING.has(action) || calls.length < LEAST) continue;
        for (const call of calls) tally.add(call, action);
      }
      return tally.count > 0 ? [tally.sighting()] : [];
    },
  };
}

function addTo(ends: Map<string, SeenEntry[]>, action: string, call: SeenEntry): void {
  const known = ends.get(action);
  if (known !== undefined) {
    if (known.length < CALLS_MAX) known.push(call);
  } else if (ends.size < ACTIONS_MAX) ends.set(action, [call]);
}
const CALLS_MAX = 1_000;
