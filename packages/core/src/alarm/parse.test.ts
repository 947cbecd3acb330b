import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printQuery } from '../query/print.ts';
import { ruleOf } from './case.ts';
import { parseAlarm } from './parse.ts';

function fault(text: string): string {
  const parsed = parseAlarm(text);
  return parsed.kind === 'fault' ? `${parsed.error.column}: ${parsed.error.message}` : 'no fault';
}

test('a search alone is an alarm', () => {
  const rule = ruleOf('action:StatusNotification (status:Faulted OR error:GroundFailure)');
  assert.ok(rule.kind === 'found');
  assert.equal(printQuery(rule.a), 'action:StatusNotification (status:Faulted OR error:GroundFailure)');
});

test('A, then B within a time, compared with A', () => {
  const rule = ruleOf(
    'status:Preparing connector:1 THEN action:StartTransaction OR status:Charging WITHIN 5min ' +
      'WHERE B.connector = A.connector AND A.tx!=B.transaction',
  );
  assert.ok(rule.kind === 'followed');
  assert.deepEqual(
    [printQuery(rule.a), printQuery(rule.b), rule.absent, rule.within],
    ['status:Preparing connector:1', 'action:StartTransaction OR status:Charging', false, 300_000],
  );
  assert.deepEqual(rule.where, [
    { left: { of: 'B', field: 'connector' }, right: { of: 'A', field: 'connector' }, equal: true },
    { left: { of: 'A', field: 'transaction' }, right: { of: 'B', field: 'transaction' }, equal: false },
  ]);
});

test('A, then no B', () => {
  const rule = ruleOf('action:BootNotification THEN NO action:Heartbeat WITHIN 1.5h');
  assert.ok(rule.kind === 'followed');
  assert.deepEqual([rule.absent, rule.within, rule.where], [true, 5_400_000, []]);
});

test('silent stations, all of them or some', () => {
  assert.deepEqual(ruleOf('SILENT 15min'), { kind: 'silent', after: 900_000, stations: null });
  const rule = ruleOf('SILENT 1d WHERE site:depot -station:TEST*');
  assert.ok(rule.kind === 'silent' && rule.stations !== null);
  assert.equal(printQuery(rule.stations), 'site:depot -station:TEST*');
});

test('keywords in quotes are words to look for', () => {
  const rule = ruleOf('"THEN" "then" payload:where');
  assert.ok(rule.kind === 'found');
  assert.equal(printQuery(rule.a), 'THEN then payload:where');
});

test('what cannot be understood is told with its column, and what to do', () => {
  const faults: readonly (readonly [text: string, fault: string])[] = [
    ['', '1: something to look for must follow'],
    ['THEN action:Reset', '1: something to look for must follow'],
    ['status:Faulted THEN', '20: something to look for must follow'],
    ['status:Faulted THEN NO WITHIN 5s', '24: something to look for must follow'],
    [
      'status:Faulted THEN finding:Seq-Gap WITHIN 5s',
      '21: seq-gap is told by the entries around, later ones too; an alarm takes each as it comes',
    ],
    ['status:Faulted then action:Reset', '16: write THEN, or put it in quotes to look for the word'],
    ['a THEN no b WITHIN 5s', '8: write NO, in upper case'],
    ['a THEN b', '9: WITHIN must follow, such as WITHIN 30s'],
    ['a THEN b within 5s', '10: write WITHIN, or put it in quotes to look for the word'],
    ['a THEN b WITHIN', '16: WITHIN needs a time with one of ms, s, min, h, d, such as 30s'],
    ['a THEN b WITHIN 5', '17: WITHIN needs a time with one of ms, s, min, h, d, such as 30s'],
    ['a THEN b WITHIN 5m', '17: WITHIN needs a time with one of ms, s, min, h, d, such as 30s'],
    ['a THEN b WITHIN 2d', '17: WITHIN takes 1ms to 1d'],
    ['a THEN b WITHIN 5s c', '20: nothing may stand here: an alarm ends before it'],
    ['a THEN b WITHIN 5s THEN c', '20: nothing may stand here: an alarm ends before it'],
    ['a WHERE B.connector = A.connector', '3: nothing may stand here: an alarm ends before it'],
    ['a THEN b WITHIN 5s where', '20: write WHERE, in upper case'],
    [
      'a THEN b WITHIN 5s WHERE connector',
      '26: a field of A or B must follow, such as B.connector = A.connector',
    ],
    [
      'a THEN b WITHIN 5s WHERE B.conector = A.connector',
      '28: there is no field conector; did you mean connector?',
    ],
    ['a THEN b WITHIN 5s WHERE B.connector A.connector', '38: = or != must follow'],
    [
      'a THEN b WITHIN 5s WHERE B.connector = B.tx',
      '26: both sides are of B: compare A with B, such as B.connector = A.connector',
    ],
    ['outcom:error THEN b WITHIN 5s', '1: there is no field outcom; did you mean outcome?'],
    ['a THEN (b WITHIN 5s', '8: this ( is never closed: add a )'],
    ['SILENT', '7: SILENT needs a time with one of ms, s, min, h, d, such as 30s'],
    ['SILENT 5s', '8: SILENT takes 1min to 30d'],
    [
      'SILENT 15min WHERE action:Heartbeat',
      '20: of silent stations nothing is known but station and site, such as -station:TEST*',
    ],
    ['silent 15min', '1: write SILENT, or put it in quotes to look for the word'],
  ];
  for (const [text, expected] of faults) assert.equal(fault(text), expected, text);
  assert.match(fault('x'.repeat(4001)), /^4001: an alarm holds at most 4000 characters, not 4001$/);
  assert.match(
    fault(`a THEN b WITHIN 5s WHERE ${'A.tx = B.tx AND '.repeat(8)}A.tx = B.tx`),
    /at most 8 times$/,
  );
});

test('what was hardly meant in its searches is told', () => {
  const parsed = parseAlarm('status:Faulted or error:X THEN a WITHIN 5s');
  assert.ok(parsed.kind === 'rule');
  assert.deepEqual(
    parsed.hints.map(({ column, keyword }) => [column, keyword]),
    [[16, 'OR']],
  );
});
