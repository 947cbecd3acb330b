import assert from 'node:assert/strict';
import test from 'node:test';
import { Connection, DOWN, SECOND, UP } from './pairing-case.ts';

const CALL = '[2,"1","GetLog",{}]';
const RESULT = '[3,"1",{"status":"?"}]';
const REJECTION = '[5,"1","FormatViolation","x",{}]';

function answered(version: '1.6' | '2.0.1' | '2.1' = '2.1'): Connection {
  const talk = new Connection(version);
  talk.send(DOWN, 0, CALL);
  talk.send(UP, 1, RESULT);
  return talk;
}

test('a CALLRESULTERROR of the caller rejects the answered exchange, which keeps its answer', () => {
  const talk = answered();
  assert.deepEqual(talk.send(DOWN, 2, REJECTION), ['c1 result_rejected rejected by a2 after 1 s']);
  const event = talk.events.at(-1);
  assert.ok(event?.kind === 'ended' && event.answeredAt === 1000 && event.latency === 1_000_000);
});

test('an exchange is rejected once', () => {
  const talk = answered();
  talk.send(DOWN, 2, REJECTION);
  assert.deepEqual(talk.send(DOWN, 3, REJECTION), ['a3 orphan; orphan-answer']);
});

test('a CALLRESULTERROR from the side that answered rejects nothing', () => {
  assert.deepEqual(answered().send(UP, 2, REJECTION), ['a2 orphan; orphan-answer']);
});

test('a CALLRESULTERROR is no answer to a call', () => {
  const talk = new Connection('2.1');
  talk.send(DOWN, 0, CALL);
  assert.deepEqual(talk.send(UP, 1, REJECTION), ['a1 orphan; orphan-answer']);
  assert.equal(talk.pairing.pendingCount, 1);
});

test('only a result can be rejected', () => {
  const talk = new Connection('2.1');
  talk.send(DOWN, 0, CALL);
  talk.send(UP, 1, '[4,"1","NotSupported","",{}]');
  assert.deepEqual(talk.send(DOWN, 2, REJECTION), ['a2 orphan; orphan-answer']);
});

test('before 2.1 a CALLRESULTERROR is told', () => {
  assert.deepEqual(answered('2.0.1').send(DOWN, 2, REJECTION), [
    'c1 result_rejected rejected by a2 after 1 s; rejection-not-in-version',
  ]);
});

test('a CALLERROR in the direction of the call does the same, with a finding', () => {
  assert.deepEqual(answered('1.6').send(DOWN, 2, '[4,"1","GenericError","",{}]'), [
    'c1 result_rejected rejected by a2 after 1 s; error-as-rejection',
  ]);
});

test('a CALLERROR is first of all the answer to a call that waits', () => {
  const talk = answered();
  talk.send(UP, 2, '[2,"1","Heartbeat",{}]');
  assert.deepEqual(talk.send(DOWN, 3, '[4,"1","GenericError","",{}]'), ['c2 error by a2 after 1 s']);
});

test('a late result can be rejected', () => {
  const talk = new Connection('2.1');
  talk.send(DOWN, 0, CALL);
  talk.send(UP, 90, RESULT);
  assert.deepEqual(talk.send(DOWN, 91, REJECTION), ['c1 result_rejected rejected by a2 after 90 s']);
});

test('the last 16 answered exchanges can be rejected', () => {
  const talk = new Connection('2.1');
  for (let id = 1; id <= 17; id++) {
    talk.send(DOWN, id, `[2,"${id}","GetLog",{}]`);
    talk.send(UP, id, `[3,"${id}",{}]`);
  }
  assert.deepEqual(talk.send(DOWN, 99, REJECTION), ['a18 orphan; orphan-answer']);
  assert.deepEqual(talk.send(DOWN, 99, '[5,"2","GenericError","",{}]'), [
    'c2 result_rejected rejected by a19 after 0 s',
  ]);
});

test('an answered exchange can be rejected for as long as a call can be answered, by the times of the frames', () => {
  const limits = { lateUs: 600 * SECOND };
  const inTime = new Connection('2.1', limits);
  inTime.send(DOWN, 0, CALL);
  inTime.send(UP, 1, RESULT);
  assert.deepEqual(inTime.send(DOWN, 601, REJECTION), ['c1 result_rejected rejected by a2 after 1 s']);
  const tooLate = new Connection('2.1', limits);
  tooLate.send(DOWN, 0, CALL);
  tooLate.send(UP, 1, RESULT);
  assert.deepEqual(tooLate.send(DOWN, 602, REJECTION), ['a2 orphan; orphan-answer']);
});

test('a result whose id is endless is not kept to be rejected, one of a length that stations use is', () => {
  for (const [length, expected] of [
    [36, 'c1 result_rejected rejected by a2 after 1 s'],
    [600, 'a2 orphan; orphan-answer'],
  ] as const) {
    const talk = new Connection('2.1');
    const id = 'i'.repeat(length);
    talk.send(DOWN, 0, `[2,"${id}","GetLog",{}]`);
    talk.send(UP, 1, `[3,"${id}",{}]`);
    assert.deepEqual(talk.send(DOWN, 2, `[5,"${id}","FormatViolation","x",{}]`), [expected]);
  }
});
