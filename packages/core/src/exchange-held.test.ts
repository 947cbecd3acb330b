import assert from 'node:assert/strict';
import test from 'node:test';
import { Connection, DOWN, SECOND, UP } from './pairing-case.ts';

const HOLDING = { holdAnswersUs: 10 * SECOND };
const CALL = '[2,"1","Heartbeat",{}]';
const RESULT = '[3,"1",{}]';

test('an answer up to 10 s before its call is taken, with a finding and no latency', () => {
  const talk = new Connection('1.6', HOLDING);
  assert.deepEqual(talk.send(DOWN, 0, RESULT), ['a1 held']);
  assert.equal(talk.pairing.nextDue, 10 * SECOND);
  assert.deepEqual(talk.send(UP, 10, CALL), ['c1 pending', 'c1 answered by a1; answer-before-call']);
  const event = talk.events.at(-1);
  assert.ok(event?.kind === 'ended' && event.answeredAt === 0);
  assert.equal(talk.pairing.pendingCount, 0);
});

test('no call within 10 s: the answer is an orphan', () => {
  const talk = new Connection('1.6', HOLDING);
  talk.send(DOWN, 0, RESULT);
  assert.deepEqual(talk.expire(10), []);
  assert.deepEqual(talk.send(UP, 10.001, CALL), ['a1 orphan; orphan-answer', 'c1 pending']);
});

test('a held answer is claimed by a call of the other side with its id alone', () => {
  const talk = new Connection('1.6', HOLDING);
  talk.send(DOWN, 0, RESULT);
  assert.deepEqual(talk.send(DOWN, 1, CALL), ['c1 pending']);
  assert.deepEqual(talk.send(UP, 1, '[2,"2","Heartbeat",{}]'), ['c2 pending']);
  assert.deepEqual(talk.end('unanswered'), ['c1 unanswered', 'c2 unanswered', 'a1 orphan; orphan-answer']);
});

test('the newest of several held answers is claimed first', () => {
  const talk = new Connection('1.6', HOLDING);
  talk.send(DOWN, 0, RESULT);
  talk.send(DOWN, 1, '[4,"1","InternalError","",{}]');
  assert.deepEqual(talk.send(UP, 2, CALL), ['c1 pending', 'c1 error by a2; answer-before-call']);
  assert.deepEqual(talk.send(UP, 3, CALL), ['c2 pending', 'c2 answered by a1; answer-before-call']);
});

test('an answer whose line comes after a later call is taken, and one too early is not', () => {
  const talk = new Connection('1.6', HOLDING);
  talk.send(UP, 20, CALL);
  assert.deepEqual(talk.send(DOWN, 9, RESULT), ['a1 held']);
  assert.deepEqual(talk.send(DOWN, 15, RESULT), ['c1 answered by a2; answer-before-call']);
});

test('a call whose line comes after its answer has its latency', () => {
  const talk = new Connection('1.6', HOLDING);
  talk.send(DOWN, 5, RESULT);
  assert.deepEqual(talk.send(UP, 4, CALL), ['c1 pending', 'c1 answered by a1 after 1 s']);
});

test('on the wire, and without times, nothing is held', () => {
  assert.deepEqual(new Connection().send(DOWN, 0, RESULT), ['a1 orphan; orphan-answer']);
  assert.deepEqual(new Connection('1.6', HOLDING).send(DOWN, null, RESULT), ['a1 orphan; orphan-answer']);
});

test('above the bound the oldest held answer is released', () => {
  const talk = new Connection('1.6', { ...HOLDING, heldMax: 2 });
  talk.send(DOWN, 0, RESULT);
  talk.send(DOWN, 1, RESULT);
  assert.deepEqual(talk.send(DOWN, 2, RESULT), ['a3 held', 'a1 orphan; orphan-answer']);
});

test('the end of a connection releases what is held', () => {
  const talk = new Connection('1.6', HOLDING);
  talk.send(DOWN, 0, RESULT);
  assert.deepEqual(talk.end('connection_lost'), ['a1 orphan; orphan-answer']);
  assert.equal(talk.pairing.nextDue, null);
});
