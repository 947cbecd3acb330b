/** Open OCPP Trace 1.1: one record a frame, as lines or as one array. Source: its published JSON Schema. */

import { type Direction, memberSpan, OCPP_VERSIONS, type OcppVersion } from '@ocpp-logs/core';
import { frameAt, type ImportedLine, type ImportFormat, share, skipped } from './format.ts';
import { elementsOf } from './json-elements.ts';
import { linesOf, type SourceLine } from './lines.ts';
import { startOf } from './source.ts';
import { timestampReader } from './timestamp.ts';

const DIRECTIONS: Readonly<Record<string, Direction>> = {
  'cp-to-csms': 'station_to_csms',
  'csms-to-cp': 'csms_to_station',
};

const TYPES: Readonly<Record<string, number>> = {
  CALL: 2,
  CALLRESULT: 3,
  CALLERROR: 4,
  CALLRESULTERROR: 5,
  SEND: 6,
};

type TraceRecord = Readonly<Record<string, unknown>>;
type ReadTime = (text: string) => string | null;

export const openOcppTrace: ImportFormat = {
  name: 'open-ocpp-trace',
  title: 'Open OCPP Trace 1.1 (JSON array or JSON lines)',
  example:
    '{"schemaVersion":"1.1","timestamp":"2026-01-31T12:00:00Z","chargePointId":"CP_1","direction":"cp-to-csms","raw":"[2,...]"}',

  detect({ text, lines }) {
    const first = /^\s*\[\s*(\{)/.exec(text);
    if (first !== null) {
      const traced =
        /"schemaVersion"\s*:/.test(text) && /"direction"\s*:\s*"(cp-to-csms|csms-to-cp)"/.test(text);
      return { confidence: traced ? 1 : 0, evidence: 'an array of records with schemaVersion and direction' };
    }
    const records = lines.filter((line) => {
      const record = recordOf(line);
      return (
        record !== null && 'schemaVersion' in record && DIRECTIONS[String(record.direction)] !== undefined
      );
    });
    return share(records.length, lines.length, 'records with schemaVersion and direction');
  },

  async *read(chunks, options) {
    const readTime = timestampReader(options);
    const { first, all } = await startOf(chunks);
    for await (const lines of first === '[' ? elementsOf(all) : linesOf(all)) {
      yield lines.filter(({ text }) => text?.trim() !== '').map((line) => readRecord(line, readTime));
    }
  },
};

function recordOf(text: string): TraceRecord | null {
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  // Safe: an object of JSON.parse has text keys; its values are checked where they are read.
  return typeof record === 'object' && record !== null && !Array.isArray(record)
    ? (record as TraceRecord)
    : null;
}

function readRecord({ number, text, reason }: SourceLine, readTime: ReadTime): ImportedLine {
  if (text === null) return skipped(number, reason);
  const record = recordOf(text);
  if (record === null) return skipped(number, 'no JSON object');
  if (record.transport === 'soap') return skipped(number, 'SOAP is not read');
  const direction = DIRECTIONS[String(record.direction)];
  if (direction === undefined) return skipped(number, 'direction is neither cp-to-csms nor csms-to-cp');
  const time = typeof record.timestamp === 'string' ? readTime(record.timestamp) : null;
  if (time === null) return skipped(number, 'timestamp is no ISO 8601 time');
  const frame = typeof record.raw === 'string' ? record.raw : frameOf(record, text);
  if (frame === null) return skipped(number, 'no raw, and no messageType and messageId to make a frame of');
  return frameAt(number, frame, {
    charger: typeof record.chargePointId === 'string' ? record.chargePointId : null,
    time,
    direction,
    version: versionOf(record.ocppVersion),
  });
}

/** A record without `raw` tells its frame in parts; the payload's text is taken over as it stands. */
function frameOf(record: TraceRecord, text: string): string | null {
  const type = TYPES[String(record.messageType)];
  if (type === undefined || typeof record.messageId !== 'string') return null;
  const id = JSON.stringify(record.messageId);
  if (type === 4 || type === 5) return errorFrame(type, id, text);
  const payload = memberText(text, 'payload') ?? 'null';
  if (type === 3) return `[3,${id},${payload}]`;
  return typeof record.action === 'string'
    ? `[${type},${id},${JSON.stringify(record.action)},${payload}]`
    : null;
}

function errorFrame(type: number, id: string, text: string): string | null {
  const error = memberText(text, 'error');
  if (error === null || recordOf(error) === null) return null;
  const part = (name: string, otherwise: string) => memberText(error, name) ?? otherwise;
  return `[${type},${id},${part('code', '""')},${part('description', '""')},${part('details', '{}')}]`;
}

function memberText(text: string, name: string): string | null {
  const span = memberSpan(text, name);
  return span === null ? null : text.slice(span.start, span.end);
}

/** `1.6`, `1.6J`, `ocpp2.0.1` ... */
function versionOf(given: unknown): OcppVersion | null {
  const text = String(given)
    .toLowerCase()
    .replace(/^ocpp[ -]?/, '')
    .replace(/j$/, '');
  return OCPP_VERSIONS.find((version) => version === text) ?? null;
}
