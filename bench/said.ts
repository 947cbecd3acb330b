/** What a seeded station and its CSMS say to each other: one call and what was answered. */

import type { Direction, OcppVersion } from '@ocpp-logs/core';

/** A call before it has an id and a time. */
export interface Said {
  readonly action: string;
  /** JSON text. */
  readonly payload: string;
  /** JSON text of the CALLRESULT's payload; null where no answer came. */
  readonly answer: string | null;
  /** Set where the answer is a CALLERROR. */
  readonly error?: string;
  readonly fromCsms?: boolean;
  /** Of the transaction that the call names, where the call does not tell them itself. */
  readonly connector?: number;
  readonly transaction?: string;
}

/** An endless conversation: each step is given the time, ms since 1970, of the call that it returns. */
export type Script = Generator<Said, never, number>;

/** A call with all that the wire says of it. */
export interface Spoken {
  readonly at: number;
  readonly site: string;
  readonly charger: string;
  readonly connection: string;
  readonly version: OcppVersion;
  readonly direction: Direction;
  readonly id: string;
  readonly action: string;
  /** Text of the CALL. */
  readonly call: string;
  /** Text of the CALLRESULT or CALLERROR. */
  readonly answer: string | null;
  readonly error: boolean;
  /** Microseconds; 0 where no answer came. */
  readonly latency: number;
  readonly connector: number | null;
  readonly transaction: string | null;
}
