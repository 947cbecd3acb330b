/** Open OCPP Trace 1.1: one record a frame, as lines or as one list. Source: its published JSON Schema. */

import type { Direction } from '@ocpp-logs/core';
import { frameAt, type ImportedLine, type ImportFormat, skipped } from './format.ts';
import { versionOf } from './ocpp-version.ts';
import { callFrame, errorFrame, resultFrame } from './rebuilt-frame.ts';
import { recordTime } from './record-time.ts';
import { linesOfRecords, shareOfRecords } from './records.ts';
import type { SourceRecord } from './source-record.ts';
import type { ReadTime } from './timestamp.ts';

const DIRECTIONS: Readonly<Record<string, Direction>> = {
  'cp-to-csms': 'station_to_csms',
  'csms-to-cp': 'csms_to_station',
};

export const openOcppTrace: ImportFormat = {
  name: 'open-ocpp-trace',
  title: 'Open OCPP Trace 1.1 (JSON array or JSON lines)',
  example:
    '{"schemaVersion":"1.1","timestamp":"2026-01-31T12:00:00Z","chargePointId":"CP_1","direction":"cp-to-csms","raw":"[2,...]"}',

  detect(sample) {
    return shareOfRecords(
      sample,
      'schemaVersion and the direction cp-to-csms or csms-to-cp',
      (record) => record.has('schemaVersion') && DIRECTIONS[record.text('direction') ?? ''] !== undefined,
    );
  },

  read(chunks, options) {
    const readTime = recordTime(options);
    return linesOfRecords(chunks, (record) => [readRecord(record, readTime)]);
  },
};

function readRecord(record: SourceRecord, readTime: ReadTime): ImportedLine {
  const { line } = record;
  if (record.text('transport') === 'soap') return skipped(line, 'SOAP is not read');
  const direction = DIRECTIONS[record.text('direction') ?? ''];
  if (direction === undefined) return skipped(line, 'direction is neither cp-to-csms nor csms-to-cp');
  const stamp = record.text('timestamp');
  const time = stamp === null ? null : readTime(stamp);
  if (time === null) return skipped(line, 'timestamp is no ISO 8601 time');
  const raw = record.text('raw');
  const frame = raw ?? frameOf(record);
  if (frame === null) return skipped(line, 'no raw, and no messageType and messageId to make a frame of');
  return frameAt(line, frame, {
    charger: record.text('chargePointId'),
    time,
    direction,
    version: versionOf(record.text('ocppVersion')),
    rebuilt: raw === null,
  });
}

/** A record without `raw` tells its frame in parts. */
function frameOf(record: SourceRecord): string | null {
  const id = record.text('messageId');
  if (id === null) return null;
  const type = record.text('messageType');
  const action = record.text('action');
  const payload = record.json('payload');
  switch (type) {
    case 'CALL':
    case 'SEND':
      return action === null ? null : callFrame(id, action, payload, type === 'CALL' ? 2 : 6);
    case 'CALLRESULT':
      return resultFrame(id, payload);
    case 'CALLERROR':
    case 'CALLRESULTERROR':
      return record.json('error') === null ? null : traceError(record, id, type === 'CALLERROR' ? 4 : 5);
    default:
      return null;
  }
}

function traceError(record: SourceRecord, id: string, type: 4 | 5): string {
  return errorFrame(type, id, {
    code: record.text('error.code'),
    description: record.text('error.description'),
    details: record.json('error.details'),
  });
}
