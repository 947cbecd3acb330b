/** Which entries can have a finding that is made only when they are looked at. */

import type { Outcome } from '../entry.ts';
import { CHECKS, type CheckCode } from '../validate/checks.ts';
import type { FieldTest } from './ast.ts';
import { matches } from './pattern.ts';

/** Only exchanges have them. A list that is null: any. */
export interface Candidates {
  readonly actions: readonly string[] | null;
  readonly outcomes: readonly Outcome[] | null;
}

const METERED = ['MeterValues', 'TransactionEvent'];
/** Those that not every exchange can have. */
const NARROW: Readonly<Partial<Record<CheckCode, Candidates>>> = {
  'clock-skew': of(
    'BootNotification',
    'Heartbeat',
    'StartTransaction',
    'StatusNotification',
    'StopTransaction',
    ...METERED,
  ),
  'faulted-no-error': of('StatusNotification'),
  'energy-unit': of('StopTransaction'),
  'unit-unknown': of(...METERED),
  'told-offline': of('TransactionEvent'),
  'call-unanswered': { actions: null, outcomes: ['timeout', 'connection_lost'] },
};
const ANY: Candidates = { actions: null, outcomes: null };

function of(...actions: string[]): Candidates {
  return { actions, outcomes: null };
}

/** Codes of findings that are derived and that the test holds for. */
function derivedCodes(test: FieldTest): readonly CheckCode[] {
  if (test.test === 'range') return [];
  // Safe: the keys of the table are what CheckCode is made of.
  const codes = Object.keys(CHECKS) as CheckCode[];
  return test.test === 'present' ? codes : codes.filter((code) => matches(test.pattern, code));
}

export function mayBeDerived(test: FieldTest): boolean {
  return derivedCodes(test).length > 0;
}

/** Of a test of `finding`: which exchanges have to be looked at besides those that were recorded with it. */
export function findingCandidates(test: FieldTest): readonly Candidates[] {
  const all = derivedCodes(test).map((code) => NARROW[code] ?? ANY);
  return all.includes(ANY) ? [ANY] : all;
}
