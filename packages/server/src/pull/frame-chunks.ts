/**
 * Entries of the other server to chunks of the ingest route. All of one millisecond is in one chunk: of equal frames
 * the store knows as many as it holds, so the second half of them would be taken for what is stored already.
 */

import type { ImportedEvent, ImportedFrame } from '../import/format.ts';
import { readHead } from '../import/frame-head.ts';
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
    if (line.kind !== 'skipped' && line.charger !== null) return rowOf(completed(line), NOTHING_TOLD).text;
    const reason = line.kind === 'skipped' ? line.reason : 'no charger_id';
    skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
    return [];
  });
}

/**
 * What published pages leave open. The direction of actions that go both ways, such as DataTransfer: leaving them out
 * would lose them, so they are taken as what is usual, a call of the station. And when an answer came, or whether:
 * without times nothing is taken for a time-out.
 */
function completed(line: ImportedFrame | ImportedEvent) {
  if (line.kind === 'event') return line;
  const type = readHead(line.frame)?.type ?? 2;
  const usual = type === 2 || type === 6 ? ('station_to_csms' as const) : ('csms_to_station' as const);
  const published = line.rebuilt && line.connection === null;
  return { ...line, direction: line.direction ?? usual, timed: line.timed && !published };
}
