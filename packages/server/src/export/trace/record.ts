/** One record of Open OCPP Trace 1.1 as a line of JSON. Source: its published JSON Schema. */

import type { Direction, OcppVersion } from '@ocpp-logs/core';

/** Numbers of OCPP-J; the schema knows types 2 to 4. */
export type MessageTypeId = 2 | 3 | 4 | 5 | 6;

export interface TraceRecord {
  /** ms since 1970. */
  readonly at: number;
  readonly version: OcppVersion | null;
  readonly charger: string;
  /** That the message itself names. */
  readonly connector: number | null;
  readonly direction: Direction;
  readonly typeId: MessageTypeId;
  readonly messageId: string;
  readonly action: string | null;
  /** JSON text. */
  readonly payload: string | null;
  readonly error: TraceError | null;
  /** Text of the frame. */
  readonly raw: string;
}

export interface TraceError {
  readonly code: string;
  readonly description: string | null;
  /** JSON text. */
  readonly details: string | null;
}

/** SEND is a call that asks for no answer, CALLRESULTERROR an error: `meta` tells what they were. */
const MESSAGE_TYPES = {
  2: 'CALL',
  3: 'CALLRESULT',
  4: 'CALLERROR',
  5: 'CALLERROR',
  6: 'CALL',
} as const;

const DIRECTIONS: Readonly<Record<Direction, string>> = {
  station_to_csms: 'cp-to-csms',
  csms_to_station: 'csms-to-cp',
};

const text = (value: string) => JSON.stringify(value);

/** `site`: told where a trace has records of several. */
export function recordLine(record: TraceRecord, site: string | null = null): string {
  const { version, charger, connector, action, payload, error, typeId } = record;
  let line = `{"schemaVersion":"1.1","timestamp":"${new Date(record.at).toISOString()}"`;
  if (version !== null) line += `,"ocppVersion":"${version}"`;
  line += `,"transport":"json","chargePointId":${text(charger)}`;
  if (connector !== null) line += `,"connectorId":${connector}`;
  line += `,"direction":"${DIRECTIONS[record.direction]}","messageType":"${MESSAGE_TYPES[typeId]}"`;
  line += `,"messageId":${text(record.messageId)}`;
  if (action !== null) line += `,"action":${text(action)}`;
  if (payload !== null) line += `,"payload":${oneLine(payload)}`;
  line += `,"raw":${text(record.raw)}`;
  if (error !== null) line += `,"error":${errorText(error)}`;
  const meta = [
    ...(typeId > 4 ? [`"messageTypeId":${typeId}`] : []),
    ...(site === null ? [] : [`"siteId":${text(site)}`]),
  ];
  if (meta.length > 0) line += `,"meta":{${meta.join()}}`;
  return `${line}}`;
}

function errorText({ code, description, details }: TraceError): string {
  let error = `{"code":${text(code)}`;
  if (description !== null) error += `,"description":${text(description)}`;
  if (details !== null) error += `,"details":${oneLine(details)}`;
  return `${error}}`;
}

/** In valid JSON line breaks stand between tokens only (RFC 8259 2). */
function oneLine(json: string): string {
  return /[\r\n]/.test(json) ? json.replace(/[\r\n]/g, ' ') : json;
}
