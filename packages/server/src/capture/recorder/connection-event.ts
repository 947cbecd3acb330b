/** `event` of an ingest line: what a source tells of a connection itself. */

import type { ConnectionEvent } from '@ocpp-logs/core';

/** A close reason has at most 123 bytes (RFC 6455 5.5); that of a refusal may be a sentence. */
const TEXT_MAX = 1024;

export const EVENTS = ['accepted', 'refused', 'closed'] as const;
export const ENDED_BY = ['station', 'csms', 'server', 'unknown'] as const;
export const HOW = ['close_frame', 'fin', 'reset', 'timeout', 'shutdown', 'unknown'] as const;

type Member = Exclude<keyof ConnectionEvent, 'event'>;
type Check = (value: unknown) => string | null;

/** What is wrong with the value of a member; null where nothing is. In the order in which they are stored. */
const MEMBERS: Readonly<Record<Member, Check>> = {
  status: (value) => wholeProblem(value, 999),
  subprotocol: (value) => (value === null ? null : textProblem(value)),
  remote_address: textProblem,
  close_code: (value) => wholeProblem(value, 4999),
  reason: textProblem,
  ended_by: (value) => listProblem(value, ENDED_BY),
  how: (value) => listProblem(value, HOW),
};

/** The event read, or what is wrong with it. Members that are not known are left out. */
export function readConnectionEvent(value: unknown): ConnectionEvent | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'event is no object';
  const told = value as Readonly<Record<string, unknown>>;
  const event = EVENTS.find((known) => known === told.event);
  if (event === undefined) return `event.event is none of ${EVENTS.join(', ')}`;
  const read: Record<string, unknown> = { event };
  for (const [name, problemOf] of Object.entries(MEMBERS)) {
    const member = told[name];
    if (member === undefined || (member === null && name !== 'subprotocol')) continue;
    const problem = problemOf(member);
    if (problem !== null) return `event.${name} ${problem}`;
    read[name] = member;
  }
  // Safe: every member was checked just now.
  return read as unknown as ConnectionEvent;
}

function textProblem(value: unknown): string | null {
  if (typeof value !== 'string') return 'is no text';
  if (value.length > TEXT_MAX) return `is longer than ${TEXT_MAX} characters`;
  return value.isWellFormed() ? null : 'holds half a surrogate pair';
}

function wholeProblem(value: unknown, max: number): string | null {
  const whole = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max;
  return whole ? null : `is no whole number from 0 to ${max}`;
}

function listProblem(value: unknown, list: readonly string[]): string | null {
  return list.some((known) => known === value) ? null : `is none of ${list.join(', ')}`;
}
