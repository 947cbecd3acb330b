/** What is in the files of an engine, whatever compresses it: also in parts that it has merged and not removed. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';

/** Of a block: a checksum, the method, its length with these nine bytes, and the length of what is in it. */
const CHECKSUM = 16;
const HEADER = 9;
const NONE = 0x02;
const LZ4 = 0x82;
const ZSTD = 0x90;

/** Files of a folder and all below it that hold the text. */
export function filesWith(folder: string, text: string): readonly string[] {
  return filesBelow(folder)
    .filter((path) => holds(ifThere(() => readFileSync(path)) ?? Buffer.alloc(0), text))
    .map((path) => path.slice(folder.length + 1));
}

/** A folder at a time: parts are merged, renamed and removed meanwhile. */
function filesBelow(folder: string): readonly string[] {
  const entries = ifThere(() => readdirSync(folder, { withFileTypes: true })) ?? [];
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}

/** undefined: it was removed meanwhile. */
function ifThere<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function holds(bytes: Buffer, text: string): boolean {
  return bytes.includes(text) || Buffer.concat([...blocks(bytes)]).includes(text);
}

/** Of a file that is no sequence of blocks, none. Blocks of numbers have further methods, and hold no text. */
function* blocks(file: Buffer): Generator<Uint8Array> {
  for (let at = 0; at + CHECKSUM + HEADER <= file.length; ) {
    const start = at + CHECKSUM;
    const method = file[start];
    const end = start + file.readUInt32LE(start + 1);
    const length = file.readUInt32LE(start + 5);
    if (end <= start + HEADER || end > file.length) return;
    const packed = file.subarray(start + HEADER, end);
    if (method === NONE) yield packed;
    if (method === LZ4) yield lz4(packed, length);
    if (method === ZSTD) yield zstdDecompressSync(packed);
    at = end;
  }
}

/** https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md */
function lz4(packed: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  let [at, to] = [0, 0];
  const more = (first: number): number => {
    if (first < 15) return first;
    for (let sum = first; ; ) {
      const byte = packed[at++] ?? 0;
      sum += byte;
      if (byte < 255) return sum;
    }
  };
  while (at < packed.length) {
    const token = packed[at++] ?? 0;
    const literals = more(token >> 4);
    out.set(packed.subarray(at, at + literals), to);
    at += literals;
    to += literals;
    if (at >= packed.length) break;
    const back = (packed[at] ?? 0) | ((packed[at + 1] ?? 0) << 8);
    at += 2;
    for (let left = more(token & 15) + 4; left > 0; left--, to++) out[to] = out[to - back] ?? 0;
  }
  return out;
}
