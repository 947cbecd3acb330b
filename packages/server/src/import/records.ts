/** The records of a structured source, JSON or a table, whichever it is. */

import { counted } from '@ocpp-logs/core';
import { carriersOf } from './carriers/chain.ts';
import { closedJson } from './closed-json.ts';
import { csvRowsIn, csvRowsOf } from './csv-rows.ts';
import { type Detection, type ImportedLine, type Sample, skipped } from './format.ts';
import { jsonObject } from './json-object.ts';
import { type JsonRecordText, jsonRecordsOf, RecordCutter } from './json-records.ts';
import { linesOf } from './lines.ts';
import { peek, SAMPLE_BYTES } from './peek.ts';
import type { RecordOrNot, SourceRecord } from './source-record.ts';
import { TableHeader, tableRow } from './table-row.ts';

const NO_OBJECT = 'no JSON object';

/** In batches. */
export async function* recordsOf(chunks: AsyncIterable<Uint8Array>): AsyncIterable<readonly RecordOrNot[]> {
  const { head, all } = await peek(chunks, SAMPLE_BYTES);
  const text = new TextDecoder().decode(head);
  const carried = carriersOf(text.split('\n')).length > 0;
  if (!carried && !isJson(text)) {
    yield* tableRecordsOf(all);
    return;
  }
  for await (const records of carried ? carriedRecordsOf(all) : jsonRecordsOf(all))
    yield records.map(readJson);
}

/** What each record says. */
export async function* linesOfRecords(
  chunks: AsyncIterable<Uint8Array>,
  read: (record: SourceRecord) => readonly ImportedLine[],
): AsyncIterable<readonly ImportedLine[]> {
  for await (const records of recordsOf(chunks)) {
    yield records.flatMap((record) =>
      'unreadable' in record ? [skipped(record.line, record.unreadable)] : read(record),
    );
  }
}

async function* carriedRecordsOf(
  chunks: AsyncIterable<Uint8Array>,
): AsyncIterable<readonly JsonRecordText[]> {
  const cutter = new RecordCutter();
  for await (const lines of linesOf(chunks)) {
    yield lines.flatMap(({ number, text, reason }) =>
      text === null
        ? { line: number, text, reason, around: '' }
        : cutter.pushLine(number, Buffer.from(`${text}\n`)),
    );
  }
  yield cutter.end();
}

async function* tableRecordsOf(chunks: AsyncIterable<Uint8Array>): AsyncIterable<readonly RecordOrNot[]> {
  let header: TableHeader | null = null;
  for await (const rows of csvRowsOf(chunks)) {
    const records: RecordOrNot[] = [];
    for (const row of rows) {
      if (header !== null) records.push(tableRow(header, row));
      else if (row.cells === null) records.push({ line: row.line, unreadable: row.reason });
      else header = new TableHeader(row.cells);
    }
    yield records;
  }
}

function readJson({ line, text, reason, around }: JsonRecordText): RecordOrNot {
  if (text === null) return { line, unreadable: reason };
  return jsonObject(line, text, around) ?? { line, unreadable: NO_OBJECT };
}

/** JSON, or lines with JSON behind something; rows of a table hold it too, but none begins with it. */
function isJson(text: string): boolean {
  if (/^[\s\ufeff\u001b]*[[{]/.test(text)) return true;
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const begins = lines.some((line) => /^\s*\{/.test(line)) || lines[0]?.includes('{"') === true;
  return begins && lines.filter((line) => jsonIn(`${line}\n`).length > 0).length * 2 > lines.length;
}

function jsonIn(text: string): readonly SourceRecord[] {
  const cutter = new RecordCutter();
  return [...cutter.push(Buffer.from(text)), ...cutter.end()].flatMap((record) => {
    const read = readJson(record);
    return 'unreadable' in read ? [] : [read];
  });
}

const SAMPLED = new WeakMap<Sample, readonly SourceRecord[]>();

/** Those at the beginning of a source that can be read. */
export function recordsIn(sample: Sample): readonly SourceRecord[] {
  const known = SAMPLED.get(sample);
  if (known !== undefined) return known;
  const records = recordsInText(sample.carriers.length > 0 ? sample.lines.join('\n') : sample.text);
  SAMPLED.set(sample, records);
  return records;
}

function recordsInText(text: string): readonly SourceRecord[] {
  if (isJson(text)) {
    const whole = jsonIn(text);
    return whole.length > 0 ? whole : jsonIn(closedJson(text));
  }
  const [first, ...rows] = csvRowsIn(text);
  if (first === undefined || first.cells === null) return [];
  const header = new TableHeader(first.cells);
  return rows.flatMap((row) => {
    const record = tableRow(header, row);
    return 'unreadable' in record ? [] : [record];
  });
}

/** Which share of a source's first records fits, as a detection. */
export function shareOfRecords(
  sample: Sample,
  what: string,
  fits: (record: SourceRecord) => boolean,
): Detection {
  const records = recordsIn(sample);
  const fitting = records.filter(fits).length;
  const confidence = records.length === 0 ? 0 : fitting / records.length;
  return {
    confidence,
    evidence: `${fitting} of the first ${counted(records.length, 'record')} ${fitting === 1 ? 'has' : 'have'} ${what}`,
  };
}
