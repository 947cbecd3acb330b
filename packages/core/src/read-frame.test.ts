import assert from 'node:assert/strict';
import test from 'node:test';
import { readFrame } from './read-frame.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const CUT = { length: 5_000_000, sha256: '00' };

test('text is decoded as it was sent', () => {
  const text = '[2,"1","DataTransfer",{"data":"ä€😀"}]';
  const frame = readFrame(bytes(text), false, null);
  assert.equal(frame.text, text);
  assert.equal(frame.message.kind, 'call');
});

test('a byte order mark stays, and is no JSON', () => {
  const frame = readFrame(bytes('\u{feff}[2,"1","Heartbeat",{}]'), false, null);
  assert.equal(frame.text, '\u{feff}[2,"1","Heartbeat",{}]');
  assert.deepEqual(frame.message, { kind: 'malformed', reason: 'not JSON' });
});

test('binary and what is no UTF-8 has no text', () => {
  const call = bytes('[2,"1","Heartbeat",{}]');
  assert.deepEqual(readFrame(call, true, null), {
    text: null,
    message: { kind: 'malformed', reason: 'binary' },
  });
  for (const invalid of [[0x5b, 0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80]]) {
    assert.deepEqual(readFrame(Uint8Array.from(invalid), false, null), {
      text: null,
      message: { kind: 'malformed', reason: 'not UTF-8' },
    });
  }
});

test('an invalid frame leaves nothing behind for the next one', () => {
  readFrame(Uint8Array.from([0xe2, 0x82]), false, null);
  assert.equal(readFrame(bytes('[3,"1",{}]'), false, null).message.kind, 'result');
});

test('a cut frame may end in the middle of a character', () => {
  const whole = bytes('[2,"1","DataTransfer",{"data":"😀');
  for (let less = 0; less < 4; less++) {
    const frame = readFrame(whole.subarray(0, whole.length - less), false, CUT);
    assert.equal(frame.text, `[2,"1","DataTransfer",{"data":"${less === 0 ? '😀' : ''}`);
    assert.equal(frame.message.kind, 'call');
  }
});

test('a cut frame with an invalid character inside is no UTF-8', () => {
  const frame = readFrame(Uint8Array.from([...bytes('[2,"1","X",{"a":"'), 0xff, 0x41]), false, CUT);
  assert.deepEqual(frame, { text: null, message: { kind: 'malformed', reason: 'not UTF-8' } });
});

test('a message is not taken for whole because its beginning is', () => {
  const frame = readFrame(bytes('[2,"1","Heartbeat",{}]'), false, CUT);
  assert.ok(frame.message.kind === 'call');
  assert.deepEqual(frame.message.findings, [{ code: 'truncated' }]);
  assert.equal(frame.message.payloadSpan, null);
});
