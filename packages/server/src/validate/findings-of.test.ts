import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ACTIONS,
  derive,
  type Entry,
  encodeEntry,
  FINDINGS,
  type Finding,
  firstIdAt,
  NO_CONTEXT,
  OCPP_VERSIONS,
  type OcppVersion,
  readFrame,
  type Wire,
} from '@ocpp-logs/core';
import fc from 'fast-check';
import { Compiled } from './compiled.ts';
import { findingsOf } from './findings-of.ts';
import { type OfficialSchema, officialSchema } from './ocpp-schemas.ts';

const AT = Date.UTC(2026, 0, 5, 10);
const utf8 = new TextEncoder();

function wireOf(text: string, payload: string, redacted: readonly string[] = []): Wire {
  const bytes = utf8.encode(text);
  const start = utf8.encode(text.slice(0, text.indexOf(payload))).length;
  return { bytes, payload: { start, end: start + utf8.encode(payload).length }, redacted, cut: null };
}

interface Case {
  readonly version?: OcppVersion;
  readonly redacted?: readonly string[];
}

function findings(action: string, call: string, answer: string, { version = '1.6', redacted }: Case = {}) {
  const entry: Entry = {
    kind: 'exchange',
    at: AT,
    charger: 'CP1',
    connection: 'c',
    direction: ACTIONS.get(action)?.direction === 'csms_to_station' ? 'csms_to_station' : 'station_to_csms',
    version,
    messageId: 'm',
    action,
    outcome: 'answered',
    request: wireOf(`[2,"m","${action}",${call}]`, call, redacted),
    answer: wireOf(`[3,"m",${answer}]`, answer),
    rejection: null,
    error: null,
    answeredAt: AT + 40,
    latency: 40_000,
    context: NO_CONTEXT,
    fields: {},
    findings: [],
    event: null,
  };
  return findingsOf(encodeEntry(firstIdAt(AT), derive(entry)));
}

/** `code path (detail)` of each finding. */
const found = (...given: Parameters<typeof findings>) => findings(...given).map(spelled);

function spelled({ code, path, detail }: Finding): string {
  return code + (path === undefined ? '' : ` ${path}`) + (detail === undefined ? '' : ` (${detail})`);
}

const STATUS = '"connectorId":1,"errorCode":"NoError","status":"Available"';

test('what the schema says is told with its path, value and schema, and what was meant', () => {
  assert.deepEqual(found('StatusNotification', `{${STATUS}}`, '{}'), []);
  assert.deepEqual(found('StatusNotification', '{"connectorId":1,"errorCode":"NoError"}', '{"x":1}'), [
    'field-missing request.status',
    'field-unknown answer.x',
  ]);
  assert.deepEqual(found('StatusNotification', `{${STATUS},"vendorID":"V"}`, '{}'), [
    'field-unknown request.vendorID (did you mean vendorId?)',
  ]);
  assert.deepEqual(found('Authorize', `{"idTag":"${'A'.repeat(21)}"}`, '{"idTagInfo":{"status":"Ok"}}'), [
    'field-length request.idTag (21 of at most 20)',
    'field-value answer.idTagInfo.status (Ok)',
  ]);
  assert.deepEqual(
    found('ChangeAvailability', '{"connectorId":"1","type":"inoperative"}', '{"status":"Accepted"}'),
    [
      'value-type request.connectorId (string)',
      'field-value request.type (inoperative; did you mean Inoperative?)',
    ],
  );
  const [first] = findings('Heartbeat', '{}', '{}');
  assert.deepEqual(first, {
    code: 'field-missing',
    path: 'answer.currentTime',
    clause: 'JSON schema Heartbeat.conf of OCPP 1.6',
  });
});

test('one fault is told once, by the name that says most', () => {
  assert.deepEqual(found('StatusNotification', `{${STATUS},"timestamp":"2026-01-05T10:00:00"}`, '{}'), [
    'time-without-zone request.timestamp (2026-01-05T10:00:00)',
  ]);
  assert.deepEqual(found('StatusNotification', `{${STATUS},"timestamp":"soon"}`, '{}'), [
    'field-format request.timestamp (soon)',
  ]);
  assert.deepEqual(found('StatusNotification', `{${STATUS.replace('NoError', 'Error')}}`, '{}'), [
    'error-code-unknown request.errorCode (Error)',
  ]);
});

const sampled = (sample: string, version: OcppVersion) =>
  version === '1.6'
    ? `{"connectorId":1,"meterValue":[{"timestamp":"2026-01-05T10:00:00Z","sampledValue":[${sample}]}]}`
    : `{"evseId":1,"meterValue":[{"timestamp":"2026-01-05T10:00:00Z","sampledValue":[${sample}]}]}`;

test('what the specification itself spells in two ways is right', () => {
  const unit = (measurand: string, name: string) =>
    found('MeterValues', sampled(`{"value":"1","measurand":"${measurand}","unit":"${name}"}`, '1.6'), '{}');
  assert.deepEqual(unit('Temperature', 'Celcius'), []);
  assert.deepEqual(unit('Temperature', 'Celsius'), []);
  assert.deepEqual(unit('Frequency', 'Hz'), []);
  assert.deepEqual(unit('Power.Reactive.Import', 'Var'), [
    'field-value request.meterValue[0].sampledValue[0].unit (Var; did you mean var?)',
  ]);
  const event = (reason: string) =>
    found(
      'TransactionEvent',
      `{"eventType":"Ended","timestamp":"2026-01-05T10:00:00Z","triggerReason":"${reason}","seqNo":1,"transactionInfo":{"transactionId":"T","stoppedReason":"${reason}"}}`,
      '{}',
      { version: '2.0.1' },
    );
  assert.deepEqual(event('DeAuthorized'), []);
  assert.deepEqual(event('Deauthorized'), []);
  assert.equal(event('Unauthorized').length, 2);
});

test('numbers that are exact beyond a double, and fine steps, are right; infinite ones are not', () => {
  const stop = (id: string) =>
    found(
      'StopTransaction',
      `{"meterStop":1,"timestamp":"2026-01-05T10:00:00Z","transactionId":${id}}`,
      '{}',
    );
  assert.deepEqual(stop('9223372036854775807'), []);
  assert.deepEqual(stop('1e999'), ['value-type request.transactionId (number)']);
  const limit = (amount: string) =>
    found(
      'SetChargingProfile',
      `{"connectorId":1,"csChargingProfiles":{"chargingProfileId":1,"stackLevel":0,"chargingProfilePurpose":"TxProfile","chargingProfileKind":"Relative","chargingSchedule":{"chargingRateUnit":"A","chargingSchedulePeriod":[{"startPeriod":0,"limit":${amount}}]}}}`,
      '{"status":"Accepted"}',
    );
  assert.deepEqual(limit('0.1'), []);
  assert.deepEqual(limit('16.3'), []);
  assert.deepEqual(limit('16.35').length, 1);
});

test('no default is filled in, and nothing is coerced', () => {
  const call = sampled('{"value":1,"unitOfMeasure":{}}', '2.0.1');
  const entry = { version: '2.0.1' } as const;
  assert.ok(!found('MeterValues', call, '{}', entry).some((one) => one.startsWith('field-')));
  const again = new Compiled(true);
  const schema = officialSchema('2.0.1', 'MeterValues', 'request');
  assert.ok(schema !== null);
  const payload = JSON.parse(call);
  assert.ok(again.validatorOf(schema)(payload));
  assert.equal(JSON.stringify(payload), call);
});

test('what was masked is no fault of the message', () => {
  const call = '{"location":"***","retrieveDate":"2026-01-05T10:00:00Z"}';
  assert.deepEqual(found('UpdateFirmware', call, '{}'), ['field-format request.location']);
  assert.deepEqual(found('UpdateFirmware', call, '{}', { redacted: ['location'] }), []);
});

test('of a long message the first fault is told, of a short one 64', () => {
  const many = (count: number) =>
    found(
      'MeterValues',
      sampled(Array.from({ length: count }, () => '{"value":"1","x":2}').join(), '1.6'),
      '{}',
    );
  assert.deepEqual([many(100).length, many(100).at(-1)], [65, 'findings-cut']);
  assert.equal(many(5_000).length, 1);
});

test('compiled schemas are bounded, and those used last stay', () => {
  const compiled = new Compiled(true, 2);
  const schemas = ['Authorize', 'Heartbeat', 'Reset'].map((action) =>
    officialSchema('1.6', action, 'request'),
  );
  const [a, b, c] = schemas.filter((schema): schema is OfficialSchema => schema !== null);
  assert.ok(a && b && c);
  const first = compiled.validatorOf(a);
  const second = compiled.validatorOf(b);
  assert.equal(compiled.validatorOf(a), first);
  compiled.validatorOf(c);
  assert.equal(compiled.size, 2);
  assert.equal(compiled.validatorOf(a), first);
  assert.notEqual(compiled.validatorOf(b), second);
});

/** With everything there is, from the schema itself. */
function sample(schema: OfficialSchema, definitions: Readonly<Record<string, OfficialSchema>>): unknown {
  if (schema.$ref !== undefined) {
    const named = definitions[schema.$ref.replace('#/definitions/', '')];
    return named === undefined ? null : sample(named, definitions);
  }
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.type === 'object') {
    const members = Object.entries(schema.properties ?? {});
    return Object.fromEntries(members.map(([name, member]) => [name, sample(member, definitions)]));
  }
  if (schema.type === 'array') {
    const element = schema.items === undefined ? null : sample(schema.items, definitions);
    return Array.from({ length: Math.max(1, schema.minItems ?? 0) }, () => element);
  }
  if (schema.type === 'integer' || schema.type === 'number') {
    return Math.min(Math.max(1, schema.minimum ?? 1), schema.maximum ?? 1);
  }
  if (schema.type === 'boolean') return true;
  if (schema.format === 'uri') return 'ftp://example.org/file';
  return schema.format === 'date-time' ? '2026-01-05T10:00:00Z' : '1';
}

test('no message that fits its schema is said to break it, of any action and version', () => {
  let messages = 0;
  for (const version of OCPP_VERSIONS) {
    for (const [action, { versions }] of ACTIONS) {
      if (!versions.includes(version)) continue;
      const text = (part: 'request' | 'answer') => {
        const schema = officialSchema(version, action, part);
        return schema === null ? '{}' : JSON.stringify(sample(schema, schema.definitions ?? {}));
      };
      const [call, answer] = [text('request'), text('answer')];
      assert.equal(readFrame(utf8.encode(`[2,"m","${action}",${call}]`), false, null).message.kind, 'call');
      const said = findings(action, call, answer, { version }).filter(({ clause }) => clause !== undefined);
      assert.deepEqual(said, [], `${action} ${version}`);
      messages += 2;
    }
  }
  assert.equal(messages, 2 * (39 + 64 + 91));
});

/** What stands in messages, where it should and where it should not. */
const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(
      null,
      true,
      -1,
      0.1,
      1e308,
      7,
      '',
      'Accepted',
      'Faulted',
      '1970-01-01T00:00:00',
      'x'.repeat(600),
    ),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom(
        'status',
        'timestamp',
        'meterValue',
        'sampledValue',
        'unitOfMeasure',
        'id',
        '__proto__',
        'evse',
      ),
      tie('any'),
      { maxKeys: 4 },
    ),
  ),
})).any;

test('no payload makes it fail, and every code is in the table', () => {
  const payload = fc.dictionary(
    fc.constantFrom(
      'timestamp',
      'meterValue',
      'transactionData',
      'status',
      'evse',
      'idTag',
      'csChargingProfiles',
    ),
    value,
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...ACTIONS.keys(), 'constructor', '__proto__'),
      fc.constantFrom(...OCPP_VERSIONS),
      payload,
      payload,
      (action, version, call, answer) => {
        const found = findings(action, JSON.stringify(call), JSON.stringify(answer), { version });
        for (const { code, path = '' } of found) {
          assert.ok(code in FINDINGS, code);
          assert.match(path, /^$|^(?:request|answer)(?:[.[]|$)/);
        }
      },
    ),
    { numRuns: 300 },
  );
});
