/**
 * One line of the ingest route: `{"charger_id","occurrence_time","direction","frame",...}`, or with `event` instead of
 * direction and frame. Source: the API contract.
 */

import type { ConnectionEvent, Direction, OcppVersion } from '@ocpp-logs/core';
import { memberSpan, OCPP_VERSIONS } from '@ocpp-logs/core';
import { readConnectionEvent } from './connection-event.ts';
import { readTime } from './ingest-time.ts';

interface LineHead {
  /** 1-based. */
  readonly line: number;
  readonly charger: string;
  /** ms since 1970; a part of a millisecond is cut off. */
  readonly at: number;
  /** Microseconds since 1970; null where the source had no times. */
  readonly arrival: number | null;
  readonly connection: string | null;
}

export interface FrameLine extends LineHead {
  readonly kind: 'frame';
  readonly direction: Direction;
  readonly text: string;
  readonly version: OcppVersion | null;
  /** Put together of the parts that an archive holds. */
  readonly rebuilt: boolean;
  /** Connector that the source tells for a message that names none. */
  readonly connector: number | null;
}

/** What the source tells of the connection itself. */
export interface EventLine extends LineHead {
  readonly kind: 'event';
  readonly event: ConnectionEvent;
}

export type IngestLine = FrameLine | EventLine;

export const LINES_MAX = 10_000;
const ID_BYTES_MAX = 255;
/** The line read, or what is wrong with it in words that say what to do. */
export function readIngestLine(line: number, text: string): IngestLine | string {
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch {
    return 'the line is not JSON';
  }
  if (typeof record !== 'object' || record === null || Array.isArray(record))
    return 'the line is no JSON object';
  // An object of JSON.parse has text keys; its values are checked below.
  const told = record as Record<string, unknown>;
  const head = readLineHead(line, told);
  if (typeof head === 'string') return head;
  if (told.event == null) return readFrameLine(head, told, text);
  const event = readConnectionEvent(told.event);
  return typeof event === 'string' ? event : { kind: 'event', ...head, event };
}

function readLineHead(line: number, told: Record<string, unknown>): LineHead | string {
  const { charger_id, occurrence_time, connection_id, untimed } = told;
  if (typeof charger_id !== 'string') return 'charger_id is missing or no text';
  const badId = idProblem(charger_id);
  if (badId !== null) return `charger_id ${badId}`;
  const time = typeof occurrence_time === 'string' ? readTime(occurrence_time) : 'is missing or no text';
  if (typeof time === 'string') return `occurrence_time ${time}`;
  if (untimed != null && typeof untimed !== 'boolean') return 'untimed is neither true nor false';
  if (connection_id != null && typeof connection_id !== 'string') return 'connection_id is no text';
  const badConnection = connection_id == null ? null : idProblem(connection_id);
  if (badConnection !== null) return `connection_id ${badConnection}`;
  return {
    line,
    charger: charger_id,
    at: Math.floor(time / 1000),
    arrival: untimed === true ? null : time,
    connection: connection_id ?? null,
  };
}

function readFrameLine(head: LineHead, told: Record<string, unknown>, text: string): FrameLine | string {
  const { direction, frame, ocpp_version, rebuilt, connector_id } = told;
  if (direction !== 'station_to_csms' && direction !== 'csms_to_station') {
    return 'direction is neither station_to_csms nor csms_to_station';
  }
  const version = OCPP_VERSIONS.find((known) => known === ocpp_version) ?? null;
  if (ocpp_version != null && version === null) return `ocpp_version is none of ${OCPP_VERSIONS.join(', ')}`;
  if (connector_id != null && (typeof connector_id !== 'number' || !Number.isSafeInteger(connector_id))) {
    return 'connector_id is no whole number';
  }
  if (rebuilt != null && typeof rebuilt !== 'boolean') return 'rebuilt is neither true nor false';
  const frameText = textOfFrame(text, frame);
  if (frameText === null) return 'frame is neither text nor an array';
  if (!frameText.isWellFormed()) return 'frame holds half a surrogate pair, which no WebSocket text can';
  return {
    kind: 'frame',
    ...head,
    direction,
    text: frameText,
    version,
    rebuilt: rebuilt === true,
    connector: connector_id ?? null,
  };
}

/** A frame given as an array keeps its text: digits and spelling are cut from the line. */
function textOfFrame(line: string, frame: unknown): string | null {
  if (typeof frame === 'string') return frame;
  if (!Array.isArray(frame)) return null;
  const span = memberSpan(line, 'frame');
  return span === null ? null : line.slice(span.start, span.end);
}

function idProblem(id: string): string | null {
  if (id === '') return 'is empty';
  if (Buffer.byteLength(id) > ID_BYTES_MAX) return `is longer than ${ID_BYTES_MAX} bytes`;
  if (/[\u0000-\u001f\u007f]/.test(id)) return 'holds a control character';
  return id.isWellFormed() ? null : 'holds half a surrogate pair';
}
