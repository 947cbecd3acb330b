/** Takes a source out of its gzip or zstd packing; several packed parts one after the other are one source. */

import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Peeked } from './peek.ts';
import type { UnpackedBudget } from './unpacked-budget.ts';
import { unzstd } from './zstd.ts';

const GZIP = [0x1f, 0x8b];
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd];
/** Of zstd: a frame that holds nothing, 0x184d2a50 to 5f. */
const SKIPPABLE = [0x2a, 0x4d, 0x18];

/** Bytes that tell a packing. */
export const PACKING_BYTES = ZSTD.length;

/** `budget` bounds what comes out of a packing; null: nothing does. */
export function unpacked(
  { head, all }: Peeked,
  budget: UnpackedBudget | null = null,
): AsyncIterable<Uint8Array> {
  const bounded = (chunks: AsyncIterable<Uint8Array>) => budget?.of(chunks) ?? chunks;
  const begins = (magic: readonly number[], from = 0) => magic.every((byte, at) => head[from + at] === byte);
  if (begins(GZIP)) return bounded(gunzip(all));
  const skippable = begins(SKIPPABLE, 1) && ((head[0] ?? 0) & 0xf0) === 0x50;
  return begins(ZSTD) || skippable ? bounded(unzstd(all)) : all;
}

async function* gunzip(packed: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const unpacker = createGunzip();
  // An error of either ends the unpacker with it, and its reader sees it.
  pipeline(Readable.from(packed), unpacker, () => undefined);
  try {
    yield* unpacker;
  } catch (error) {
    // A stream that fails ends its iteration at once, whatever it still holds.
    for (let rest: Uint8Array | null = unpacker.read(); rest !== null; rest = unpacker.read()) yield rest;
    throw error;
  }
}
