/** What goes into pairing and what comes out of it. */

import type { Outcome } from './entry.ts';
import type { Finding } from './finding.ts';
import type { Direction, OcppVersion } from './frame.ts';

export interface PairingLimits {
  /** A call that is unanswered for so long has timed out. Microseconds. */
  readonly timeoutUs: number;
  /** For so long after its call an answer is taken, and after the answer its rejection. Microseconds. */
  readonly lateUs: number;
  /** Calls of a connection that ended without their answer and could still get it. */
  readonly lateMax: number;
  /** Calls of a connection that wait; one more, and the oldest times out. */
  readonly pendingMax: number;
  /** Answered exchanges of a connection that can still be rejected. */
  readonly answeredMax: number;
  /**
   * So much earlier than its call an answer may be by its time, in microseconds. For sources that are ordered by time:
   * an answer to nothing known is held for so long. 0 where frames come in the order of the wire: an orphan at once.
   */
  readonly holdAnswersUs: number;
  /** Answers held; one more, and the oldest is released as an orphan. */
  readonly heldMax: number;
}

export const PAIRING_LIMITS: PairingLimits = {
  timeoutUs: 60_000_000,
  lateUs: 600_000_000,
  lateMax: 1000,
  pendingMax: 10_000,
  // Some 300 bytes each, of thousands of connections; a rejection follows its result at once.
  answeredMax: 16,
  holdAnswersUs: 0,
  heldMax: 1000,
};

/** When and which way a message came. A `Frame` is one. */
export interface Arrival {
  readonly direction: Direction;
  /** ms since 1970, UTC. */
  readonly at: number;
  /** Microseconds on any scale of the connection; null where there is no clock: nothing times out then. */
  readonly arrival: number | null;
}

/** What pairing has to know of a call that was accepted before a restart. */
export interface ResumedCall {
  readonly id: string;
  readonly action: string;
  readonly version: OcppVersion;
  /** By `callFingerprint`. */
  readonly fingerprint: string;
  readonly outcome: 'pending' | 'timeout' | 'unanswered' | 'resent' | 'replaced';
}

/**
 * `R` is how the caller refers to an exchange, `H` how to an answer. Findings are those of pairing alone, and new with
 * each event; those of the message stay with it.
 */
export type PairingEvent<R, H> = OpenedEvent<R> | EndedEvent<R, H> | HeldEvent<H> | OrphanEvent<H>;

/** The call just accepted began an exchange. */
export interface OpenedEvent<R> {
  readonly kind: 'opened';
  readonly ref: R;
  readonly outcome: 'pending' | 'sent';
  readonly findings: readonly Finding[];
}

/** An exchange has this outcome from now on. It may have had another one: what timed out can still be answered. */
export interface EndedEvent<R, H> {
  readonly kind: 'ended';
  readonly ref: R;
  readonly outcome: Exclude<Outcome, 'pending' | 'sent'>;
  /** What the answer `by` is in the exchange; null where no message ended it. */
  readonly part: 'answer' | 'rejection' | null;
  readonly by: H | null;
  /** ms since 1970; null where nobody told. Of a rejected exchange: of the answer that was rejected, like the latency. */
  readonly answeredAt: number | null;
  /** Microseconds; null without a clock and for an answer before its call. */
  readonly latency: number | null;
  readonly findings: readonly Finding[];
  /** Of `resent` and `replaced`: the exchange that took its place. */
  readonly successor: R | null;
}

/** The answer just accepted waits for its call; a later event says what became of it. */
export interface HeldEvent<H> {
  readonly kind: 'held';
  readonly by: H;
}

/** The answer, just accepted or held until now, belongs to nothing known. */
export interface OrphanEvent<H> {
  readonly kind: 'orphan';
  readonly by: H;
  readonly findings: readonly Finding[];
}
