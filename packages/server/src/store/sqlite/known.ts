/**
 * Which frames of an import are stored already. There is no table of identities: a frame is recognised by the text
 * that is stored anyway. Identity is charger, direction, millisecond and masked text, with its running number among
 * identical ones: n equal frames are known only if n are stored.
 */

import { hash } from 'node:crypto';
import type { Direction, Entry, Wire } from '@ocpp-logs/core';
import { decodeEntry, opposite } from '@ocpp-logs/core';
import type { SourceFrame } from '../store.ts';
import type { BlockCache } from './block-cache.ts';
import { REJECTED } from './codes.ts';
import type { Place } from './month.ts';
import { monthOf, PLACES_PER_MS, placeAt, startOfMonth } from './month.ts';
import { unlessUnreadable } from './record.ts';
import { ROW, type SiteFile, storedRow } from './site-file.ts';
import type { SiteFiles } from './site-files.ts';

/** A call lies at most so long before its answer (10 min of late answers, and slack) ... */
const BEFORE = 11 * 60_000;
/** ... and at most so long behind it (extraction rules 1: 10 s). */
const BEHIND = 11_000;
/** Rows are read in steps of this many. */
const STEP = 10_000;

export interface Stored {
  readonly files: SiteFiles;
  readonly blocks: BlockCache;
  readonly report: (message: string) => void;
}

export function knownFrames(store: Stored, site: string, frames: readonly SourceFrame[]): boolean[] {
  const known: boolean[] = frames.map(() => false);
  for (const cluster of clustersOf(frames)) {
    const stored = new StoredFrames(cluster.map(({ frame }) => frame));
    const from = (cluster[0]?.frame.frame.at ?? 0) - BEFORE;
    const to = (cluster.at(-1)?.frame.frame.at ?? 0) + BEHIND;
    for (let month = monthOf(Math.max(from, 0)); month <= monthOf(to); month++) {
      const file = store.files.get(site, month);
      if (file !== null) store.files.within(file, () => collect(store, file, stored, from, to));
    }
    for (const { frame, place } of cluster) known[place] = stored.take(frame);
  }
  return known;
}

interface Placed {
  readonly frame: SourceFrame;
  readonly place: number;
}

/** In order of time, cut where nothing of one could concern the other. */
function clustersOf(frames: readonly SourceFrame[]): Placed[][] {
  const ordered = frames.map((frame, place) => ({ frame, place }));
  ordered.sort((a, b) => a.frame.frame.at - b.frame.frame.at || a.place - b.place);
  const clusters: Placed[][] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const placed of ordered) {
    const cluster = clusters.at(-1);
    if (cluster === undefined || placed.frame.frame.at - last > BEFORE) clusters.push([placed]);
    else cluster.push(placed);
    last = placed.frame.frame.at;
  }
  return clusters;
}

/** Rows whose call or answer can bear a time that was asked for; those of before and behind mostly do not. */
const CANDIDATES = `SELECT id, ${ROW} FROM entry WHERE id >= ?1 AND id < ?2 AND (
    (id >= ?3 AND id < ?4) OR (id >> 21) + lag BETWEEN (CAST(?3 AS INTEGER) >> 21) AND (CAST(?4 AS INTEGER) >> 21)
    OR outcome = ${REJECTED}
  ) ORDER BY id LIMIT ${STEP}`;

function collect(
  { blocks, report }: Stored,
  file: SiteFile,
  stored: StoredFrames,
  from: number,
  to: number,
): void {
  const times = new Map<number, ReadonlySet<number>>();
  for (const [charger, asked] of stored.asked) {
    const id = file.chargers.find(charger);
    if (id !== null) times.set(id, asked);
  }
  if (times.size === 0) return;
  const base = startOfMonth(file.month);
  const first = placeAt(file.month, from + BEFORE);
  const end = placeAt(file.month, to - BEHIND + 1);
  const last = placeAt(file.month, to + 1);
  let next: Place = Math.max(placeAt(file.month, from), 0);
  for (;;) {
    const rows = file.db.numbers(CANDIDATES, next, last, first, end);
    for (const columns of rows) {
      const [place = 0, charger = 0] = columns;
      const asked = times.get(charger);
      if (asked === undefined) continue;
      const row = storedRow(columns, 1);
      const at = base + Math.floor(place / PLACES_PER_MS);
      if (!asked.has(at) && !asked.has(at + (row.lag ?? 0)) && row.outcome !== REJECTED) continue;
      const what = `the text of entry ${file.idOf(place)}`;
      const entry = unlessUnreadable(report, what, () => decodeEntry(file.text(place, row, blocks)));
      if (entry !== null) stored.add(entry);
    }
    if (rows.length < STEP) return;
    next = (rows.at(-1)?.[0] ?? last) + 1;
  }
}

class StoredFrames {
  /** Times asked for, by charger. */
  readonly asked = new Map<string, Set<number>>();
  readonly #counts = new Map<string, number>();

  constructor(frames: readonly SourceFrame[]) {
    for (const { charger, frame } of frames) {
      const times = this.asked.get(charger);
      if (times === undefined) this.asked.set(charger, new Set([frame.at]));
      else times.add(frame.at);
    }
  }

  add(entry: Entry): void {
    const { charger, direction, at, event } = entry;
    // The text itself was not kept: it named a secret (extraction rules 1).
    const sha256 = event?.event === 'malformed' ? event.sha256 : undefined;
    if (entry.request !== null) this.#count(charger, direction, at, identityOf(entry.request));
    else if (sha256 !== undefined) this.#count(charger, direction, at, sha256);
    if (direction === null) return;
    if (entry.answer !== null) {
      this.#count(charger, opposite(direction), entry.answeredAt ?? at, identityOf(entry.answer));
    }
    // Nobody kept when the rejection came: any time fits.
    if (entry.rejection !== null) this.#count(charger, direction, null, identityOf(entry.rejection));
  }

  /** Whether one more of this frame is stored. */
  take(asked: SourceFrame): boolean {
    const { charger, frame } = asked;
    if (this.#counts.size === 0) return false;
    const identity = frame.cut?.sha256 ?? hash('sha256', frame.bytes);
    return (
      this.#uncount(keyOf(charger, frame.direction, frame.at, identity)) ||
      this.#uncount(keyOf(charger, frame.direction, null, identity))
    );
  }

  #count(charger: string, direction: Direction | null, at: number | null, identity: string): void {
    const key = keyOf(charger, direction, at, identity);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  #uncount(key: string): boolean {
    const count = this.#counts.get(key) ?? 0;
    if (count === 0) return false;
    this.#counts.set(key, count - 1);
    return true;
  }
}

function identityOf(wire: Wire): string {
  return wire.cut?.sha256 ?? hash('sha256', wire.bytes);
}

function keyOf(charger: string, direction: Direction | null, at: number | null, identity: string): string {
  return `${identity} ${at} ${direction} ${charger}`;
}
