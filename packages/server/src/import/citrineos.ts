/** CitrineOS: rows of its table OCPPMessages, as CSV or JSON. Source: the table's model in citrineos-core. */

import { type Direction, opposite } from '@ocpp-logs/core';
import { directionOf } from './entry-place.ts';
import { errorPartsOf } from './error-parts.ts';
import { frameAt, type ImportedLine, type ImportFormat, skipped } from './format.ts';
import { versionOf } from './ocpp-version.ts';
import { callFrame, type ErrorParts, errorFrame, resultFrame } from './rebuilt-frame.ts';
import { recordTime } from './record-time.ts';
import { linesOfRecords, shareOfRecords } from './records.ts';
import { firstJson, firstText, type SourceRecord } from './source-record.ts';
import type { ReadTime } from './timestamp.ts';

const ORIGINS: Readonly<Record<string, Direction>> = { cs: 'station_to_csms', csms: 'csms_to_station' };
const MESSAGES = ['message', 'raw', 'payload'];
/** Newer tables have the identity here, and in `stationId` a number. */
const STATIONS = ['ocppConnectionName', 'stationId'];

/** Of the column `type`; `state` tells requests from responses alone. */
const TYPES: Readonly<Record<string, 2 | 3 | 4>> = {
  '2': 2,
  call: 2,
  request: 2,
  '3': 3,
  callresult: 3,
  response: 3,
  '4': 4,
  callerror: 4,
  error: 4,
};
const NO_PARTS: ErrorParts = { code: null, description: null, details: null };
const STATES: Readonly<Record<string, 2 | 3>> = { '1': 2, '2': 3 };

export const citrineos: ImportFormat = {
  name: 'citrineos',
  title: 'CitrineOS, rows of OCPPMessages (CSV or JSON)',
  example:
    '{"stationId":"CP_1","correlationId":"17","origin":"cs","action":"Heartbeat","message":[2,"17","Heartbeat",{}],"timestamp":"2026-01-31T12:00:00.250Z"}',

  detect(sample) {
    return shareOfRecords(
      sample,
      'stationId, correlationId, origin and message',
      (record) =>
        STATIONS.some((name) => record.has(name)) &&
        record.has('correlationId') &&
        ORIGINS[record.text('origin') ?? ''] !== undefined &&
        MESSAGES.some((name) => record.has(name)),
    );
  },

  read(chunks, options) {
    const readTime = recordTime(options);
    return linesOfRecords(chunks, (record) => [readRow(record, readTime)]);
  },
};

function readRow(record: SourceRecord, readTime: ReadTime): ImportedLine {
  const { line } = record;
  const direction = ORIGINS[record.text('origin') ?? ''];
  if (direction === undefined) return skipped(line, 'origin is neither cs nor csms');
  const stamp = record.text('timestamp');
  const time = stamp === null ? null : readTime(stamp);
  if (time === null) return skipped(line, 'timestamp is no time');
  const told = {
    charger: firstText(record, STATIONS),
    time,
    direction,
    version: versionOf(record.text('protocol')),
  };
  const message = firstJson(record, MESSAGES);
  if (message === null) return skipped(line, 'no message');
  if (message.startsWith('[')) return frameAt(line, message, told);
  const frame = frameOf(record, message, direction);
  return frame === null
    ? skipped(line, 'message is no frame, and no type and correlationId tell what it is')
    : frameAt(line, frame, { ...told, rebuilt: true });
}

function frameOf(record: SourceRecord, payload: string, direction: Direction): string | null {
  const id = record.text('correlationId');
  const action = record.text('action');
  if (id === null) return null;
  switch (typeOf(record, action, direction)) {
    case 2:
      return action === null ? null : callFrame(id, action, payload);
    case 3:
      return resultFrame(id, payload);
    case 4:
      return errorFrame(4, id, errorPartsOf(payload) ?? NO_PARTS);
    default:
      return null;
  }
}

/** Rows of answers bear the action of their call: against its way it is an answer. */
function typeOf(record: SourceRecord, action: string | null, direction: Direction): 2 | 3 | 4 | null {
  const type = TYPES[record.text('type')?.toLowerCase() ?? ''] ?? STATES[record.text('state') ?? ''];
  if (type !== undefined) return type;
  const way = directionOf(null, action);
  if (way === null) return null;
  return way === direction ? 2 : way === opposite(direction) ? 3 : null;
}
