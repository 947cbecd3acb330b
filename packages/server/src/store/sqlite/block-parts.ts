/**
 * Blocks on the disk: whole parts, four of which fill a page, and a tail in the block's own row. As they are,
 * blocks of 3 to 6 kB would leave a quarter of every page empty.
 */

import { Block, type PackedBlock } from './block.ts';
import type { Hour, Place } from './month.ts';
import { hourOfPlace } from './month.ts';
import { RecordError } from './record.ts';
import { bufferOf, type Connection } from './sql.ts';

/** With row id and lengths four of them fill a page of 4096 bytes. */
const PART_BYTES = 1008;
/** Ids of a block's parts are its number times this, and on. */
export const PARTS = 65_536;

/** Hours between which the entries of a block lie, both included. */
export interface Span {
  readonly hour: Hour;
  readonly lastHour: Hour;
}

export function spanOf(places: readonly Place[]): Span {
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  for (const place of places) {
    if (place < first) first = place;
    if (place > last) last = place;
  }
  return { hour: hourOfPlace(first), lastHour: hourOfPlace(last) };
}

/** Returns its number: a new one, unless it takes the place of one that was deleted. */
export function writeBlock(
  db: Connection,
  { hour, lastHour }: Span,
  records: number,
  { size, bytes }: PackedBlock,
  given: number | null = null,
): number {
  const whole = Math.floor(bytes.length / PART_BYTES);
  if (whole > PARTS) throw new RangeError(`a block of ${bytes.length} packed bytes`);
  const sql = 'INSERT INTO block VALUES (?, ?, ?, ?, ?, ?) RETURNING number';
  const tail = bytes.subarray(whole * PART_BYTES);
  const number = db.number(sql, given, hour, lastHour, records, size, tail);
  for (let part = 0; part < whole; part++) {
    const from = part * PART_BYTES;
    db.run(
      'INSERT INTO block_part VALUES (?, ?)',
      number * PARTS + part,
      bytes.subarray(from, from + PART_BYTES),
    );
  }
  return number;
}

export function readBlock(db: Connection, number: number): Block {
  const [size, tail] = db.rows('SELECT size, tail FROM block WHERE number = ?', number)[0] ?? [];
  if (typeof size !== 'number' || !(tail instanceof Uint8Array)) {
    throw new RecordError(`block ${number} is missing`);
  }
  const parts = db.rows(
    'SELECT bytes FROM block_part WHERE id >= ? AND id < ?',
    number * PARTS,
    (number + 1) * PARTS,
  );
  if (parts.length === 0) return new Block(size, bufferOf(tail));
  const bytes = parts.flatMap(([part]) => (part instanceof Uint8Array ? [part] : []));
  return new Block(size, Buffer.concat([...bytes, tail]));
}

export function deleteBlock(db: Connection, number: number): void {
  db.run('DELETE FROM block_part WHERE id >= ? AND id < ?', number * PARTS, (number + 1) * PARTS);
  db.run('DELETE FROM block WHERE number = ?', number);
}

/** Those all of whose entries lie before an hour. */
export function deleteBlocksBefore(db: Connection, hour: Hour): void {
  const gone = db.numbers('SELECT number FROM block WHERE hour < ? AND last_hour < ?', hour, hour);
  for (const [number = 0] of gone) deleteBlock(db, number);
}
