/** The entry: what the log is made of. One exchange, or one event around it. */

import type { Context, Fields } from './fields.ts';
import type { Finding } from './finding.ts';
import type { Cut, Direction, OcppVersion } from './frame.ts';

export const KINDS = ['exchange', 'orphan', 'malformed', 'connection', 'gap', 'setting'] as const;
export type Kind = (typeof KINDS)[number];

export const OUTCOMES = [
  'pending',
  'answered',
  'error',
  'timeout',
  'late',
  'connection_lost',
  'replaced',
  'resent',
  'sent',
  'result_rejected',
  'unanswered',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Entry id = milliseconds x 2^21 + ordinal: 63 bits, a bigint in code, text in every answer. */
export type EntryId = bigint;
export const ORDINAL_BITS = 21n;

export function firstIdAt(ms: number): EntryId {
  return BigInt(ms) << ORDINAL_BITS;
}

export function timeOfId(id: EntryId): number {
  return Number(id >> ORDINAL_BITS);
}

/** Text of one frame, after masking. */
export interface Wire {
  readonly bytes: Uint8Array;
  /** Byte range of the payload in `bytes`; null where there is none, or it was null or []. */
  readonly payload: ByteRange | null;
  /** JSON paths that were masked. */
  readonly redacted: readonly string[];
  readonly cut: Cut | null;
}

/** A range of bytes in the text of a frame. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** What a CALLERROR or CALLRESULTERROR said. */
export interface EntryError {
  readonly code: string;
  readonly description: string | null;
  /** Where the text of its details stands: in `rejection` where there is one, otherwise in `answer`. */
  readonly details: ByteRange | null;
}

export interface Entry {
  readonly kind: Kind;
  /** `occurrence_time`: ms since 1970, UTC. */
  readonly at: number;
  /** Empty for an entry of the whole site. */
  readonly charger: string;
  /** Id of the connection, as it is shown. */
  readonly connection: string | null;
  readonly direction: Direction | null;
  readonly version: OcppVersion | null;
  readonly messageId: string | null;
  /** Of exchanges: the action of the CALL; null for every other kind. */
  readonly action: string | null;
  readonly outcome: Outcome | null;
  /** The CALL or SEND; the only frame of an orphan or malformed entry. */
  readonly request: Wire | null;
  readonly answer: Wire | null;
  /** CALLRESULTERROR, or the CALLERROR that did its work. */
  readonly rejection: Wire | null;
  /** Of an outcome `error` or `result_rejected`. */
  readonly error: EntryError | null;
  /** When the answer came, ms since 1970. */
  readonly answeredAt: number | null;
  /** Microseconds from call to answer, by the monotonic clock; null where it is unknown. */
  readonly latency: number | null;
  readonly context: Context;
  readonly fields: Fields;
  readonly findings: readonly Finding[];
  /** Of connection, gap, setting and malformed entries: what happened. */
  readonly event: EntryEvent | null;
}

export type EntryEvent = ConnectionEvent | GapEvent | SettingEvent | MalformedEvent | SucceededEvent;

export interface ConnectionEvent {
  readonly event: 'accepted' | 'refused' | 'closed';
  /** HTTP status of the upgrade's answer. */
  readonly status?: number;
  readonly subprotocol?: string | null;
  readonly remote_address?: string;
  /** WebSocket close code; 1005 for none sent, 1006 for no close frame. */
  readonly close_code?: number;
  readonly reason?: string;
  readonly ended_by?: 'station' | 'csms' | 'server' | 'unknown';
  readonly how?: 'close_frame' | 'fin' | 'reset' | 'timeout' | 'shutdown' | 'unknown';
}

export interface GapEvent {
  readonly event: 'gap';
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

export interface SettingEvent {
  readonly event: 'setting';
  readonly setting: string;
  readonly from: string | null;
  readonly to: string | null;
  /** Who changed it; absent where nobody knows. */
  readonly by?: string;
}

export interface MalformedEvent {
  readonly event: 'malformed';
  readonly reason: string;
  /** Set where the text itself was not kept, because it named a secret. */
  readonly length?: number;
  readonly sha256?: string;
}

/** Of an exchange whose id was used again: the newer one that took its place. */
export interface SucceededEvent {
  readonly event: 'succeeded';
  /** Entry id, as text. */
  readonly by: string;
}
