/**
 * What came in while the page is open, newest first: rows that are shown, those that wait while the table is paused, and
 * gaps where more came than is held. Bounded, so that the memory of a tab stays flat under any tail.
 */

import type { LogEntry } from '../api/answers.ts';
import type { TailChange } from './follow.ts';

/** Entries held, shown and waiting each. */
export const HELD_MAX = 1_500;
/** Cut back to, so that the oldest are not dropped one by one. */
const HELD_AFTER = 1_000;

export interface LiveRows {
  readonly shown: readonly LogEntry[];
  readonly waiting: readonly LogEntry[];
  /** Entries that came and are not held, between `shown` and what was there before. */
  readonly missed: number;
  /** The server itself could not tell all. */
  readonly broken: boolean;
  /** Waiting ones that are not held. */
  readonly waitingMissed: number;
}

export const NO_LIVE_ROWS: LiveRows = {
  shown: [],
  waiting: [],
  missed: 0,
  broken: false,
  waitingMissed: 0,
};

const idOf = (entry: LogEntry): string => `${entry.site_id}/${entry.exchange?.id ?? ''}`;

/** Takes changes in, oldest first. */
export function taken(rows: LiveRows, changes: readonly TailChange[], paused: boolean): LiveRows {
  let broken = rows.broken;
  const updates = new Map<string, LogEntry>();
  const fresh: LogEntry[] = [];
  for (const change of changes) {
    if (change.kind === 'gap') broken = true;
    else if (change.kind === 'entry') fresh.push(change.entry);
    else updates.set(idOf(change.entry), change.entry);
  }
  const update = (entries: readonly LogEntry[]) =>
    updates.size === 0 ? entries : entries.map((entry) => updates.get(idOf(entry)) ?? entry);
  const added = update(fresh).toReversed();
  const next = { ...rows, broken, shown: update(rows.shown), waiting: update(rows.waiting) };
  return paused ? held({ ...next, waiting: [...added, ...next.waiting] }) : shown(next, added);
}

/** The table goes on: what waited is shown. */
export function resumed(rows: LiveRows): LiveRows {
  return rows.waiting.length === 0 && rows.waitingMissed === 0 ? rows : shown(rows, []);
}

function shown(rows: LiveRows, added: readonly LogEntry[]): LiveRows {
  const { waiting, waitingMissed } = rows;
  // More waited than was held: what was shown before lies behind that gap, and is loaded with it.
  const kept = waitingMissed > 0 ? [] : rows.shown;
  const missed = rows.missed + waitingMissed + (rows.shown.length - kept.length);
  return held({ ...rows, shown: [...added, ...waiting, ...kept], waiting: [], waitingMissed: 0, missed });
}

function held(rows: LiveRows): LiveRows {
  const tooMany = rows.shown.length > HELD_MAX;
  const tooManyWait = rows.waiting.length > HELD_MAX;
  return {
    ...rows,
    shown: tooMany ? rows.shown.slice(0, HELD_AFTER) : rows.shown,
    missed: rows.missed + (tooMany ? rows.shown.length - HELD_AFTER : 0),
    waiting: tooManyWait ? rows.waiting.slice(0, HELD_AFTER) : rows.waiting,
    waitingMissed: rows.waitingMissed + (tooManyWait ? rows.waiting.length - HELD_AFTER : 0),
  };
}

/** Without those that the result holds itself: a tail and a result that begin together overlap. */
export function withoutHeld(rows: LiveRows, isHeld: (entry: LogEntry) => boolean): LiveRows {
  const shown = rows.shown.filter((entry) => !isHeld(entry));
  return shown.length === rows.shown.length ? rows : { ...rows, shown };
}

/** How many came since the table was paused. */
export function waitingCount({ waiting, waitingMissed }: LiveRows): number {
  return waiting.length + waitingMissed;
}

export function hasGap({ missed, broken }: LiveRows): boolean {
  return missed > 0 || broken;
}
