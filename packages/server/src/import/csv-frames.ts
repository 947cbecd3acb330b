/** Any table with a column of frames. */

import { counted } from '@ocpp-logs/core';
import { type CsvColumns, csvColumnsOf, isFrame, isSplitFrame } from './csv-columns.ts';
import { type CsvRow, csvRowsIn, csvRowsOf } from './csv-rows.ts';
import { directionTold } from './direction-words.ts';
import { frameAt, type ImportedLine, type ImportFormat, type Sample, skipped } from './format.ts';
import { endOfArray } from './frame-head.ts';
import { unwrapped } from './hard-wrap.ts';
import { versionOf } from './ocpp-version.ts';
import { recordTime } from './record-time.ts';
import { cellText } from './table-row.ts';
import type { ReadTime } from './timestamp.ts';

/** Rows by which columns are told. */
const LOOKED_AT = 1000;
const SHOWN_MAX = 40;

export const csvFrames: ImportFormat = {
  name: 'csv-frames',
  title: 'a CSV with a column of frames',
  example: '2026-01-31T12:00:00.250Z,CP_1,"[2,""17"",""Heartbeat"",{}]"',

  detect(sample) {
    const rows = firstRows(sample);
    const columns = csvColumnsOf(rows);
    if (columns === null) return { confidence: 0, evidence: 'no column of a table holds frames' };
    const body = columns.names === null ? rows : rows.slice(1);
    const frames = body.filter(({ cells }) => isFrame(cells?.[columns.frame] ?? '')).length;
    return {
      confidence: frames / body.length,
      evidence: `${frames} of the first ${counted(body.length, 'row')} ${frames === 1 ? 'has' : 'have'} a frame in ${columnsText(columns)}`,
    };
  },

  async *read(chunks, options) {
    const readTime = recordTime(options);
    let columns: CsvColumns | null = null;
    let waiting: CsvRow[] = [];
    for await (const rows of csvRowsOf(chunks)) {
      if (columns === null) {
        waiting.push(...rows);
        if (waiting.length < LOOKED_AT) continue;
        columns = csvColumnsOf(waiting.slice(0, LOOKED_AT)) ?? NO_COLUMNS;
        yield readRows(waiting.slice(columns.names === null ? 0 : 1), columns, readTime);
        waiting = [];
      } else yield readRows(rows, columns, readTime);
    }
    if (columns !== null) return;
    columns = csvColumnsOf(waiting) ?? NO_COLUMNS;
    yield readRows(waiting.slice(columns.names === null ? 0 : 1), columns, readTime);
  },
};

const NO_COLUMNS: CsvColumns = {
  names: null,
  frame: -1,
  time: -1,
  charger: -1,
  direction: -1,
  party: 'sender',
  connection: -1,
  version: -1,
};

function firstRows({ text }: Sample): readonly CsvRow[] {
  // JSON is no table, and a list of frames looks like one.
  if (/^[\s\ufeff]*[[{]/.test(text)) return [];
  const rows = csvRowsIn(text).slice(0, LOOKED_AT);
  return rows.at(-1)?.cells === null ? rows.slice(0, -1) : rows;
}

function columnsText(columns: CsvColumns): string {
  const name = (place: number) => columns.names?.[place]?.slice(0, SHOWN_MAX) ?? `${place + 1}`;
  const told = (what: string, place: number) => (place < 0 ? [] : [`${what} in ${name(place)}`]);
  return [
    `column ${name(columns.frame)}`,
    ...told('times', columns.time),
    ...told('stations', columns.charger),
    ...told('directions', columns.direction),
  ].join(', ');
}

function readRows(rows: readonly CsvRow[], columns: CsvColumns, readTime: ReadTime): readonly ImportedLine[] {
  return rows.map((row) => readRow(row, columns, readTime));
}

function readRow(row: CsvRow, columns: CsvColumns, readTime: ReadTime): ImportedLine {
  const { line, cells, reason } = row;
  if (cells === null) return skipped(line, reason);
  const at = (place: number) => cellText(cells[place]?.replace(/\r?\n/g, ''));
  const frame = frameOf(row, cellText(cells[columns.frame]));
  if (frame === null) return skipped(line, 'no frame');
  const stamp = at(columns.time);
  const time = stamp === null ? null : readTime(stamp.trim());
  if (columns.time >= 0 && time === null) return skipped(line, 'the time is none of the calendar');
  return frameAt(line, frame, {
    time,
    charger: at(columns.charger)?.trim() ?? null,
    connection: at(columns.connection),
    version: versionOf(at(columns.version)),
    ...directionTold(at(columns.direction) ?? '', columns.party),
  });
}

function frameOf(row: CsvRow, cell: string | null): string | null {
  if (cell === null || !cell.trimStart().startsWith('[')) return null;
  if (!isSplitFrame(cell)) return cell.includes('\n') ? unwrapped(cell.trim()) : cell.trim();
  const text = row.text();
  const start = text.search(/\[\s*[2-6]\s*,/);
  return start < 0 ? null : text.slice(start, endOfArray(text, start));
}
