/**
 * Blocks on the disk: whole parts, four of which fill a page, and a tail in the block's own row. As they are,
 * blocks of 3 to 6 kB would leave a quarter of every page empty.
 */

import { Block, type PackedBlock } from './block.ts';
import type { Hour } from './month.ts';
import { RecordError } from './record.ts';
import { bufferOf, type Connection } from './sql.ts';

/** With row id and lengths four of them fill a page of 4096 bytes. */
const PART_BYTES = 1008;
/** Ids of a block's parts are its number times this, and on. */
export const PARTS = 65_536;

/** Returns the number of the new block. */
export function writeBlock(
  db: Connection,
  hour: Hour,
  records: number,
  { size, bytes }: PackedBlock,
): number {
  const whole = Math.floor(bytes.length / PART_BYTES);
  if (whole > PARTS) throw new RangeError(`a block of ${bytes.length} packed bytes`);
  const sql = 'INSERT INTO block (hour, records, size, tail) VALUES (?, ?, ?, ?) RETURNING number';
  const number = db.number(sql, hour, records, size, bytes.subarray(whole * PART_BYTES));
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

export function deleteBlocksOf(db: Connection, hour: Hour): void {
  for (const [number = 0] of db.numbers('SELECT number FROM block WHERE hour = ?', hour))
    deleteBlock(db, number);
}
