/** Entries of an OCPP log as its API and its exports give them, back to the frames they were made of. */

import { connectionLine } from './connection-entry.ts';
import { placesOf } from './entry-place.ts';
import { frameAt, type ImportedFrame, type ImportedLine, skipped } from './format.ts';
import { jsonObject } from './json-object.ts';
import { type RawText, rawTexts } from './raw-texts.ts';
import { rebuiltLines } from './rebuilt-entry.ts';
import { zonedTime } from './record-time.ts';
import type { SourceRecord } from './source-record.ts';
import type { ReadTime } from './timestamp.ts';

/** `text` is the JSON of one entry, as the API gives it, on `line` of its source. */
export function entryLines(line: number, text: string): readonly ImportedLine[] {
  const record = jsonObject(line, text);
  return record === null ? [skipped(line, 'no JSON object')] : recordLines(record, zonedTime);
}

/** The same for an entry that came as an object or as a row. */
export function recordLines(record: SourceRecord, readTime: ReadTime): readonly ImportedLine[] {
  const { line } = record;
  const kind = record.text('exchange.kind') ?? 'exchange';
  if (kind === 'gap' || kind === 'setting') return [skipped(line, `a ${kind} entry of another recorder`)];
  const stamp = record.text('occurrence_time');
  const time = stamp === null ? null : readTime(stamp);
  if (time === null) return [skipped(line, 'occurrence_time is no ISO 8601 time')];
  if (kind === 'connection') return [connectionLine(record, time)];
  const places = placesOf(record, time, readTime);
  const raw = rawTexts(record);
  if (kind === 'exchange') {
    if (raw.request === null) return rebuiltLines(record, places);
    // Compared by what it says where nobody told when it came.
    const rebuilt = places.answer.time === time && !places.answer.timed;
    return [
      ...rawLine(line, raw.request, places.call),
      ...rawLine(line, raw.answer, { ...places.answer, rebuilt }),
      ...rawLine(line, raw.rejection, { ...places.rejection, rebuilt }),
    ];
  }
  if (raw.request === null) return [skipped(line, `an entry of kind ${kind} without its text (raw)`)];
  return rawLine(line, raw.request, places.call);
}

function rawLine(line: number, raw: RawText | null, told: Partial<ImportedFrame>): readonly ImportedLine[] {
  if (raw === null) return [];
  return ['unreadable' in raw ? skipped(line, raw.unreadable) : frameAt(line, raw.text, told)];
}
