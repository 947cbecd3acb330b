import assert from 'node:assert/strict';
import { test } from 'node:test';
import { derive } from '../derive.ts';
import type { Entry } from '../entry.ts';
import { encodeEntry } from '../entry-text.ts';
import { NO_CONTEXT } from '../fields.ts';
import { matcherOf } from './match.ts';
import { parseQuery } from './parse.ts';

const CALL =
  '[2,"m-7","StatusNotification",{"connectorId":2,"errorCode":"GroundFailure","status":"Faulted","info":"Line A\\u00df down"}]';
const start = CALL.indexOf('{');
const wire = (text: string, payload: { start: number; end: number } | null) => ({
  bytes: Buffer.from(text),
  payload,
  redacted: [],
  cut: null,
});

const FAULTED: Entry = derive({
  kind: 'exchange',
  at: 1_767_607_200_000,
  charger: 'CP_01',
  connection: 'c-1',
  direction: 'station_to_csms',
  version: '1.6',
  messageId: 'm-7',
  action: 'StatusNotification',
  outcome: 'answered',
  request: wire(CALL, { start, end: CALL.length - 1 }),
  answer: wire('[3,"m-7",{"ok":"Ja"}]', { start: 9, end: 19 }),
  rejection: null,
  error: null,
  answeredAt: 1_767_607_206_000,
  latency: 6_000_000,
  context: NO_CONTEXT,
  fields: {},
  findings: [{ code: 'two-calls-outstanding' }],
  event: null,
});
const GAP: Entry = {
  ...FAULTED,
  kind: 'gap',
  charger: '',
  connection: null,
  direction: null,
  version: null,
  messageId: null,
  action: null,
  outcome: null,
  request: null,
  answer: null,
  latency: null,
  fields: {},
  findings: [],
};

function hits(text: string, entry: Entry = FAULTED): boolean {
  const parsed = parseQuery(text);
  assert.equal(parsed.kind, 'query', text);
  return parsed.kind === 'query' && matcherOf(parsed.root)(encodeEntry(1_767_607_200_000n << 21n, entry));
}

test('a field is compared as a whole, whatever the case', () => {
  const yes = [
    'action:StatusNotification',
    'action:statusnotification',
    'station:CP_*',
    'station:CP_?1',
    'charger:cp_01',
    'status:Faulted',
    'error:GroundFailure',
    'connector:2',
    'connector:[1 TO 3]',
    'connector:>1',
    'outcome:answered',
    'direction:station_to_csms',
    'version:1.6',
    'latency:>5s',
    'latency:6s',
    'message:m-7',
    'connection:c-1',
    'finding:two-calls-outstanding',
    'has:finding',
    'has:answer',
    'payload:GroundFail',
    'answer:"ok"',
    'kind:exchange',
    'request_info:*down',
  ];
  const no = [
    'action:Status',
    'station:CP_',
    'status:Fault',
    'connector:1',
    'connector:{2 TO 5]',
    'latency:>6s',
    'latency:<6s',
    'has:power',
    'power:>0',
    'payload:Heartbeat',
    'version:2.0.1',
  ];
  for (const text of yes) assert.ok(hits(text), text);
  for (const text of no) assert.ok(!hits(text), text);
});

test('words look in station, action, status, error code and payload; several narrow together', () => {
  for (const text of ['cp_0', 'Notif', 'fault', 'ground', '"Line A"', 'CP_01 Faulted ground', 'l*down']) {
    assert.ok(hits(text), text);
  }
  for (const text of ['CP_02', 'CP_01 Available', 'm-7', 'c-1']) assert.ok(!hits(text), text);
});

test('and, or and not', () => {
  assert.ok(hits('status:(Available OR Faulted) -connector:1'));
  assert.ok(hits('NOT (status:Available OR connector:1)'));
  assert.ok(!hits('status:Faulted -has:finding'));
  assert.ok(hits(''));
});

test('what does not apply matches no test of it, and every test turned round', () => {
  assert.ok(!hits('station:*', GAP));
  assert.ok(!hits('latency:<1h', GAP));
  assert.ok(!hits('has:payload', GAP));
  assert.ok(hits('-action:Reset', GAP));
  assert.ok(hits('kind:gap', GAP));
});
