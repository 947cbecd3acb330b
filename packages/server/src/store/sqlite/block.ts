/** Texts of neighbouring entries, packed together: their number, their lengths, their records, as one zstd frame. */

import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { putVarint, RecordError, VarintReader } from './record.ts';

export const BLOCK_RECORDS = 64;
export const BLOCK_BYTES = 256 * 1024;
/** A single record over {@link BLOCK_BYTES} has a block of its own; no record is larger than this. */
const UNPACKED_MAX = 64 * 1024 * 1024;
/** An output buffer that is filled to its last byte makes zlib ask for another. */
const SLACK = 64;

const PACKING = { params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 } };

export interface PackedBlock {
  /** Bytes before compression. */
  readonly size: number;
  readonly bytes: Uint8Array;
}

export function packBlock(records: readonly Uint8Array[]): PackedBlock {
  let size = 5 * (records.length + 1);
  for (const record of records) size += record.length;
  const unpacked = Buffer.allocUnsafe(size);
  let at = putVarint(unpacked, 0, records.length);
  for (const record of records) at = putVarint(unpacked, at, record.length);
  for (const record of records) {
    unpacked.set(record, at);
    at += record.length;
  }
  return {
    size: at,
    bytes: zstdCompressSync(unpacked.subarray(0, at), { ...PACKING, chunkSize: at + SLACK }),
  };
}

/** The records of one block by their slots. */
export class Block {
  readonly bytes: Buffer;
  /** Slot n lies from `bounds[n]` to `bounds[n + 1]`. */
  readonly #bounds: readonly number[];

  constructor(size: number, packed: Uint8Array) {
    if (size > UNPACKED_MAX) throw new RecordError(`block says it has ${size} bytes`);
    this.bytes = unpack(size, packed);
    if (this.bytes.length !== size) {
      throw new RecordError(`block of ${size} bytes unpacks to ${this.bytes.length}`);
    }
    const reader = new VarintReader(this.bytes, 0);
    const records = reader.next();
    const bounds: number[] = [0];
    let end = 0;
    for (let slot = 0; slot < records; slot++) {
      end += reader.next();
      bounds.push(end);
    }
    this.#bounds = bounds.map((bound) => bound + reader.at);
    if (end + reader.at !== size) throw new RecordError('lengths of a block do not add up to its bytes');
  }

  get records(): number {
    return this.#bounds.length - 1;
  }

  start(slot: number): number {
    return this.#bound(slot);
  }

  end(slot: number): number {
    return this.#bound(slot + 1);
  }

  record(slot: number): Buffer {
    return this.bytes.subarray(this.start(slot), this.end(slot));
  }

  #bound(slot: number): number {
    const bound = this.#bounds[slot];
    if (bound === undefined) throw new RecordError(`block of ${this.records} records has no slot ${slot}`);
    return bound;
  }
}

function unpack(size: number, packed: Uint8Array): Buffer {
  try {
    return zstdDecompressSync(packed, { chunkSize: size + SLACK, maxOutputLength: UNPACKED_MAX });
  } catch (error) {
    throw new RecordError(`block does not unpack: ${error instanceof Error ? error.message : String(error)}`);
  }
}
