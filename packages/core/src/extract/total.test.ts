/** Extraction is total: whatever JSON a station sends, it yields fields of their types and never throws. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FIELDS, type FieldName, type FieldValue, NO_CONTEXT } from '../fields.ts';
import { FINDINGS } from '../finding.ts';
import { OCPP_VERSIONS } from '../frame.ts';
import type { JsonObject, JsonValue } from '../message.ts';
import type { ActionTable } from './action-fields.ts';
import { transactionFact, transactionIn } from './context.ts';
import { extract } from './index.ts';
import { V21, V201 } from './v2.ts';
import { V16 } from './v16.ts';

const TABLES: Readonly<Record<string, ActionTable>> = { '1.6': V16, '2.0.1': V201, '2.1': V21 };

/** Names that lead somewhere, so that arbitrary JSON goes deep. */
const NAMES = [
  ...new Set(
    JSON.stringify([V16, V201, V21])
      .split(/\W+/)
      .filter((name) => name !== ''),
  ),
  'sampledValue',
  'value',
  'unit',
  'unitOfMeasure',
  'multiplier',
  'measurand',
  'phase',
  'location',
  'context',
  'variable',
  'name',
  'chargingSchedulePeriod',
  'limit',
  '__proto__',
];

const TEXTS = [
  'Ended',
  'AvailabilityState',
  'Voltage',
  'Power.Active.Import',
  'L1',
  'N',
  'V',
  'kW',
  '1',
  '-2,5',
  '2026-01-05T14:58:38Z',
];

const leaf = fc.oneof(
  fc.constantFrom(...TEXTS),
  fc.string(),
  fc.integer(),
  fc.double(),
  fc.bigInt(),
  fc.boolean(),
  fc.constant(null),
);

const { anything } = fc.letrec<{ anything: JsonValue; object: JsonObject }>((tie) => ({
  anything: fc.oneof(
    { maxDepth: 6, depthSize: 'medium' },
    leaf,
    fc.array(tie('anything'), { maxLength: 4 }),
    tie('object'),
  ),
  object: fc.dictionary(fc.constantFrom(...NAMES), tie('anything'), { maxKeys: 12 }),
}));
const payload = fc.dictionary(fc.constantFrom(...NAMES), anything, { maxKeys: 12 });

function fits(name: FieldName, value: FieldValue | undefined): boolean {
  if (name === 'offline') return typeof value === 'boolean';
  if (name === 'request_transaction_id') return typeof value === 'bigint' || Number.isSafeInteger(value);
  if (name === 'req_cs_profile_sched_schedule_period') return Array.isArray(value);
  if (['connector_id', 'evse_connector_id', 'seq_no', 'req_cs_profile_sched_duration'].includes(name)) {
    return Number.isSafeInteger(value);
  }
  if (name.startsWith('extracted_') || name === 'req_cs_profile_sched_min_charging_rate')
    return Number.isFinite(value);
  return typeof value === 'string';
}

const known: ReadonlySet<string> = new Set(FIELDS);

for (const version of OCPP_VERSIONS) {
  describe(`any JSON of OCPP ${version}`, () => {
    for (const action of Object.keys(TABLES[version] ?? {})) {
      it(`gives ${action} fields of their types and never throws`, () => {
        fc.assert(
          fc.property(payload, fc.option(payload), (call, answer) => {
            const { fields, findings } = extract({ version, action, call, answer, context: NO_CONTEXT });
            // The keys are checked to be field names.
            for (const [name, value] of Object.entries(fields) as [FieldName, FieldValue][]) {
              assert.ok(known.has(name) && fits(name, value), `${name}: ${String(value)}`);
            }
            for (const { code } of findings) assert.ok(code in FINDINGS);
            transactionIn(version, action, call, answer);
            transactionFact(version, action, call, answer);
          }),
          { numRuns: 40 },
        );
      });
    }
  });
}

/** Writing to what is frozen throws. */
function freeze(value: JsonValue): void {
  if (typeof value !== 'object' || value === null) return;
  Object.freeze(value);
  for (const inner of Object.values(value)) freeze(inner);
}

it('does not alter what it reads and says the same of the same', () => {
  fc.assert(
    fc.property(payload, (call) => {
      freeze(call);
      const input = {
        version: '1.6',
        action: 'MeterValues',
        call,
        answer: null,
        context: NO_CONTEXT,
      } as const;
      assert.deepEqual(extract(input), extract(input));
    }),
  );
});
