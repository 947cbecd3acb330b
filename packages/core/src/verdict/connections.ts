/** What rules look for in connections that end. */

import type { EntryEvent } from '../entry.ts';
import type { SeenEntry } from '../session/seen.ts';
import { isUp, wasAnswered } from './exchanges.ts';
import type { Watch } from './rule.ts';
import { Tally } from './tally.ts';

/** What ends so soon after a call may have ended because of it. ms. */
const AFTER_MS = 10_000;
/** So many times are no chance. */
const LEAST = 3;
/** A connection that breaks before that breaks by itself. ms. */
const HELD_MS = 60_000;
/** Who said nothing for so long before a call may not have been there any more. ms. */
const ALIVE_MS = 60_000;
const ACTIONS_MAX = 200;
/** Are meant to end it. */
const ENDING = new Set(['Reset', 'UpdateFirmware', 'SignedUpdateFirmware', 'SetNetworkProfile']);
const NOT_STATION = new Set(['csms', 'server']);
const GIVEN_UP = new Set(['timeout', 'shutdown']);

/** Whether the station, or its network, may have ended it: a CSMS hangs up on who is not there any more. */
function mayBeStation(event: EntryEvent | null): boolean {
  if (event?.event !== 'closed') return false;
  return !NOT_STATION.has(event.ended_by ?? '') && !GIVEN_UP.has(event.how ?? '');
}

/** Calls of the CSMS that were never answered, and after which the connection of a station that had just spoken ended, each time. */
export function endsAtCall(): Watch {
  const ends = new Map<string, SeenEntry[]>();
  const answered = new Set<string>();
  let last: SeenEntry | null = null;
  let opened = Number.NEGATIVE_INFINITY;
  let said = Number.NEGATIVE_INFINITY;
  return {
    see(entry) {
      const { kind, direction, action, at, connection } = entry;
      if (isUp(entry)) said = Math.max(said, at);
      if (kind === 'connection' && entry.event?.event === 'closed') {
        const near = last !== null && at - last.at <= AFTER_MS && last.connection === connection;
        if (near && mayBeStation(entry.event) && last?.action != null) addTo(ends, last.action, last);
        last = null;
      } else if (kind === 'exchange' && direction === 'csms_to_station' && action !== null) {
        if (wasAnswered(entry)) {
          answered.add(action);
          said = Math.max(said, entry.answeredAt ?? at);
        } else if (at - opened >= HELD_MS && at - said <= ALIVE_MS) {
          // Of several calls the first that got no answer is in the way of the others.
          if (last === null || at - last.at > AFTER_MS) last = entry;
        }
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
