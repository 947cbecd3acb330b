/**
 * Entries of the other server to chunks of the ingest route. All of one millisecond is in one chunk: of equal frames
 * the store knows as many as it holds, so the second half of them would be taken for what is stored already.
 */

import type { DirectedFrame } from '../import/direction-finder.ts';
import type { ImportedEvent, ImportedLine } from '../import/format.ts';
import { rowOf } from '../import/import-row.ts';
import type { ImportOptions } from '../import/options.ts';
import { entryLines } from '../import/page-entry.ts';
import type { ChunkBounds } from '../import/sink.ts';
import type { RemoteEntry } from './remote.ts';

/** A page tells everything that an import has to be told. */
const NOTHING_TOLD: ImportOptions = {
  format: null,
  charger: null,
  start: null,
  version: null,
  seenFrom: null,
  timeZone: null,
  date: null,
};
/** Of the ingest route, whatever the sink would rather have. */
const LINES_MAX = 10_000;

export interface FrameChunks {
  /** NDJSON bodies, to be ingested in this order. */
  readonly bodies: Iterable<Uint8Array>;
  /** By reason: parts of entries that are no frame or event. Complete once the bodies were taken. */
  readonly skipped: ReadonlyMap<string, number>;
}

export function frameChunks(entries: readonly RemoteEntry[], bounds: ChunkBounds): FrameChunks {
  const skipped = new Map<string, number>();
  return { bodies: bodiesOf(entries, bounds, skipped), skipped };
}

function* bodiesOf(
  entries: readonly RemoteEntry[],
  bounds: ChunkBounds,
  skipped: Map<string, number>,
): Iterable<Uint8Array> {
  let chunk: string[] = [];
  let length = 0;
  for (const moment of byMillisecond(entries)) {
    const texts = moment.flatMap((entry) => linesOf(entry, skipped));
    const more = texts.reduce((sum, text) => sum + text.length + 1, 0);
    const full = chunk.length + texts.length > bounds.lines || length + more > bounds.bytes;
    if (full && chunk.length > 0) {
      yield bodyOf(chunk);
      chunk = [];
      length = 0;
    }
    chunk.push(...texts);
    length += more;
    for (; chunk.length > LINES_MAX; chunk = chunk.slice(LINES_MAX)) yield bodyOf(chunk.slice(0, LINES_MAX));
  }
  if (chunk.length > 0) yield bodyOf(chunk);
}

function bodyOf(lines: readonly string[]): Uint8Array {
  return Buffer.from(lines.join('\n'));
}

function byMillisecond(entries: readonly RemoteEntry[]): readonly (readonly RemoteEntry[])[] {
  const moments: RemoteEntry[][] = [];
  let at: number | null = null;
  for (const entry of [...entries].sort((a, b) => a.at - b.at)) {
    if (entry.at === at) moments.at(-1)?.push(entry);
    else moments.push([entry]);
    at = entry.at;
  }
  return moments;
}

function linesOf(entry: RemoteEntry, skipped: Map<string, number>): readonly string[] {
  return entryLines(1, entry.text).flatMap((line) => {
    const row = complete(line);
    if (typeof row !== 'string') return rowOf(row, NOTHING_TOLD).text;
    skipped.set(row, (skipped.get(row) ?? 0) + 1);
    return [];
  });
}

/** The line itself where it can be stored, otherwise why it cannot. */
function complete(line: ImportedLine): DirectedFrame | ImportedEvent | string {
  if (line.kind === 'skipped') return line.reason;
  if (line.charger === null) return 'no charger_id';
  if (line.kind === 'event') return line;
  const { direction } = line;
  return direction === null ? 'no direction' : { ...line, direction };
}
