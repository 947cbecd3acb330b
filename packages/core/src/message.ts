/** What a frame says: an OCPP-J message. Source: extraction rules 2; OCPP 1.6J 4.2, OCPP 2.0.1 Part 4 4.2, OCPP 2.1 Part 4. */

import type { Finding } from './finding.ts';
import type { Span } from './json-text.ts';

/** A bigint is an integer beyond 2^53, whose digits a number would lose. A number may be infinite (`1e999`). */
export type JsonValue = string | number | bigint | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

export type Message = CallMessage | ResultMessage | ErrorMessage | MalformedMessage;

/** `[2,id,action,payload]` CALL, or `[6,id,action,payload]` SEND. */
export interface CallMessage {
  readonly kind: 'call' | 'send';
  readonly id: string;
  readonly action: string;
  readonly payload: JsonObject;
  /** Where the payload's text stands; null where it was null or []. */
  readonly payloadSpan: Span | null;
  readonly findings: readonly Finding[];
}

/** `[3,id,payload]` CALLRESULT. */
export interface ResultMessage {
  readonly kind: 'result';
  readonly id: string;
  readonly payload: JsonObject;
  readonly payloadSpan: Span | null;
  readonly findings: readonly Finding[];
}

/** `[4,id,code,description,details]` CALLERROR, or `[5,...]` CALLRESULTERROR. */
export interface ErrorMessage {
  readonly kind: 'error' | 'result_error';
  readonly id: string;
  readonly code: string;
  readonly description: string | null;
  /** Where the text of the details stands, whatever its type; null where there are none. */
  readonly detailsSpan: Span | null;
  readonly findings: readonly Finding[];
}

export type MalformedReason =
  | 'empty text'
  | 'not JSON'
  | 'not UTF-8'
  | 'no array'
  | 'unknown message type'
  | 'wrong element types'
  | 'payload no object'
  | 'binary'
  | 'truncated';

export interface MalformedMessage {
  readonly kind: 'malformed';
  readonly reason: MalformedReason;
}
