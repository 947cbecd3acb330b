/** Ways from a session to its entries, and to the diagram of its messages. */

import type { ZoneChoice } from '../explore/explore-state.ts';
import { logsAddress, SELECTED_MAX, sequenceAddress } from '../station/station-state.ts';
import type { SessionBody } from './session-answers.ts';

type Placed = Pick<SessionBody, 'site_id' | 'charger_id' | 'from' | 'to'>;

const AROUND = 60_000;
/** Entries of the diagram are asked for one by one. */
const DRAWN_MAX = 100;

function spanOf({ from, to }: Placed): { readonly from: string; readonly to: string } {
  return {
    from: new Date(Date.parse(from) - AROUND).toISOString(),
    to: new Date(Date.parse(to) + AROUND).toISOString(),
  };
}

/** The entry in the logs, with what was said around the session. */
export function entryAddress(session: Placed, entry: string, zone: ZoneChoice, events = false): string {
  return logsAddress(session.site_id, session.charger_id, { ...spanOf(session), zone }, { entry, events });
}

/** Everything that the station said and heard from a minute before to a minute after. */
export function logsOfSession(session: Placed, zone: ZoneChoice): string {
  return logsAddress(session.site_id, session.charger_id, { ...spanOf(session), zone });
}

/** Every entry of it and what befell the station, each once. */
export function entriesOf({
  marks,
  interruptions,
}: Pick<SessionBody, 'marks' | 'interruptions'>): readonly string[] {
  return [...new Set([...marks, ...interruptions].map(({ entry_id: entry }) => entry))];
}

/** Its own messages alone; of a long one without its meter values, of a very long one all that was said meanwhile. */
export function diagramOfSession(session: SessionBody, zone: ZoneChoice): string {
  const { site_id: site, charger_id: charger, marks, interruptions } = session;
  const span = { ...spanOf(session), zone };
  const all = entriesOf(session);
  if (all.length <= DRAWN_MAX) return sequenceAddress(site, charger, { ...span, entries: all });
  const few = entriesOf({ marks: marks.filter(({ role }) => role !== 'meter'), interruptions });
  if (few.length <= Math.min(DRAWN_MAX, SELECTED_MAX))
    return sequenceAddress(site, charger, { ...span, entries: few });
  return sequenceAddress(site, charger, { ...span, quiet: true });
}
