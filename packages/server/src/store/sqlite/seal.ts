/**
 * Packs texts of entries that have ended into blocks, hour by hour. Of an action with many entries in an hour the
 * blocks are its own, so that a page of that action unpacks few of them; the rest is mixed, in order.
 */

import { BLOCK_BYTES, BLOCK_RECORDS, packBlock } from './block.ts';
import type { BlockCache } from './block-cache.ts';
import { deleteBlock, writeBlock } from './block-parts.ts';
import { PENDING } from './codes.ts';
import type { Hour, Place } from './month.ts';
import { hourOfPlace, PLACES_PER_HOUR } from './month.ts';
import type { SiteFile } from './site-file.ts';
import { bufferOf, DamagedFileError } from './sql.ts';

/** Entries of one hour looked at in one step. */
export const SEAL_STEP = 2048;
/** A mixed block with fewer records is packed again together with later ones of its hour. */
const SMALL = BLOCK_RECORDS / 2;
/** Longer records are read one by one: so many of them together would be too much. */
const SHORT = 16_384;

const OPEN = `SELECT o.id, e.action, length(o.record), CASE WHEN length(o.record) <= ${SHORT} THEN o.record END
  FROM open_text o JOIN entry e ON e.id = o.id
  WHERE o.id >= ? AND o.id < ? AND e.outcome <> ${PENDING} ORDER BY o.id LIMIT ${SEAL_STEP}`;

interface Open {
  readonly place: Place;
  readonly action: number;
  readonly bytes: number;
  /** null: still to be read. */
  readonly record: Buffer | null;
}

export interface Sealed {
  readonly entries: number;
  /** Whether the hour may hold more. */
  readonly more: boolean;
}

/** First hour from `from` on that has texts to pack; null where there is none. */
export function nextOpenHour(file: SiteFile, from: Hour): Hour | null {
  const place = file.db.numberRow('SELECT min(id) FROM open_text WHERE id >= ?', from * PLACES_PER_HOUR)?.[0];
  return place == null ? null : hourOfPlace(place);
}

/**
 * One step in one hour, in the open transaction: texts before `end`. `rest`: also those of which there are too few
 * for a block of their own.
 */
export function sealHour(file: SiteFile, blocks: BlockCache, hour: Hour, end: Place, rest: boolean): Sealed {
  const open = openTexts(file, hour, Math.min((hour + 1) * PLACES_PER_HOUR, end));
  const more = open.length === SEAL_STEP;
  const left: Open[] = [];
  let entries = 0;
  for (const group of Map.groupBy(open, ({ action }) => action).values()) {
    const whole = group.length - (group.length % BLOCK_RECORDS);
    for (const chunk of chunksOf(group.slice(0, whole))) seal(file, hour, chunk);
    entries += whole;
    left.push(...group.slice(whole));
  }
  // With more to come the rest may still find company; without any progress it would never end.
  if (!rest || (more && entries > 0)) return { entries, more: more && entries > 0 };
  left.push(...unpackSmall(file, blocks, hour));
  left.sort((a, b) => a.place - b.place);
  for (const chunk of chunksOf(left)) seal(file, hour, chunk);
  return { entries: entries + left.length, more };
}

function openTexts(file: SiteFile, hour: Hour, end: Place): Open[] {
  const rows = file.db.rows(OPEN, hour * PLACES_PER_HOUR, end);
  return rows.map(([place, action, bytes, record]) => ({
    place: Number(place),
    action: Number(action),
    bytes: Number(bytes),
    record: record instanceof Uint8Array ? bufferOf(record) : null,
  }));
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
  const records = entries.map(({ place, record }) => {
    const found = record ?? file.db.blob('SELECT record FROM open_text WHERE id = ?', place);
    if (found === null) throw new DamagedFileError(`entry ${file.idOf(place)} has no text`);
    return found;
  });
  const number = writeBlock(file.db, hour, records.length, packBlock(records));
  for (const [slot, { place }] of entries.entries()) {
    file.db.run('UPDATE entry SET block = ?, slot = ? WHERE id = ?', number, slot, place);
    file.db.run('DELETE FROM open_text WHERE id = ?', place);
  }
}

/** Takes the hour's small mixed blocks apart. Their entries are among the open ones again. */
function unpackSmall(file: SiteFile, blocks: BlockCache, hour: Hour): Open[] {
  const small = file.db.numbers(
    `SELECT number FROM block WHERE hour = ? AND records < ${SMALL} AND size < ${BLOCK_BYTES / 2}`,
    hour,
  );
  return small.flatMap(([number = 0]) => {
    if (blocks.tryGet(file, number) === null) return [];
    const open = entriesOf(file, hour, number).map(({ place, action, slot }) => {
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
    `SELECT DISTINCT e.block, b.hour FROM amendment a JOIN entry e ON e.id = a.id JOIN block b ON b.number = e.block
     LIMIT ${FOLDED}`,
  );
  let folded = 0;
  for (const [number = 0, hour = 0] of amended) {
    if (blocks.tryGet(file, number) === null) continue;
    folded += 1;
    const entries = entriesOf(file, hour, number);
    const records = entries.map(({ place, slot }) => recordOf(file, blocks, number, place, slot));
    deleteBlock(file.db, number);
    const fresh = writeBlock(file.db, hour, records.length, packBlock(records));
    for (const [slot, { place }] of entries.entries()) {
      file.db.run('UPDATE entry SET block = ?, slot = ? WHERE id = ?', fresh, slot, place);
    }
  }
  return folded === FOLDED;
}

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
