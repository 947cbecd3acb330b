/**
 * Packs texts of entries that have ended into blocks, day by day. Of an action with many entries in a day the blocks
 * are its own; the rest is mixed, rare actions first, so that all entries of a rare action lie in one block or two.
 * A page of one action then unpacks few blocks, whichever action it is.
 */

import { BLOCK_BYTES, BLOCK_RECORDS, packBlock } from './block.ts';
import type { BlockCache } from './block-cache.ts';
import { deleteBlock, type Span, spanOf, writeBlock } from './block-parts.ts';
import { PENDING } from './codes.ts';
import type { Day, Place } from './month.ts';
import { dayOfPlace, HOURS_PER_DAY, PLACES_PER_DAY, PLACES_PER_HOUR } from './month.ts';
import { packable } from './record.ts';
import type { SiteFile } from './site-file.ts';
import { bufferOf, DamagedFileError } from './sql.ts';

/** Open entries of one day looked at in one step, most of which are packed. */
const SEAL_STEP = 3072;
/** A mixed block with fewer records is packed again together with later ones of its day; so many blocks at a time. */
const SMALL = BLOCK_RECORDS / 2;
const SMALL_BLOCKS = 16;

const OPEN = `SELECT o.id, e.action, length(o.record) FROM open_text o JOIN entry e ON e.id = o.id
  WHERE o.id >= ? AND o.id < ? AND e.outcome <> ${PENDING} ORDER BY o.id LIMIT ${SEAL_STEP}`;

interface Open {
  readonly place: Place;
  readonly action: number;
  readonly bytes: number;
  /** null: still to be taken from the open ones. */
  readonly record: Buffer | null;
}

export interface Sealed {
  readonly entries: number;
  /** Whether the day may hold more. */
  readonly more: boolean;
}

/** First day from `from` on that has texts to pack; null where there is none. */
export function nextOpenDay(file: SiteFile, from: Day): Day | null {
  const place = file.db.numberRow('SELECT min(id) FROM open_text WHERE id >= ?', from * PLACES_PER_DAY)?.[0];
  return place == null ? null : dayOfPlace(place);
}

/**
 * One step in one day, in the open transaction: texts before `end`. `rest`: also those of which there are too few
 * for a block of their own.
 */
export function sealDay(file: SiteFile, blocks: BlockCache, day: Day, end: Place, rest: boolean): Sealed {
  const open = openTexts(file, day, Math.min((day + 1) * PLACES_PER_DAY, end));
  const more = open.length === SEAL_STEP;
  const left: Open[] = [];
  let entries = 0;
  for (const group of Map.groupBy(open, ({ action }) => action).values()) {
    const whole = group.length - (group.length % BLOCK_RECORDS);
    for (const chunk of chunksOf(group.slice(0, whole))) seal(file, chunk);
    entries += whole;
    left.push(...group.slice(whole));
  }
  // With more to come the rest may still find company; without any progress it would never end.
  if (more ? entries > 0 : !rest) return { entries, more };
  left.push(...unpackSmall(file, blocks, day));
  for (const chunk of chunksOf(rareFirst(file, day, left))) seal(file, chunk);
  return { entries: entries + left.length, more };
}

function openTexts(file: SiteFile, day: Day, end: Place): Open[] {
  const rows = file.db.numbers(OPEN, day * PLACES_PER_DAY, end);
  return rows.map(([place = 0, action = 0, bytes = 0]) => ({ place, action, bytes, record: null }));
}

/** By how many entries an action has in that day, those of one action together, in order. */
function rareFirst(file: SiteFile, day: Day, entries: readonly Open[]): Open[] {
  const counts = new Map<number, number>();
  for (const [action = 0, n = 0] of file.db.numbers(
    'SELECT action, sum(n) FROM hour_action WHERE hour >= ? AND hour < ? GROUP BY action',
    day * HOURS_PER_DAY,
    (day + 1) * HOURS_PER_DAY,
  )) {
    counts.set(action, n);
  }
  const count = ({ action }: Open) => counts.get(action) ?? 0;
  return entries.toSorted((a, b) => count(a) - count(b) || a.action - b.action || a.place - b.place);
}

function chunksOf(entries: readonly Open[]): Open[][] {
  const chunks: Open[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const chunk = chunks.at(-1);
    if (chunk === undefined || chunk.length === BLOCK_RECORDS || bytes + entry.bytes > BLOCK_BYTES) {
      chunks.push([entry]);
      bytes = entry.bytes;
    } else {
      chunk.push(entry);
      bytes += entry.bytes;
    }
  }
  return chunks;
}

function seal(file: SiteFile, entries: readonly Open[]): void {
  const taken = takeOpen(file, entries);
  const records = entries.map(({ place, record }) => {
    const found = record ?? taken.get(place);
    if (found === undefined) throw new DamagedFileError(`entry ${file.idOf(place)} has no text`);
    return found;
  });
  write(file, entries, records);
}

/** Their records are open no longer. */
function takeOpen(file: SiteFile, entries: readonly Open[]): ReadonlyMap<Place, Buffer> {
  const places = entries.flatMap(({ place, record }) => (record === null ? [place] : []));
  const rows = file.db.rows(
    'DELETE FROM open_text WHERE id IN (SELECT value FROM json_each(?)) RETURNING id, record',
    JSON.stringify(places),
  );
  const taken = new Map<Place, Buffer>();
  for (const [place, record] of rows) {
    if (record instanceof Uint8Array) taken.set(Number(place), bufferOf(record));
  }
  return taken;
}

function write(
  file: SiteFile,
  entries: readonly { readonly place: Place }[],
  records: readonly Buffer[],
): void {
  const span = spanOf(entries.map(({ place }) => place));
  const number = writeBlock(file.db, span, records.length, packBlock(records.map(packable)));
  file.db.run(
    'UPDATE entry SET block = ?, slot = at.key FROM json_each(?) AS at WHERE entry.id = at.value',
    number,
    JSON.stringify(entries.map(({ place }) => place)),
  );
}

/** Takes small mixed blocks of the day apart. Their entries are among the open ones again. */
function unpackSmall(file: SiteFile, blocks: BlockCache, day: Day): Open[] {
  const small = file.db.numbers(
    `SELECT number, hour, last_hour FROM block
     WHERE hour >= ? AND hour < ? AND records < ${SMALL} AND size < ${BLOCK_BYTES / 2} LIMIT ${SMALL_BLOCKS}`,
    day * HOURS_PER_DAY,
    (day + 1) * HOURS_PER_DAY,
  );
  return small.flatMap(([number = 0, hour = 0, lastHour = 0]) => {
    if (blocks.tryGet(file, number) === null) return [];
    const open = entriesOf(file, { hour, lastHour }, number).map(({ place, action, slot }) => {
      const record = recordOf(file, blocks, number, place, slot);
      return { place, action, bytes: record.length, record };
    });
    deleteBlock(file.db, number);
    return open;
  });
}

const FOLDED = 8;

/** Writes blocks anew whose entries have amendments. One step, in the open transaction; true if there are more. */
export function foldAmendments(file: SiteFile, blocks: BlockCache): boolean {
  const amended = file.db.numbers(
    `SELECT DISTINCT e.block, b.hour, b.last_hour FROM amendment a
     JOIN entry e ON e.id = a.id JOIN block b ON b.number = e.block LIMIT ${FOLDED}`,
  );
  let folded = 0;
  for (const [number = 0, hour = 0, lastHour = 0] of amended) {
    if (blocks.tryGet(file, number) === null) continue;
    folded += 1;
    const entries = entriesOf(file, { hour, lastHour }, number);
    const records = entries.map(({ place, slot }) => recordOf(file, blocks, number, place, slot));
    deleteBlock(file.db, number);
    write(file, entries, records);
  }
  return folded === FOLDED;
}

function entriesOf(file: SiteFile, { hour, lastHour }: Span, block: number) {
  return file.db
    .numbers(
      'SELECT id, action, slot FROM entry WHERE id >= ? AND id < ? AND block = ? ORDER BY slot',
      hour * PLACES_PER_HOUR,
      (lastHour + 1) * PLACES_PER_HOUR,
      block,
    )
    .map(([place = 0, action = 0, slot = 0]) => ({ place, action, slot }));
}

/** The record as it is now; an amendment is used up. */
function recordOf(file: SiteFile, blocks: BlockCache, block: number, place: Place, slot: number): Buffer {
  const amended = file.db.blob('DELETE FROM amendment WHERE id = ? RETURNING record', place);
  return amended ?? blocks.get(file, block).record(slot);
}
