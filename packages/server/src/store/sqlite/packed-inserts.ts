/**
 * Entries that come in bulk and have ended: their texts go into blocks at once, those of an action and day that fill
 * one. What is left stays open until its day is packed.
 */

import type { EntryText } from '@ocpp-logs/core';
import type { EntryChange } from '../store.ts';
import { BLOCK_BYTES, BLOCK_RECORDS, packBlock } from './block.ts';
import { spanOf, writeBlock } from './block-parts.ts';
import type { Place } from './month.ts';
import { dayOfPlace } from './month.ts';
import { RecordPacker } from './record.ts';
import type { EntryRow, SiteFile } from './site-file.ts';

export interface NewEntry {
  readonly place: Place;
  readonly row: EntryRow;
  readonly text: EntryText;
}

interface Packed {
  readonly entry: NewEntry;
  readonly record: Buffer;
  /** null: it stays open. */
  block: number | null;
  slot: number | null;
}

/** A month has at most 31. */
const DAYS = 32;

const packer = new RecordPacker();

/** Whether its texts need not wait for its day to be packed. */
export function isNewAndEnded({ slot, entry }: EntryChange): boolean {
  return slot.id === null && entry.outcome !== 'pending';
}

/** In the open transaction. `entries` come in the order of their places. */
export function insertPacked(file: SiteFile, entries: readonly NewEntry[]): void {
  const packed = entries.map(
    (entry): Packed => ({ entry, record: Buffer.from(packer.pack(entry.text)), block: null, slot: null }),
  );
  const groups = Map.groupBy(packed, ({ entry }) => entry.row.action * DAYS + dayOfPlace(entry.place));
  for (const group of groups.values()) {
    for (const block of wholeBlocks(group)) write(file, block);
  }
  for (const { entry, record, block, slot } of packed) {
    if (block === null) file.insertOpen(entry.place, entry.row, record);
    else file.insertRow(entry.place, entry.row, block, slot);
  }
}

/** What fills no block is in none. */
function* wholeBlocks(group: readonly Packed[]): Generator<readonly Packed[]> {
  let block: Packed[] = [];
  let bytes = 0;
  for (const packed of group) {
    if (block.length > 0 && bytes + packed.record.length > BLOCK_BYTES) {
      yield block;
      block = [];
      bytes = 0;
    }
    block.push(packed);
    bytes += packed.record.length;
    if (block.length < BLOCK_RECORDS) continue;
    yield block;
    block = [];
    bytes = 0;
  }
}

function write(file: SiteFile, block: readonly Packed[]): void {
  const records = block.map(({ record }) => record);
  const span = spanOf(block.map(({ entry }) => entry.place));
  const number = writeBlock(file.db, span, records.length, packBlock(records));
  let slot = 0;
  for (const packed of block) {
    packed.block = number;
    packed.slot = slot;
    slot += 1;
  }
}
