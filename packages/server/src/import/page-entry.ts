/** Entries of an OCPP log as its API and its exports give them, back to the frames they were made of. */

import { connectionLine } from './connection-entry.ts';
import { placeOf } from './entry-place.ts';
import { frameAt, type ImportedLine, skipped } from './format.ts';
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
  const { call, answer, rejection } = placeOf(record, time, readTime);
  const raw = rawTexts(record);
  const at = (text: RawText | null, place: typeof call): readonly ImportedLine[] => {
    if (text === null) return [];
    return ['unreadable' in text ? skipped(line, text.unreadable) : frameAt(line, text.text, place)];
  };
  if (raw.request !== null && kind === 'exchange')
    return [...at(raw.request, call), ...at(raw.answer, answer), ...at(raw.rejection, rejection)];
  if (kind === 'exchange') return rebuiltLines(record, { call, answer, rejection });
  return raw.request === null
    ? [skipped(line, `an entry of kind ${kind} without its text (raw)`)]
    : at(raw.request, call);
}
