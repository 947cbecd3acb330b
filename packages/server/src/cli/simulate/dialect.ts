/** What a station says, whatever version of OCPP it says it in. */

import type { JsonObject } from '@ocpp-logs/core';
import type { Reading } from './charging.ts';
import type { EndCause, Fault } from './station-model.ts';

export type ConnectorState = 'available' | 'occupied' | 'unavailable' | 'faulted';

export type BootReason = 'PowerUp' | 'RemoteReset' | 'Unknown';

/** A vehicle at a plug. The dialect keeps in it what its version numbers. */
export interface Session {
  /** Unique; what a station that numbers its transactions itself calls it. */
  readonly id: string;
  readonly connector: number;
  tag: string;
  remoteStartId: number | null;
  /** What ended it. */
  fault: Fault | null;
  transaction: string | number | null;
  seqNo: number;
}

/** What triggers a message that says how it stands. */
export type Trigger = 'periodic' | 'asked';

export interface Dialect {
  /** `interval` in seconds. */
  boot(reason: BootReason): Promise<{ readonly accepted: boolean; readonly interval: number }>;
  heartbeat(): Promise<void>;
  status(connector: number, state: ConnectorState, fault?: Fault): Promise<void>;
  /** Sends the last told status of a connector again. */
  statusAgain(connector: number): Promise<void>;
  plugIn(session: Session): Promise<void>;
  authorize(session: Session): Promise<boolean>;
  /** The station's own list blocks the tag. */
  refuse(session: Session): Promise<void>;
  /** Whether the CSMS lets the transaction go on. */
  begin(session: Session, reading: Reading): Promise<boolean>;
  measure(session: Session, reading: Reading, trigger: Trigger): Promise<void>;
  /** The vehicle pauses, or goes on. */
  pause(session: Session, paused: boolean): Promise<void>;
  end(session: Session, cause: EndCause, reading: Reading): Promise<void>;
  /** Something of the maker's own. */
  transfer(text: string): Promise<void>;
}

/** Sends a call; null where it was answered with an error. */
export type Ask = (action: string, payload: JsonObject) => Promise<JsonObject | null>;

export function now(): string {
  return new Date().toISOString();
}

/** `status` of the object that stands under `name`. */
export function statusIn(answer: JsonObject | null, name: string): string | null {
  const part = answer?.[name];
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return null;
  const { status } = part as JsonObject; // An object that is no array.
  return typeof status === 'string' ? status : null;
}

export function bootAnswer(answer: JsonObject | null): { accepted: boolean; interval: number } {
  const interval = answer?.interval;
  return {
    accepted: answer?.status === 'Accepted',
    interval: typeof interval === 'number' && interval > 0 ? interval : 300,
  };
}
