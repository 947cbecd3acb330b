/** Sessions of one station and day with all that was told of them, and their verdicts. */

import {
  DETAIL_ACTIONS,
  inOrder,
  type SeenEntry,
  type Session,
  SessionFold,
  type Verdict,
  verdictOf,
} from '@ocpp-logs/core';
import { type Begun, Ordered, type Span, WITHOUT_METERS, windowOf } from './day.ts';
import type { SessionSite } from './question.ts';
import type { Reading } from './reading.ts';

export interface Judged {
  readonly site: SessionSite;
  readonly session: Session;
  readonly verdict: Verdict;
  /** It had not ended where reading ended, and more may have come since. */
  readonly cut: boolean;
}

export interface Station {
  readonly site: SessionSite;
  readonly charger: string;
  readonly day: number;
}

/** Entries read of one station for the sessions of one day. */
const STATION_MAX = 100_000;
const CONNECTIONS_MAX = 10_000;

/** By id; `begun` are of that station and day. What turns out to belong to another session is not there. */
export async function judgedOf(
  reading: Reading,
  { site, charger, day }: Station,
  begun: readonly Begun[],
  now: number,
): Promise<ReadonlyMap<string, Judged>> {
  const window = windowOf(day);
  const ids = new Set(begun.map(({ id }) => id));
  const judged = new Map<string, Judged>();
  const fold = new SessionFold();
  const all = { sites: [site], chargers: [charger], kinds: ['exchange'], actions: null } as const;
  let last: SeenEntry | null = null;
  let readTo = window.to;
  const keep = (sessions: readonly Session[]) => {
    for (const session of sessions) {
      if (!ids.has(session.id)) continue;
      judged.set(session.id, {
        site,
        session,
        verdict: verdictOf(session, { readTo, now }),
        cut: !session.over && readTo < now,
      });
    }
  };
  const connections: SeenEntry[] = [];
  const connected = reading.each({ ...all, ...window, kinds: ['connection', 'gap'] }, 'asc', CONNECTIONS_MAX);
  for await (const { entry } of connected) connections.push(entry);
  const ordered = new Ordered(connections, inOrder, (entry) => {
    fold.add(entry);
    last = entry;
    keep(fold.take());
  });
  let left = STATION_MAX;
  for (const { metered, ...span } of pieces(window, begun)) {
    const actions = metered ? DETAIL_ACTIONS : WITHOUT_METERS;
    for await (const { entry } of reading.each({ ...all, ...span, actions }, 'asc', left)) {
      ordered.add(entry);
      left -= 1;
      if (left === 0) readTo = entry.at;
    }
    if (left === 0) break;
  }
  if (left > 0) {
    ordered.end();
    // Whether a station was heard of any more, anything that it said tells.
    const newest = await reading.first({ ...all, ...window }, 'desc');
    if (newest !== null && (last === null || inOrder(last, newest) < 0)) fold.add(newest);
  }
  keep(fold.end());
  return judged;
}

/** What is measured is read for transactions alone, and as long as they may last. */
function pieces(window: Span, begun: readonly Begun[]): readonly (Span & { readonly metered: boolean })[] {
  const spans = begun
    .filter(({ state }) => state !== 'attempt')
    .map(({ from, to, state }) => ({ from, to: state === 'ended' ? Math.min(to + 1, window.to) : window.to }))
    .sort((a, b) => a.from - b.from);
  const found: (Span & { readonly metered: boolean })[] = [];
  let at = window.from;
  for (const { from, to } of spans) {
    if (to <= at) continue;
    if (from > at) found.push({ from: at, to: from, metered: false });
    found.push({ from: Math.max(at, from), to, metered: true });
    at = to;
  }
  if (at < window.to) found.push({ from: at, to: window.to, metered: false });
  return found;
}
