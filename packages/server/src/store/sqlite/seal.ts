/**
 * Packs texts of entries that have ended into blocks, hour by hour. Of an action with many entries in an hour the
 * blocks are its own, so that a page of that action unpacks few of them; the rest is mixed, in order.
 */

import { BLOCK_BYTES, BLOCK_RECORDS, packBlock } from './block.ts';
import { PENDING } from './codes.ts';
import type { Hour, Place } from './month.ts';
import { hourOfPlace, PLACES_PER_HOUR } from './month.ts';
import type { BlockCache, SiteFile } from './site-file.ts';
import { DamagedFileError } from './sql.ts';

/** Entries packed in one step at most. */
const STEP = 2048;
/** A mixed block with fewer records is packed again together with later ones of its hour. */
const SMALL = BLOCK_RECORDS / 2;

const OPEN = `SELECT o.id, e.action, length(o.record) FROM open_text o JOIN entry e ON e.id = o.id
  WHERE o.id >= ? AND o.id < ? AND e.outcome <> ${PENDING} ORDER BY o.id LIMIT ${STEP}`;

interface Open {
  readonly place: Place;
  readonly action: number;
  readonly bytes: number;
}

/** First hour from `from` on that has texts to pack; null where there is none. */
export function nextOpenHour(file: SiteFile, from: Hour): Hour | null {
  const place = file.db.numberRow('SELECT min(id) FROM open_text WHERE id >= ?', from * PLACES_PER_HOUR)?.[0];
  return place == null ? null : hourOfPlace(place);
}

/**
 * One step in one hour, in the open transaction: texts before `end`. `rest`: also those of which there are too few
 * for a block of their own. Returns whether the hour may hold more.
 */
export function sealHour(file: SiteFile, blocks: BlockCache, hour: Hour, end: Place, rest: boolean): boolean {
  const to = Math.min((hour + 1) * PLACES_PER_HOUR, end);
  const open = file.db
    .numbers(OPEN, hour * PLACES_PER_HOUR, to)
    .map(([place = 0, action = 0, bytes = 0]): Open => ({ place, action, bytes }));
  const more = open.length === STEP;
  const byAction = Map.groupBy(open, ({ action }) => action);
  const left: Open[] = [];
  let sealed = 0;
  for (const group of byAction.values()) {
    const whole = group.length - (group.length % BLOCK_RECORDS);
    for (const chunk of chunksOf(group.slice(0, whole))) seal(file, hour, chunk);
    sealed += whole;
    left.push(...group.slice(whole));
  }
  // With more to come the rest may still find company; without any progress it would never end.
  if (!rest || (more && sealed > 0)) return more && sealed > 0;
  left.sort((a, b) => a.place - b.place);
  if (left.length > 0) {
    unpackSmall(file, blocks, hour, left);
    for (const chunk of chunksOf(left)) seal(file, hour, chunk);
  }
  return more;
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

function seal(file: SiteFile, hour: Hour, entries: readonly Open[]): void {
  const records = entries.map(({ place }) => {
    const record = file.db.blob('SELECT record FROM open_text WHERE id = ?', place);
    if (record === null) throw new DamagedFileError(`entry ${file.idOf(place)} has no text`);
    return record;
  });
  const number = writeBlock(file, hour, records);
  for (const [slot, { place }] of entries.entries()) {
    file.db.run('UPDATE entry SET block = ?, slot = ? WHERE id = ?', number, slot, place);
    file.db.run('DELETE FROM open_text WHERE id = ?', place);
  }
}

function writeBlock(file: SiteFile, hour: Hour, records: readonly Uint8Array[]): number {
  const { size, bytes } = packBlock(records);
  const sql = 'INSERT INTO block (hour, records, size, record) VALUES (?, ?, ?, ?) RETURNING number';
  return file.db.number(sql, hour, records.length, size, bytes);
}

/** Brings the hour's small mixed blocks back among the open texts, and into `open` in order. */
function unpackSmall(file: SiteFile, blocks: BlockCache, hour: Hour, open: Open[]): void {
  const small = file.db.numbers(
    `SELECT number FROM block WHERE hour = ? AND records < ${SMALL} AND size < ${BLOCK_BYTES / 2}`,
    hour,
  );
  for (const [number = 0] of small) {
    if (!blocks.readable(file, number)) continue;
    for (const { place, action, slot } of entriesOf(file, hour, number)) {
      const record = recordOf(file, blocks, number, place, slot);
      file.db.run('INSERT INTO open_text VALUES (?, ?)', place, record);
      open.push({ place, action, bytes: record.length });
    }
    dropBlock(file, hour, number);
  }
  if (small.length > 0) open.sort((a, b) => a.place - b.place);
}

/** Writes blocks anew whose entries have amendments. One step, in the open transaction; true if there are more. */
export function foldAmendments(file: SiteFile, blocks: BlockCache): boolean {
  const amended = file.db.numbers(
    `SELECT DISTINCT e.block, b.hour FROM amendment a JOIN entry e ON e.id = a.id JOIN block b ON b.number = e.block
     LIMIT ${FOLDED}`,
  );
  let folded = 0;
  for (const [number = 0, hour = 0] of amended) {
    if (!blocks.readable(file, number)) continue;
    folded += 1;
    const entries = entriesOf(file, hour, number);
    const records = entries.map(({ place, slot }) => recordOf(file, blocks, number, place, slot));
    dropBlock(file, hour, number);
    if (records.length === 0) continue;
    const fresh = writeBlock(file, hour, records);
    for (const [slot, { place }] of entries.entries()) {
      file.db.run('UPDATE entry SET block = ?, slot = ? WHERE id = ?', fresh, slot, place);
    }
  }
  return folded === FOLDED;
}

const FOLDED = 8;

function entriesOf(file: SiteFile, hour: Hour, block: number) {
  return file.db
    .numbers(
      'SELECT id, action, slot FROM entry WHERE id >= ? AND id < ? AND block = ? ORDER BY id',
      hour * PLACES_PER_HOUR,
      (hour + 1) * PLACES_PER_HOUR,
      block,
    )
    .map(([place = 0, action = 0, slot = 0]) => ({ place, action, slot }));
}

/** The record as it is now; an amendment is used up. */
function recordOf(file: SiteFile, blocks: BlockCache, block: number, place: Place, slot: number): Buffer {
  const amended = file.db.blob('DELETE FROM amendment WHERE id = ? RETURNING record', place);
  return amended ?? blocks.get(file, block).record(slot);
}

function dropBlock(file: SiteFile, hour: Hour, number: number): void {
  file.db.run(
    'UPDATE entry SET block = NULL, slot = NULL WHERE id >= ? AND id < ? AND block = ?',
    hour * PLACES_PER_HOUR,
    (hour + 1) * PLACES_PER_HOUR,
    number,
  );
  file.db.run('DELETE FROM block WHERE number = ?', number);
}
