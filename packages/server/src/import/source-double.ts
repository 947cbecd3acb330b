/** Text as a source for tests, cut into chunks of any size; logs in the shape of each format. */

import { readFileSync } from 'node:fs';
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

export function fixture(name: string): Buffer {
  return readFileSync(new URL(`./fixtures/${name}`, import.meta.url));
}

/** Line, charger, time, direction or way, text; of what is skipped line and reason. */
export function rows(lines: readonly ImportedLine[]): readonly (readonly (string | number | null)[])[] {
  return lines.map((line) => {
    if (line.kind === 'skipped') return [line.line, line.reason];
    if (line.kind === 'event') return [line.line, line.charger, line.time, JSON.stringify(line.event)];
    return [line.line, line.charger, line.time, line.direction ?? line.way, line.frame];
  });
}
