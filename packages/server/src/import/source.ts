/** Where an import reads from: a file, packed or not, or a pipe. */

import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import type { Sample } from './format.ts';
import { withoutColours } from './lines.ts';

const SAMPLE_BYTES = 64 * 1024;
const GZIP = [0x1f, 0x8b];
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd];

export interface Source {
  readonly sample: Sample;
  /** From the beginning, unpacked; can be read once. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** `-` is the given input. */
export async function openSource(path: string, input: Readable): Promise<Source> {
  return sourceOf(path === '-' ? input : createReadStream(path));
}

/** `stored` is packed or not. */
export async function sourceOf(stored: AsyncIterable<Uint8Array>): Promise<Source> {
  const { head, all } = await peek(unpack(await peek(stored, ZSTD.length)), SAMPLE_BYTES);
  return { sample: sampleOf(head), chunks: all };
}

/** Closes a source whose sample was all that was wanted. */
export async function discard({ chunks }: Source): Promise<void> {
  for await (const _ of chunks) break;
}

interface Peeked {
  readonly head: Uint8Array;
  readonly all: AsyncIterable<Uint8Array>;
}

/**
 * Reads at least `bytes`, or all there is, and gives everything back. What breaks off before that is no error yet:
 * whoever reads it all meets it where it is.
 */
async function peek(chunks: AsyncIterable<Uint8Array>, bytes: number): Promise<Peeked> {
  const iterator = chunks[Symbol.asyncIterator]();
  const read: Uint8Array[] = [];
  let length = 0;
  let failure: unknown = null;
  while (length < bytes) {
    try {
      const { done, value } = await iterator.next();
      if (done === true) break;
      read.push(value);
      length += value.length;
    } catch (error) {
      if (length === 0) throw error;
      failure = error;
      break;
    }
  }
  async function* all(): AsyncIterable<Uint8Array> {
    try {
      yield* read;
      if (failure !== null) throw failure;
      yield* { [Symbol.asyncIterator]: () => iterator };
    } finally {
      await iterator.return?.();
    }
  }
  return { head: Buffer.concat(read).subarray(0, Math.max(bytes, 1)), all: all() };
}

function unpack({ head, all }: Peeked): AsyncIterable<Uint8Array> {
  const begins = (magic: readonly number[]) => magic.every((byte, at) => head[at] === byte);
  const unpacker = begins(GZIP) ? createGunzip() : begins(ZSTD) ? createZstdDecompress() : null;
  if (unpacker === null) return all;
  // An error of either ends the unpacker with it, and its reader sees it.
  pipeline(Readable.from(all), unpacker, () => undefined);
  return toTheBreak(unpacker);
}

/** A stream that fails ends its iteration at once, whatever it still holds. */
async function* toTheBreak(stream: Readable): AsyncIterable<Uint8Array> {
  try {
    yield* stream;
  } catch (error) {
    for (let rest: Uint8Array | null = stream.read(); rest !== null; rest = stream.read()) yield rest;
    throw error;
  }
}

export function sampleOf(bytes: Uint8Array): Sample {
  const text = withoutColours(new TextDecoder().decode(bytes));
  const lines = text.split(/\r?\n/);
  // The last line may be cut off by the sample's end.
  if (lines.length > 1 && bytes.length >= SAMPLE_BYTES) lines.pop();
  return { bytes, text, lines: lines.filter((line) => line.trim() !== '') };
}

/** The first two characters that are no blanks, and everything from the beginning. */
export async function startOf(
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ readonly first: string; readonly second: string; readonly all: AsyncIterable<Uint8Array> }> {
  const { head, all } = await peek(chunks, SAMPLE_BYTES);
  const [first = '', second = ''] = new TextDecoder().decode(head).replace(/\s/g, '');
  return { first, second, all };
}
