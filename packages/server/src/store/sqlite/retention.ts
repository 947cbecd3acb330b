/** Removes what is older than a site keeps, in bounded batches; nothing of it lingers in blocks or in free pages. */

import { packBlock } from './block.ts';
import type { BlockCache } from './block-cache.ts';
import { deleteBlock, deleteBlocksBefore, type Span, writeBlock } from './block-parts.ts';
import type { Hour, Place } from './month.ts';
import { hourOfPlace } from './month.ts';
import type { SiteFile } from './site-file.ts';

/** Entries removed in one step at most. */
const STEP = 5000;
const NOTHING = new Uint8Array(0);

/** One step, in the open transaction, of what lies before `cut`, which is at a whole hour. True if there may be more. */
export function removeBefore(file: SiteFile, blocks: BlockCache, cut: Place): boolean {
  const first = file.db.numberRow('SELECT min(id) FROM entry WHERE id < ?', cut)?.[0];
  if (first == null) return removeLeftovers(file, cut);
  const rows = file.rows(first, cut, STEP);
  const emptied = new Map<number, Set<number>>();
  for (const { place, row } of rows) {
    file.count(place, row, -1);
    if (row.block === null || row.slot === null) continue;
    const slots = emptied.get(row.block);
    if (slots === undefined) emptied.set(row.block, new Set([row.slot]));
    else slots.add(row.slot);
  }
  const behind = rows.length < STEP ? cut : (rows.at(-1)?.place ?? first) + 1;
  for (const table of ['open_text', 'amendment', 'entry']) {
    file.db.run(`DELETE FROM ${table} WHERE id >= ? AND id < ?`, first, behind);
  }
  deleteBlocksBefore(file.db, hourOfPlace(behind));
  emptySlots(file, blocks, emptied, hourOfPlace(cut));
  return true;
}

/**
 * Writes blocks anew that reach across the cut, without the records that are gone; slots of the others stay as they
 * are. Blocks that end before the cut need none of this: they go whole, with the last of their entries.
 */
function emptySlots(
  file: SiteFile,
  blocks: BlockCache,
  emptied: ReadonlyMap<number, ReadonlySet<number>>,
  cut: Hour,
): void {
  const across = file.db.numbers(
    'SELECT number, last_hour FROM block WHERE number IN (SELECT value FROM json_each(?)) AND last_hour >= ?',
    JSON.stringify([...emptied.keys()]),
    cut,
  );
  for (const [number = 0, lastHour = 0] of across) {
    emptyBlock(file, blocks, number, emptied.get(number) ?? new Set(), { hour: cut, lastHour });
  }
}

/** Writes a block anew without some of its records; one without any goes. */
export function emptyBlock(
  file: SiteFile,
  blocks: BlockCache,
  number: number,
  gone: ReadonlySet<number>,
  span: Span,
): void {
  const block = blocks.tryGet(file, number);
  if (block === null) return;
  const records = Array.from({ length: block.records }, (_, slot) =>
    gone.has(slot) ? NOTHING : block.record(slot),
  );
  blocks.forget(file, number);
  deleteBlock(file.db, number);
  const left = records.filter(({ length }) => length > 0).length;
  if (left > 0) writeBlock(file.db, span, left, packBlock(records), number);
}

function removeLeftovers(file: SiteFile, cut: Place): boolean {
  file.dropped?.removeBefore(hourOfPlace(cut));
  const start = file.startOf(cut);
  return (
    file.db.run(
      'DELETE FROM tx WHERE (charger, name, start) IN (SELECT charger, name, start FROM tx WHERE start < ? LIMIT ?)',
      start,
      STEP,
    ) === STEP
  );
}
