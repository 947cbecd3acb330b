/** Text as a source for tests, cut into chunks of any size. */

import type { ImportedLine, ImportFormat, ReadOptions } from './format.ts';

export async function* chunksOf(content: string | Uint8Array, size = 7): AsyncIterable<Uint8Array> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export async function readAll(
  format: ImportFormat,
  content: string | Uint8Array,
  options: Partial<ReadOptions> = {},
): Promise<ImportedLine[]> {
  const batches = format.read(chunksOf(content), { timeZone: null, date: null, ...options });
  return (await Array.fromAsync(batches)).flat();
}
