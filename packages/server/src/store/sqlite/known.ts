/**
 * Which frames and events of an import are stored already. There is no table of identities: they are recognised by
 * what is stored anyway. Here the entries that can hold them are found; what is the same is in stored-items.ts.
 */

import { decodeEntry } from '@ocpp-logs/core';
import type { SourceItem } from '../store.ts';
import type { BlockCache } from './block-cache.ts';
import { REJECTED } from './codes.ts';
import type { Place } from './month.ts';
import { monthOf, PLACES_PER_MS, placeAt, startOfMonth } from './month.ts';
import { unlessUnreadable } from './record.ts';
import { ROW, type SiteFile, storedRow } from './site-file.ts';
import type { SiteFiles } from './site-files.ts';
import { StoredItems, timeOf } from './stored-items.ts';

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

export function knownItems(store: Stored, site: string, items: readonly SourceItem[]): boolean[] {
  const known: boolean[] = items.map(() => false);
  for (const cluster of clustersOf(items)) {
    const stored = new StoredItems(cluster.map(({ item }) => item));
    const from = (cluster[0]?.at ?? 0) - BEFORE;
    const to = (cluster.at(-1)?.at ?? 0) + BEHIND;
    for (let month = monthOf(Math.max(from, 0)); month <= monthOf(to); month++) {
      const file = store.files.get(site, month);
      if (file !== null) store.files.within(file, () => collect(store, file, stored, from, to));
    }
    for (const { item, place } of cluster) known[place] = stored.take(item);
  }
  return known;
}

interface Placed {
  readonly item: SourceItem;
  readonly at: number;
  readonly place: number;
}

/** In order of time, cut where nothing of one could concern the other. */
function clustersOf(items: readonly SourceItem[]): Placed[][] {
  const ordered = items.map((item, place) => ({ item, at: timeOf(item), place }));
  ordered.sort((a, b) => a.at - b.at || a.place - b.place);
  const clusters: Placed[][] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const placed of ordered) {
    const cluster = clusters.at(-1);
    if (cluster === undefined || placed.at - last > BEFORE) clusters.push([placed]);
    else cluster.push(placed);
    last = placed.at;
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
  stored: StoredItems,
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
