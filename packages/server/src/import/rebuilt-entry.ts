/** Frames of an entry whose recorder gave fields instead of texts. */

import { hash } from 'node:crypto';
import type { EntryPlaces, FramePlace } from './entry-place.ts';
import { frameAt, type ImportedFrame, type ImportedLine, skipped } from './format.ts';
import { callFrame, type ErrorParts, errorFrame, resultFrame } from './rebuilt-frame.ts';
import { isObject, type SourceRecord } from './source-record.ts';

export function rebuiltLines(record: SourceRecord, places: EntryPlaces): readonly ImportedLine[] {
  const { line } = record;
  const action = record.text('action');
  if (action === null) return [skipped(line, 'no action')];
  const payload = record.json('payload');
  if (payload?.startsWith('[')) return [skipped(line, 'payload is no object')];
  if (payload === null && record.text('payload') !== null) return [skipped(line, 'payload is no object')];
  const { call } = places;
  const id = record.text('exchange.message_id') ?? digestId(call, action, payload);
  const type = record.text('exchange.outcome') === 'sent' ? 6 : 2;
  const first = rebuilt(line, callFrame(id, action, payload, type), call);
  const rest = record.has('exchange.kind') ? told(record, id, places) : status(record, id, action, places);
  return [first, ...rest];
}

function rebuilt(line: number, frame: string, place: FramePlace): ImportedFrame {
  return frameAt(line, frame, { ...place, rebuilt: true });
}

/** Of the group `exchange`. */
function told(record: SourceRecord, id: string, { call, answer, rejection }: EntryPlaces): ImportedFrame[] {
  const { line } = record;
  const result = record.json('exchange.response_payload');
  const error: ErrorParts = {
    code: record.text('exchange.error_code'),
    description: record.text('exchange.error_description'),
    details: record.json('exchange.error_details'),
  };
  const frames = result === null ? [] : [rebuilt(line, resultFrame(id, result), answer)];
  if (error.code === null) return frames;
  if (result === null) return [rebuilt(line, errorFrame(4, id, error), answer)];
  // OCPP 2.1 Part 4: only there is a CALLRESULTERROR; before, a CALLERROR did its work.
  return [...frames, rebuilt(line, errorFrame(call.version === '2.1' ? 5 : 4, id, error), rejection)];
}

/** Of an answer the log may give nothing but the status of the id tag. */
function status(record: SourceRecord, id: string, action: string, { answer }: EntryPlaces): ImportedFrame[] {
  const given = record.text('response_id_tag_info_status');
  if (given === null) return [];
  const name = isVersion2(record, action) ? 'idTokenInfo' : 'idTagInfo';
  const payload = JSON.stringify({ [name]: { status: given } });
  return [rebuilt(record.line, resultFrame(id, payload), answer)];
}

/** Of Authorize, StartTransaction, StopTransaction and TransactionEvent. */
function isVersion2(record: SourceRecord, action: string): boolean {
  if (action === 'TransactionEvent') return true;
  const payload = record.value('payload');
  return isObject(payload) && Object.hasOwn(payload, 'idToken');
}

/** The same for the same entry, wherever it is read. */
function digestId({ charger, time }: FramePlace, action: string, payload: string | null): string {
  const content = JSON.stringify([charger, time, action, payload]);
  return `log-${hash('sha256', content).slice(0, 16)}`;
}
