import assert from 'node:assert/strict';
import test from 'node:test';
import type { CallMessage, ErrorMessage, Message, ResultMessage } from './message.ts';
import { readMessage, readTruncated } from './read-message.ts';

function call(text: string): CallMessage {
  const message = readMessage(text);
  assert.ok(message.kind === 'call' || message.kind === 'send', `read as ${message.kind}`);
  return message;
}

function result(text: string): ResultMessage {
  const message = readMessage(text);
  assert.ok(message.kind === 'result', `read as ${message.kind}`);
  return message;
}

function error(text: string): ErrorMessage {
  const message = readMessage(text);
  assert.ok(message.kind === 'error' || message.kind === 'result_error', `read as ${message.kind}`);
  return message;
}

const reason = (message: Message): string => (message.kind === 'malformed' ? message.reason : message.kind);
const codes = (message: Exclude<Message, { kind: 'malformed' }>): string[] =>
  message.findings.map((f) => f.code);

test('a CALL is read', () => {
  const text = '[2,"19223201","BootNotification",{"chargePointVendor":"VendorX"}]';
  assert.deepEqual(readMessage(text), {
    kind: 'call',
    id: '19223201',
    action: 'BootNotification',
    payload: { chargePointVendor: 'VendorX' },
    payloadSpan: { start: 33, end: 64 },
    findings: [],
  });
});

test('a CALLRESULT, a CALLERROR, a CALLRESULTERROR and a SEND are read', () => {
  assert.deepEqual(readMessage('[3,"1",{"status":"Accepted"}]'), {
    kind: 'result',
    id: '1',
    payload: { status: 'Accepted' },
    payloadSpan: { start: 7, end: 28 },
    findings: [],
  });
  const read = {
    id: '1',
    code: 'NotSupported',
    description: 'no',
    detailsSpan: { start: 27, end: 34 },
    findings: [],
  };
  assert.deepEqual(readMessage('[4,"1","NotSupported","no",{"a":1}]'), { kind: 'error', ...read });
  assert.deepEqual(readMessage('[5,"1","NotSupported","no",{"a":1}]'), { kind: 'result_error', ...read });
  assert.equal(call('[6,"s1","NotifyPeriodicEventStream",{"id":1}]').kind, 'send');
});

test('a CALLERROR without description or details, or with details of text, is still an answer', () => {
  const bare = error('[4,"1","InternalError"]');
  assert.deepEqual([bare.description, bare.detailsSpan, codes(bare)], [null, null, ['error-form']]);
  const empty = error('[4,"1","InternalError",null,null]');
  assert.deepEqual([empty.description, empty.detailsSpan, codes(empty)], [null, null, ['error-form']]);
  const text = '[4,"1","InternalError","failed","SQL [insert into x"]';
  const sql = error(text);
  assert.deepEqual([sql.code, sql.description, codes(sql)], ['InternalError', 'failed', ['error-form']]);
  assert.equal(text.slice(sql.detailsSpan?.start, sql.detailsSpan?.end), '"SQL [insert into x"');
});

test('a payload of null or [] reads as {}', () => {
  for (const payload of ['null', '[]', '[ ]']) {
    const message = call(`[2,"1","Heartbeat",${payload}]`);
    assert.deepEqual([message.payload, message.payloadSpan], [{}, null]);
    assert.deepEqual(codes(message), ['payload-empty-form']);
    assert.deepEqual(result(`[3,"1",${payload}]`).payload, {});
  }
});

test('a numeric message id reads as the text it is', () => {
  const message = call('[2,4711,"Heartbeat",{}]');
  assert.deepEqual([message.id, codes(message)], ['4711', ['message-id-number']]);
  assert.equal(call('[2,-1,"Heartbeat",{}]').id, '-1');
  assert.equal(call('[2,12345678901234567890,"Heartbeat",{}]').id, '12345678901234567890');
  assert.equal(call('[2,1.50,"Heartbeat",{}]').id, '1.50');
});

test('an id that is empty or over 36 characters is told', () => {
  assert.deepEqual(codes(call('[2,"","Heartbeat",{}]')), ['message-id-length']);
  assert.deepEqual(codes(call(`[2,"${'x'.repeat(37)}","Heartbeat",{}]`)), ['message-id-length']);
  assert.deepEqual(codes(call(`[2,"${'x'.repeat(36)}","Heartbeat",{}]`)), []);
  assert.deepEqual(codes(call(`[2,"${'😀'.repeat(36)}","Heartbeat",{}]`)), []);
  assert.deepEqual(codes(call(`[2,"${'😀'.repeat(37)}","Heartbeat",{}]`)), ['message-id-length']);
});

test('anything else is malformed, with its reason', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['', 'empty text'],
    [' \n', 'empty text'],
    ['[2,"1","Heartbeat",{}', 'not JSON'],
    ['hello', 'not JSON'],
    ['\u{feff}[2,"1","Heartbeat",{}]', 'not JSON'],
    ['{"a":1}', 'no array'],
    ['null', 'no array'],
    ['"[2]"', 'no array'],
    ['[]', 'unknown message type'],
    ['[7,"1",{}]', 'unknown message type'],
    ['["2","1","Heartbeat",{}]', 'unknown message type'],
    ['[2]', 'wrong element types'],
    ['[2,null,"Heartbeat",{}]', 'wrong element types'],
    ['[2,true,"Heartbeat",{}]', 'wrong element types'],
    ['[2,"1",5,{}]', 'wrong element types'],
    ['[2,"1","Heartbeat",{},{}]', 'wrong element types'],
    ['[3,{},{}]', 'wrong element types'],
    ['[3,"1",{},{}]', 'wrong element types'],
    ['[4,"1",404,"x",{}]', 'wrong element types'],
    ['[4,"1"]', 'wrong element types'],
    ['[4,"1","InternalError",7,{}]', 'wrong element types'],
    ['[4,"1","InternalError","",{},1]', 'wrong element types'],
    ['[2,"1","Heartbeat"]', 'payload no object'],
    ['[2,"1","Heartbeat","{}"]', 'payload no object'],
    ['[2,"1","Heartbeat",[1]]', 'payload no object'],
    ['[3,"1"]', 'payload no object'],
    ['[3,"1",true]', 'payload no object'],
  ];
  for (const [text, expected] of cases) assert.equal(reason(readMessage(text)), expected, text);
});

test('integers beyond 2^53 keep their digits', () => {
  const { payload } = call(
    '[2,"1","StopTransaction",{"transactionId":9223372036854775807,"low":-9223372036854775808,"exact":9007199254740991}]',
  );
  assert.deepEqual(payload, {
    transactionId: 9223372036854775807n,
    low: -9223372036854775808n,
    exact: 9007199254740991,
  });
});

test('numbers that are no such integer stay numbers', () => {
  const { payload } = call(
    `[2,"1","X",{"a":0.12345678901234567,"b":"12345678901234567890","c":1e20,"d":${'9'.repeat(65)}}]`,
  );
  assert.deepEqual(payload, {
    a: Number('0.12345678901234567'),
    b: '12345678901234567890',
    c: 1e20,
    d: 1e65,
  });
});

test('any nesting is read, or is malformed, and a long integer beside it makes no difference', () => {
  for (const depth of [10, 1000, 10_000, 200_000]) {
    const deep = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const kind = reason(readMessage(`[2,"1","DataTransfer",{"n":1,"d":${deep}}]`));
    assert.ok(kind === 'call' || kind === 'not JSON');
    assert.equal(reason(readMessage(`[2,"1","DataTransfer",{"n":12345678901234567890,"d":${deep}}]`)), kind);
  }
  assert.equal(reason(readMessage('['.repeat(1_000_000))), 'not JSON');
});

test('NUL, lone surrogates and a string of 1 MiB survive', () => {
  const text = `[2,"1","DataTransfer",{"nul":"a\\u0000b","lone":"\\ud800","long":"${'x'.repeat(1 << 20)}"}]`;
  const { payload, payloadSpan } = call(text);
  assert.equal(payload.nul, 'a\0b');
  assert.equal(payload.lone, '\ud800');
  assert.equal(text.slice(payloadSpan?.start, payloadSpan?.end), text.slice(22, -1));
});

test('names of Object.prototype are names like any other', () => {
  const { payload } = call('[2,"1","DataTransfer",{"__proto__":{"x":1},"constructor":2}]');
  assert.deepEqual(Object.keys(payload), ['__proto__', 'constructor']);
});

test('of a frame that was too long what can be read takes part in pairing', () => {
  const read = readTruncated('[2,"1","DataTransfer",{"data":"xxxx');
  assert.deepEqual(read, {
    kind: 'call',
    id: '1',
    action: 'DataTransfer',
    payload: {},
    payloadSpan: null,
    findings: [{ code: 'truncated' }],
  });
  assert.equal(readTruncated('[3,"1",{"data":"xx').kind, 'result');
  assert.equal(readTruncated('[6,"1","X",{"da').kind, 'send');
  const failed = readTruncated('[4,"1","InternalError","why",{"a":"xx');
  assert.ok(failed.kind === 'error');
  assert.deepEqual([failed.code, failed.description, failed.detailsSpan], ['InternalError', 'why', null]);
  const open = readTruncated('[5,"1","InternalError","why');
  assert.ok(open.kind === 'result_error');
  assert.equal(open.description, null);
});

test('of a frame that was too long and says nothing the reason is that', () => {
  for (const text of [
    '',
    '[2,"1","Data',
    '[2,"1',
    '[9,"1","X",{',
    '{"a":1,',
    '[2,{},"X",{',
    '[2,"1",3,{',
    '[2,x,"X",{',
    '[4,"1",',
  ]) {
    assert.equal(reason(readTruncated(text)), 'truncated', text);
  }
});
