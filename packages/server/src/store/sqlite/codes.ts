/** What rows hold of an entry as numbers. Those of kinds and outcomes are part of the layout: never reordered. */

import type { Entry, Kind, Outcome } from '@ocpp-logs/core';

const KIND_CODES: Readonly<Record<Kind, number>> = {
  exchange: 0,
  orphan: 1,
  malformed: 2,
  connection: 3,
  gap: 4,
  setting: 5,
};

/** 0 is none. */
const OUTCOME_CODES: Readonly<Record<Outcome, number>> = {
  pending: 1,
  answered: 2,
  error: 3,
  timeout: 4,
  late: 5,
  connection_lost: 6,
  replaced: 7,
  resent: 8,
  sent: 9,
  result_rejected: 10,
  unanswered: 11,
};

export const PENDING = OUTCOME_CODES.pending;
export const REJECTED = OUTCOME_CODES.result_rejected;
/** Of calls that ended without an answer and may still get one. */
export const UNANSWERED: readonly number[] = [
  OUTCOME_CODES.timeout,
  OUTCOME_CODES.connection_lost,
  OUTCOME_CODES.replaced,
  OUTCOME_CODES.resent,
  OUTCOME_CODES.unanswered,
];

const kinds = byCode(KIND_CODES);
const outcomes = byCode(OUTCOME_CODES);

export function kindCode(kind: Kind): number {
  return KIND_CODES[kind];
}

export function outcomeCode(outcome: Outcome | null): number {
  return outcome === null ? 0 : OUTCOME_CODES[outcome];
}

export function kindOf(code: number): Kind {
  const kind = kinds[code];
  if (kind === undefined) throw new RangeError(`no kind has code ${code}`);
  return kind;
}

export function outcomeOf(code: number): Outcome | null {
  return outcomes[code] ?? null;
}

/** The connector by which is filtered and counted. One whose digits a number cannot keep is {@link BEYOND}. */
export function connectorOf({ fields }: Entry): number | null {
  const connector = fields.connector_id;
  if (typeof connector === 'bigint') return connector < 0n ? -BEYOND : BEYOND;
  if (typeof connector !== 'number' || !Number.isFinite(connector)) return null;
  if (Number.isSafeInteger(connector) || !Number.isInteger(connector)) return connector;
  return connector < 0 ? -BEYOND : BEYOND;
}

/** ms from the call to its answer. */
export function lagOf({ at, answer, answeredAt }: Entry): number | null {
  return answer === null ? null : (answeredAt ?? at) - at;
}

/** Stands for every connector beyond 2^53 of its sign: compared with any smaller bound it is as they are. */
export const BEYOND = Number.MAX_VALUE;

function byCode<N extends string>(codes: Readonly<Record<N, number>>): readonly (N | undefined)[] {
  const names: N[] = [];
  // Object.entries widens the key to string; these are the record's own keys.
  for (const [name, code] of Object.entries<number>(codes)) names[code] = name as N;
  return names;
}
