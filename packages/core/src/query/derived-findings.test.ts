import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACTIONS } from '../catalogue.ts';
import { type Entry, OUTCOMES } from '../entry.ts';
import { encodeEntry } from '../entry-text.ts';
import { NO_CONTEXT } from '../fields.ts';
import { OCPP_VERSIONS } from '../frame.ts';
import type { JsonObject } from '../message.ts';
import { exchange, time } from '../session/case.ts';
import { CHECKS } from '../validate/checks.ts';
import { senseFindings } from '../validate/sense.ts';
import { literal } from './ast.ts';
import { findingCandidates } from './derived-findings.ts';
import { matcherOf } from './match.ts';
import { parseQuery } from './parse.ts';

/** As much that is wrong as one payload can hold. */
const WRONG: JsonObject = {
  connectorId: 1,
  status: 'Faulted',
  errorCode: 'NoError',
  timestamp: time(86_400),
  expiryDate: '1970-01-01T00:00:00',
  currentTime: time(86_400),
  offline: true,
  meterStop: 15_320,
  transactionData: [
    { timestamp: time(0), sampledValue: [{ value: '15.32', unit: 'Wh', context: 'Transaction.End' }] },
  ],
  meterValue: [{ timestamp: time(86_400), sampledValue: [{ value: 1, unitOfMeasure: { unit: 'x' } }] }],
};

test('every entry that has a derived finding is among those that are looked at for it', () => {
  const seen = new Set<string>();
  for (const action of [...ACTIONS.keys(), 'VendorThing']) {
    for (const version of OCPP_VERSIONS) {
      for (const outcome of OUTCOMES) {
        const entry = exchange(0, action, WRONG, outcome === 'answered' ? WRONG : null, { version, outcome });
        for (const { code } of senseFindings(entry)) {
          seen.add(code);
          const candidates = findingCandidates({ test: 'is', pattern: literal(code) });
          const among = candidates.some(
            ({ actions, outcomes }) =>
              actions?.includes(action) !== false && outcomes?.includes(outcome) !== false,
          );
          assert.ok(among, `${code} of ${action}, ${outcome}`);
        }
      }
    }
  }
  const bySchema = Object.keys(CHECKS).filter((code) => code.startsWith('field-'));
  assert.deepEqual([...seen, ...bySchema].sort(), Object.keys(CHECKS).sort());
});

const ENTRY: Entry = {
  kind: 'exchange',
  at: 0,
  charger: 'CP1',
  connection: null,
  direction: 'station_to_csms',
  version: '1.6',
  messageId: 'm',
  action: 'Heartbeat',
  outcome: 'answered',
  request: null,
  answer: null,
  rejection: null,
  error: null,
  answeredAt: null,
  latency: null,
  context: NO_CONTEXT,
  fields: {},
  findings: [{ code: 'version-assumed' }],
  event: null,
};

test('what is derived is asked for only where what was recorded does not tell', () => {
  let asked = 0;
  const holds = (text: string) => {
    const query = parseQuery(text);
    assert.ok(query.kind === 'query');
    asked = 0;
    const matcher = matcherOf(query.root, null, () => {
      asked += 1;
      return [{ code: 'clock-skew' }];
    });
    return [matcher(encodeEntry(1n, ENTRY)), asked];
  };
  assert.deepEqual(holds('finding:clock-skew'), [true, 1]);
  assert.deepEqual(holds('finding:clock-* finding:time-1970'), [false, 1]);
  assert.deepEqual(holds('finding:version-assumed'), [true, 0]);
  assert.deepEqual(holds('has:finding'), [true, 0]);
  assert.deepEqual(holds('finding:unit-assumed'), [false, 0]);
  assert.deepEqual(findingCandidates({ test: 'is', pattern: literal('unit-assumed') }), []);
});
