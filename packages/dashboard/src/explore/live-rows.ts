/**
 * What came in while the page is open, newest first: rows that are shown, those that wait while the table is paused, and
 * gaps where more came than is held. Bounded, so that the memory of a tab stays flat under any tail.
 */

import type { LogEntry, LogPage } from '../api/answers.ts';
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
  /** The server itself could not tell all: what lies in the gap is more than `missed`. */
  readonly broken: boolean;
  /** Waiting ones that are not held. */
  readonly waitingMissed: number;
  /** The server could not tell all while the table was paused: the gap lies behind the oldest that waits. */
  readonly waitingBroken: boolean;
}

export const NO_LIVE_ROWS: LiveRows = {
  shown: [],
  waiting: [],
  missed: 0,
  broken: false,
  waitingMissed: 0,
  waitingBroken: false,
};

const idOf = (entry: LogEntry): string => `${entry.site_id}/${entry.exchange?.id ?? ''}`;

/** Takes changes in, oldest first. */
export function taken(rows: LiveRows, changes: readonly TailChange[], paused: boolean): LiveRows {
  const last = changes.findLastIndex(({ kind }) => kind === 'gap');
  if (last < 0) return added(rows, changes, paused);
  return added(cutOff(added(rows, changes.slice(0, last), paused), paused), changes.slice(last + 1), paused);
}

/** What came before a gap goes into it: there is one, and it must lie where something is missing. */
function cutOff(rows: LiveRows, paused: boolean): LiveRows {
  const { shown, waiting, missed, waitingMissed } = rows;
  if (paused)
    return { ...rows, waiting: [], waitingMissed: waitingMissed + waiting.length, waitingBroken: true };
  return { ...rows, shown: [], missed: missed + shown.length, broken: true };
}

function added(rows: LiveRows, changes: readonly TailChange[], paused: boolean): LiveRows {
  const updates = new Map<string, LogEntry>();
  const fresh: LogEntry[] = [];
  const known = idsOf(rows);
  for (const change of changes) {
    if (change.kind === 'gap') continue;
    // What was caught up with may be told by the tail, too.
    if (change.kind === 'entry' && !known.has(idOf(change.entry))) fresh.push(change.entry);
    else updates.set(idOf(change.entry), change.entry);
  }
  const update = (entries: readonly LogEntry[]) =>
    updates.size === 0 ? entries : entries.map((entry) => updates.get(idOf(entry)) ?? entry);
  const newest = update(fresh).toReversed();
  const next = { ...rows, shown: update(rows.shown), waiting: update(rows.waiting) };
  return paused ? held({ ...next, waiting: [...newest, ...next.waiting] }) : shown(next, newest);
}

function idsOf({ shown, waiting }: LiveRows): ReadonlySet<string> {
  return new Set([...shown, ...waiting].map(idOf));
}

/**
 * Whether nothing lies between the newest entries, of which so many were asked for at most, and the result. `held`: how many
 * of them the result has.
 */
export function isWhole(
  { ocpp_logs: newest, next_cursor: next = null, count }: LogPage,
  { held, take }: { readonly held: number; readonly take: number },
): boolean {
  // A page that is not full is all there is, also where more came in until it was counted.
  return held > 0 || (next === null && (newest.length < take || count <= newest.length));
}

/**
 * Takes in what was recorded after the result was asked for and before this was answered, newest first: what the tail has
 * told of it says where the rest belongs, which is behind all that the tail has told where it is older, or in the gap that
 * is there already. `whole`: whether nothing lies between it and the result.
 */
export function caughtUp(
  rows: LiveRows,
  { entries, whole }: { readonly entries: readonly LogEntry[]; readonly whole: boolean },
  paused: boolean,
): LiveRows {
  const known = idsOf(rows);
  if (whole && entries.every((entry) => known.has(idOf(entry)))) return rows;
  const { placed, behind } = among(paused ? rows.waiting : rows.shown, entries, known);
  // Where something is missing nothing is put behind that; nor, while nothing moves, above what is shown and newer.
  const isApart = paused
    ? rows.shown.length > 0 || hasGap(rows) || rows.waitingMissed > 0 || rows.waitingBroken
    : hasGap(rows);
  const isBroken = !whole || (isApart && behind.length > 0);
  const next = isApart ? placed : [...placed, ...behind];
  return paused
    ? held({ ...rows, waiting: next, waitingBroken: rows.waitingBroken || isBroken })
    : held({ ...rows, shown: next, broken: rows.broken || isBroken });
}

/** Those that are not known, each above the one that it comes before among `entries`, or behind all; all newest first. */
function among(
  told: readonly LogEntry[],
  entries: readonly LogEntry[],
  known: ReadonlySet<string>,
): { readonly placed: readonly LogEntry[]; readonly behind: readonly LogEntry[] } {
  const places = new Set(told.map(idOf));
  const above = new Map<string, readonly LogEntry[]>();
  let fresh: LogEntry[] = [];
  for (const entry of entries) {
    const id = idOf(entry);
    if (!known.has(id)) fresh.push(entry);
    else if (places.has(id)) {
      above.set(id, fresh);
      fresh = [];
    }
  }
  const placed = told.flatMap((entry) => [...(above.get(idOf(entry)) ?? []), entry]);
  return { placed, behind: fresh };
}

/** The table goes on: what waited is shown. */
export function resumed(rows: LiveRows): LiveRows {
  const nothing = rows.waiting.length === 0 && rows.waitingMissed === 0 && !rows.waitingBroken;
  return nothing ? rows : shown(rows, []);
}

function shown(rows: LiveRows, newest: readonly LogEntry[]): LiveRows {
  const { waiting, waitingMissed, waitingBroken } = rows;
  // More waited than was held or known: what was shown before lies behind that gap, and is loaded with it.
  const kept = waitingMissed > 0 || waitingBroken ? [] : rows.shown;
  return held({
    shown: [...newest, ...waiting, ...kept],
    missed: rows.missed + waitingMissed + (rows.shown.length - kept.length),
    broken: rows.broken || waitingBroken,
    waiting: [],
    waitingMissed: 0,
    waitingBroken: false,
  });
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
  const isNew = (entry: LogEntry) => !isHeld(entry);
  const [shown, waiting] = [rows.shown.filter(isNew), rows.waiting.filter(isNew)];
  return shown.length + waiting.length === rows.shown.length + rows.waiting.length
    ? rows
    : { ...rows, shown, waiting };
}

/** How many came since the table was paused. */
export function waitingCount({ waiting, waitingMissed }: LiveRows): number {
  return waiting.length + waitingMissed;
}

export function hasGap({ missed, broken }: LiveRows): boolean {
  return missed > 0 || broken;
}
