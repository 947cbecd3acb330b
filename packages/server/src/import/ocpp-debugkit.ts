/** OCPP DebugKit: events as lines, or as the list of a trace that names the station. Source: its trace format 1.0. */

import type { Direction } from '@ocpp-logs/core';
import { frameAt, type ImportedLine, type ImportFormat, skipped } from './format.ts';
import { readHead } from './frame-head.ts';
import { jsonObject } from './json-object.ts';
import { versionOf } from './ocpp-version.ts';
import { recordTime } from './record-time.ts';
import { linesOfRecords, shareOfRecords } from './records.ts';
import type { SourceRecord } from './source-record.ts';
import type { ReadTime } from './timestamp.ts';

const DIRECTIONS: ReadonlyMap<string, Direction | null> = new Map([
  ['CS_TO_CSMS', 'station_to_csms'],
  ['CSMS_TO_CS', 'csms_to_station'],
  ['UNKNOWN', null],
]);

export const ocppDebugkit: ImportFormat = {
  name: 'ocpp-debugkit',
  title: 'OCPP DebugKit (JSON trace or JSON lines)',
  example:
    '{"timestamp":"2026-01-31T12:00:00.250Z","direction":"CS_TO_CSMS","message":[2,"17","Heartbeat",{}]}',

  detect(sample) {
    return shareOfRecords(
      sample,
      'a message that is a frame, and the direction CS_TO_CSMS or CSMS_TO_CS',
      (record) =>
        DIRECTIONS.has(record.text('direction') ?? '') && readHead(record.json('message') ?? '') !== null,
    );
  },

  read(chunks, options) {
    const readTime = recordTime(options);
    const traceOf = latestTrace();
    return linesOfRecords(chunks, (record) => [readEvent(record, traceOf(record.around), readTime)]);
  },
};

function readEvent(record: SourceRecord, trace: SourceRecord | null, readTime: ReadTime): ImportedLine {
  const frame = record.json('message');
  if (!frame?.startsWith('[')) return skipped(record.line, 'message is no frame');
  const stamp = record.text('timestamp');
  const time = stamp === null ? null : readTime(stamp);
  if (stamp !== null && time === null) return skipped(record.line, 'timestamp is no time');
  const station = record.text('stationId') ?? trace?.text('metadata.stationId') ?? null;
  return frameAt(record.line, frame, {
    // What the toolkit writes where it knows none.
    charger: station === 'unknown' ? null : station,
    time,
    direction: DIRECTIONS.get(record.text('direction') ?? '') ?? null,
    version: versionOf(trace?.text('metadata.ocppVersion') ?? null),
  });
}

/** The object around a list is the same for all its records. */
function latestTrace(): (around: string) => SourceRecord | null {
  let known = '';
  let trace: SourceRecord | null = null;
  return (around) => {
    if (around !== known) {
      known = around;
      trace = jsonObject(0, around);
    }
    return trace;
  };
}
