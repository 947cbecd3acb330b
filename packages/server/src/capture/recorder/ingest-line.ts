/**
 * One line of the ingest route: `{"charger_id","occurrence_time","direction","frame",...}`, or with `event` instead of
 * direction and frame. Source: the API contract.
 */

import type { ConnectionEvent, Direction, OcppVersion } from '@ocpp-logs/core';
import { memberSpan, OCPP_VERSIONS } from '@ocpp-logs/core';
import { readConnectionEvent } from './connection-event.ts';

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
  readonly bytes: Uint8Array;
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
const EARLIEST = Date.UTC(1990, 0);
/** Entry ids hold 42 bits of milliseconds. */
const LATEST = Date.UTC(2100, 0);

const TIME = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,9}))?\s*([Zz]|[+-]\d\d:?\d\d)$/;

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
  const frameText = textOfFrame(text, frame);
  if (frameText === null) return 'frame is neither text nor an array';
  if (!frameText.isWellFormed()) return 'frame holds half a surrogate pair, which no WebSocket text can';
  return {
    kind: 'frame',
    ...head,
    direction,
    bytes: Buffer.from(frameText),
    version,
    rebuilt: rebuilt === true,
    connector: connector_id ?? null,
  };
}

/** Microseconds since 1970, or what is wrong with it. */
function readTime(text: string): number | string {
  const match = TIME.exec(text);
  if (match === null)
    return `${JSON.stringify(text.slice(0, 40))} is no ISO 8601 time with zone, such as 2026-01-05T14:58:38.250Z`;
  const [, date = '', clock = '', fraction = '', zone = ''] = match;
  const offset = /^[+-]\d{4}$/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();
  const ms = Date.parse(`${date}T${clock.length === 5 ? `${clock}:00` : clock}${offset}`);
  const day = new Date(`${date}T00:00:00Z`);
  // A 30th of February would silently become the 2nd of March.
  const onCalendar = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date);
  if (Number.isNaN(ms) || !onCalendar)
    return `${JSON.stringify(text.slice(0, 40))} is no time of the calendar`;
  if (ms < EARLIEST || ms >= LATEST) return `${text} is not between 1990 and 2100`;
  return ms * 1000 + Number(fraction.padEnd(6, '0').slice(0, 6));
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
