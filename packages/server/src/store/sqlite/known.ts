/**
 * Which frames and events of an import are stored already. There is no table of identities: they are recognised by
 * what is stored anyway. Here the entries that can hold them are found; what is the same is in stored-items.ts.
 */

import type { SourceItem } from '../store.ts';
import type { BlockCache } from './block-cache.ts';
import { REJECTED } from './codes.ts';
import type { Place } from './month.ts';
import { hourOfPlace, monthOf, PLACES_PER_MS, placeAt, startOfMonth } from './month.ts';
import { storedEntry, unlessUnreadable } from './record.ts';
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
  const known: boolean[] = new Array(items.length).fill(false);
  const order = inOrderOfTime(items);
  for (let start = 0; start < order.length; ) {
    const end = clusterEnd(items, order, start);
    const cluster = order.slice(start, end);
    const stored = storedAmong(store, site, items, cluster);
    if (stored !== null) {
      for (const place of cluster) {
        const item = items[place];
        if (item !== undefined) known[place] = stored.take(item);
      }
    }
    start = end;
  }
  return known;
}

/** null where nothing is stored that one of them could be. */
function storedAmong(
  store: Stored,
  site: string,
  items: readonly SourceItem[],
  cluster: readonly number[],
): StoredItems | null {
  const from = timeAt(items, cluster[0]) - BEFORE;
  const to = timeAt(items, cluster.at(-1)) + BEHIND;
  let stored: StoredItems | null = null;
  const wanted = () => {
    stored ??= new StoredItems(cluster.flatMap((place) => items[place] ?? []));
    return stored;
  };
  for (let month = monthOf(Math.max(from, 0)); month <= monthOf(to); month++) {
    const file = store.files.get(site, month);
    if (file === null) continue;
    store.files.within(file, () => {
      collect(store, file, wanted, from, to);
      const hour = (ms: number) => hourOfPlace(placeAt(month, ms));
      for (const frame of file.dropped?.frames(hour(from), hour(to)) ?? []) wanted().addDigested(frame);
    });
  }
  return stored;
}

/** Their places. */
function inOrderOfTime(items: readonly SourceItem[]): number[] {
  const order = items.map((_, place) => place);
  return order.sort((a, b) => timeAt(items, a) - timeAt(items, b) || a - b);
}

/** Items of two clusters lie so far apart that nothing of one could concern the other. */
function clusterEnd(items: readonly SourceItem[], order: readonly number[], start: number): number {
  let end = start + 1;
  while (end < order.length && timeAt(items, order[end]) - timeAt(items, order[end - 1]) <= BEFORE) end += 1;
  return end;
}

function timeAt(items: readonly SourceItem[], place: number | undefined): number {
  const item = place === undefined ? undefined : items[place];
  return item === undefined ? 0 : timeOf(item);
}

/** Rows whose call or answer can bear a time that was asked for; those of before and behind mostly do not. */
const CANDIDATES = `SELECT id, ${ROW} FROM entry WHERE id >= ?1 AND id < ?2 AND (
    (id >= ?3 AND id < ?4) OR (id >> 21) + lag BETWEEN (CAST(?3 AS INTEGER) >> 21) AND (CAST(?4 AS INTEGER) >> 21)
    OR outcome = ${REJECTED}
  ) ORDER BY id LIMIT ${STEP}`;

/** `wanted` is called when there is something to compare with. */
function collect(
  { blocks, report }: Stored,
  file: SiteFile,
  wanted: () => StoredItems,
  from: number,
  to: number,
): void {
  const base = startOfMonth(file.month);
  const first = placeAt(file.month, from + BEFORE);
  const end = placeAt(file.month, to - BEHIND + 1);
  const last = placeAt(file.month, to + 1);
  let times: ReadonlyMap<number, ReadonlySet<number>> | null = null;
  let next: Place = Math.max(placeAt(file.month, from), 0);
  for (;;) {
    const rows = file.db.numbers(CANDIDATES, next, last, first, end);
    if (rows.length > 0) times ??= timesByCharger(file, wanted());
    for (const columns of rows) {
      const [place = 0, charger = 0] = columns;
      const asked = times?.get(charger);
      if (asked === undefined) continue;
      const row = storedRow(columns, 1);
      const at = base + Math.floor(place / PLACES_PER_MS);
      if (!asked.has(at) && !asked.has(at + (row.lag ?? 0)) && row.outcome !== REJECTED) continue;
      const what = `the text of entry ${file.idOf(place)}`;
      const entry = unlessUnreadable(report, what, () => storedEntry(file.text(place, row, blocks)));
      if (entry !== null) wanted().add(entry);
    }
    if (rows.length < STEP) return;
    next = (rows.at(-1)?.[0] ?? last) + 1;
  }
}

function timesByCharger(file: SiteFile, stored: StoredItems): ReadonlyMap<number, ReadonlySet<number>> {
  const times = new Map<number, ReadonlySet<number>>();
  for (const [charger, asked] of stored.asked) {
    const id = file.chargers.find(charger);
    if (id !== null) times.set(id, asked);
  }
  return times;
}
