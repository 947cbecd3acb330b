/**
 * Where the specification contradicts its own schema, or spells one name in two ways: either counts as right.
 * What is written nowhere in it does not.
 */

import type { OcppVersion } from '../frame.ts';

export interface Misspelling {
  readonly versions: readonly OcppVersion[];
  readonly actions: readonly string[];
  /** Name of the field that holds it. */
  readonly field: string;
  readonly value: string;
  readonly why: string;
  readonly clause: string;
}

const METERED = ['MeterValues', 'StopTransaction'] as const;
const V2: readonly OcppVersion[] = ['2.0.1', '2.1'];

export const MISSPELLINGS: readonly Misspelling[] = [
  {
    versions: ['1.6'],
    actions: METERED,
    field: 'unit',
    value: 'Celcius',
    why: 'The schema of 1.6 spells Celsius so.',
    clause: 'OCPP 1.6 7.45 and its JSON schema',
  },
  {
    versions: ['1.6'],
    actions: METERED,
    field: 'unit',
    value: 'Celsius',
    why: 'The text of 1.6 spells it so; some copies of its schema have Celcius alone.',
    clause: 'OCPP 1.6 7.45',
  },
  {
    versions: ['1.6'],
    actions: METERED,
    field: 'unit',
    value: 'Hz',
    why: 'Frequency is in Hertz, and the list of units has none.',
    clause: 'OCPP 1.6 7.31, note on Frequency',
  },
  {
    versions: ['1.6'],
    actions: METERED,
    field: 'unit',
    value: 'RPM',
    why: 'RPM is a measurand, and the list of units has none for it.',
    clause: 'OCPP 1.6 7.31, note on RPM',
  },
  {
    versions: V2,
    actions: ['TransactionEvent'],
    field: 'stoppedReason',
    value: 'Deauthorized',
    why: 'So spelled as a trigger reason, DeAuthorized as a reason to stop.',
    clause: 'OCPP 2.0.1 TriggerReasonEnumType, ReasonEnumType',
  },
  {
    versions: V2,
    actions: ['TransactionEvent'],
    field: 'triggerReason',
    value: 'DeAuthorized',
    why: 'So spelled as a reason to stop, Deauthorized as a trigger reason.',
    clause: 'OCPP 2.0.1 ReasonEnumType, TriggerReasonEnumType',
  },
];

/** Whether a value that the schema does not list is one of these. */
export function isRightByClause(
  version: OcppVersion,
  action: string,
  field: string,
  value: unknown,
): boolean {
  return MISSPELLINGS.some(
    (known) =>
      known.field === field &&
      known.value === value &&
      known.versions.includes(version) &&
      known.actions.includes(action),
  );
}
