import assert from 'node:assert/strict';
import test from 'node:test';
import { callFingerprint } from './exchange.ts';
import { Connection, DOWN, SECOND, UP } from './pairing-case.ts';
import { readMessage } from './read-message.ts';

const call = (id: number | string, action = 'Heartbeat'): string => `[2,"${id}","${action}",{}]`;
const result = (id: number | string): string => `[3,"${id}",{}]`;

test('a call times out after 60 s, in time order, once', () => {
  const talk = new Connection();
  talk.send(UP, 0, call(1));
  talk.send(DOWN, 1, call(2));
  assert.equal(talk.pairing.nextDue, 60 * SECOND);
  assert.deepEqual(talk.expire(59.999), []);
  assert.deepEqual(talk.expire(60), ['c1 timeout']);
  assert.deepEqual(talk.expire(100), ['c2 timeout']);
  assert.deepEqual(talk.expire(200), []);
  assert.equal(talk.pairing.nextDue, null);
});

test('the time-out is a setting', () => {
  const talk = new Connection('1.6', { timeoutUs: 5 * SECOND });
  talk.send(UP, 0, call(1));
  assert.deepEqual(talk.expire(5), ['c1 timeout']);
  assert.deepEqual(talk.send(DOWN, 6, result(1)), ['c1 late by a1 after 6 s']);
});

test('an answer after the time-out is late, an error too', () => {
  const talk = new Connection();
  talk.send(UP, 0, call(1));
  talk.send(UP, 0, call(2));
  talk.expire(60);
  assert.deepEqual(talk.send(DOWN, 75, result(1)), ['c1 late by a1 after 75 s']);
  assert.deepEqual(talk.send(DOWN, 80, '[4,"2","InternalError","",{}]'), ['c2 late by a2 after 80 s']);
});

test('what comes out does not depend on how often time-outs are looked for', () => {
  const talk = new Connection();
  talk.send(UP, 0, call(1));
  assert.deepEqual(talk.send(DOWN, 75, result(1)), ['c1 timeout', 'c1 late by a1 after 75 s']);
});

test("the source's own times decide when the time-out came first", () => {
  const talk = new Connection();
  talk.send(UP, 0, call(1));
  talk.send(UP, 0, call(2));
  assert.deepEqual(talk.expire(3600), ['c1 timeout', 'c2 timeout']);
  assert.deepEqual(talk.send(DOWN, 60, result(1)), ['c1 answered by a1 after 60 s']);
  assert.deepEqual(talk.send(DOWN, 60, '[4,"2","InternalError","",{}]'), ['c2 error by a2 after 60 s']);
});

test('after 10 minutes a call is forgotten', () => {
  const talk = new Connection();
  talk.send(UP, 0, call(1));
  talk.send(UP, 0.001, call(2));
  talk.expire(60.1);
  assert.deepEqual(talk.send(DOWN, 600, result(1)), ['c1 late by a1 after 600 s']);
  assert.deepEqual(talk.send(DOWN, 600.002, result(2)), ['a2 orphan; orphan-answer']);
});

test('above 1000 that could still be answered the oldest is forgotten', () => {
  const talk = new Connection();
  for (let id = 0; id <= 1000; id++) talk.send(UP, id / 1000, call(id));
  assert.equal(talk.expire(70).length, 1001);
  assert.deepEqual(talk.send(DOWN, 71, result(0)), ['a1 orphan; orphan-answer']);
  assert.deepEqual(talk.send(DOWN, 71, result(1)), ['c2 late by a2 after 70.999 s']);
});

test('what is forgotten is forgotten among calls with one id too', () => {
  const talk = new Connection('1.6', { lateMax: 1 });
  for (const seconds of [0, 1, 2]) talk.send(UP, seconds, call(1));
  assert.deepEqual(talk.send(DOWN, 3, result(1)), ['c3 answered by a1 after 1 s']);
  assert.deepEqual(talk.send(DOWN, 4, result(1)), ['c2 answered by a2 after 3 s']);
  assert.deepEqual(talk.send(DOWN, 5, result(1)), ['a3 orphan; orphan-answer']);
});

test('above the bound of waiting calls the oldest times out, and is still answerable', () => {
  const talk = new Connection('1.6', { pendingMax: 2 });
  talk.send(UP, 0, call(1));
  talk.send(UP, 1, call(2));
  assert.deepEqual(talk.send(UP, 2, call(3)), ['c3 pending; two-calls-outstanding', 'c1 timeout']);
  assert.equal(talk.pairing.pendingCount, 2);
  assert.deepEqual(talk.send(DOWN, 3, result(1)), ['c1 answered by a1 after 3 s']);
});

test('without times nothing times out and no latency is told', () => {
  const talk = new Connection();
  talk.send(UP, null, call(1));
  talk.send(UP, null, call(2));
  assert.equal(talk.pairing.nextDue, null);
  assert.deepEqual(talk.expire(1e9), []);
  assert.deepEqual(talk.send(DOWN, null, result(1)), ['c1 answered by a1']);
  assert.deepEqual(talk.end('unanswered'), ['c2 unanswered']);
});

test('without times an answer to what timed out by the bound is late', () => {
  const talk = new Connection('1.6', { pendingMax: 1 });
  talk.send(UP, null, call(1));
  assert.deepEqual(talk.send(DOWN, null, call(2)), ['c2 pending', 'c1 timeout']);
  assert.deepEqual(talk.send(DOWN, null, result(1)), ['c1 late by a1']);
});

test('a call without a time does not keep others from timing out', () => {
  const talk = new Connection();
  talk.send(UP, null, call(1));
  talk.send(UP, 5, call(2));
  talk.send(UP, 1, call(3));
  assert.deepEqual(talk.expire(62), ['c3 timeout']);
  assert.deepEqual(talk.expire(65), ['c2 timeout']);
});

test('a lost connection ends what waits and forgets everything', () => {
  const talk = new Connection('2.1');
  talk.send(UP, 0, call('done'));
  talk.send(DOWN, 0, result('done'));
  talk.send(UP, 0, call('old'));
  talk.expire(61);
  talk.send(UP, 62, call(1));
  talk.send(DOWN, 62, call(2));
  assert.deepEqual(talk.end('connection_lost'), ['c3 connection_lost', 'c4 connection_lost']);
  assert.equal(talk.pairing.pendingCount, 0);
  assert.equal(talk.pairing.nextDue, null);
  for (const id of ['old', '1']) assert.match(talk.send(DOWN, 63, result(id)).join(), /orphan/);
  assert.match(talk.send(UP, 63, '[5,"done","GenericError","",{}]').join(), /orphan/);
  assert.deepEqual(talk.send(UP, 64, call(1)), ['c5 pending']);
});

test('what a file leaves unanswered a later one can answer', () => {
  const talk = new Connection();
  talk.send(UP, 0, call(1));
  talk.send(UP, 1, call(2));
  assert.deepEqual(talk.end('unanswered'), ['c1 unanswered', 'c2 unanswered']);
  assert.deepEqual(talk.send(UP, 2, call(3)), ['c3 pending']);
  assert.deepEqual(talk.send(DOWN, 3, result(1)), ['c1 answered by a1 after 3 s']);
  assert.deepEqual(talk.send(DOWN, 100, result(2)), ['c3 timeout', 'c2 late by a2 after 99 s']);
});

test('calls are taken up again after a restart', () => {
  const talk = new Connection();
  const text = call('p');
  const message = readMessage(text);
  assert.ok(message.kind === 'call');
  const known = { action: 'Heartbeat', version: '1.6', fingerprint: callFingerprint(message, text) } as const;
  talk.pairing.resume(
    'old',
    { ...known, id: 'o', outcome: 'unanswered' },
    { direction: UP, at: 0, arrival: 0 },
  );
  talk.pairing.resume(
    'waits',
    { ...known, id: 'p', outcome: 'pending' },
    { direction: UP, at: 0, arrival: 1 * SECOND },
  );
  assert.equal(talk.pairing.pendingCount, 1);
  assert.deepEqual(talk.send(UP, 2, text), ['c1 pending; call-resent', 'waits resent for c1']);
  assert.deepEqual(talk.send(DOWN, 3, result('o')), ['old answered by a1 after 3 s']);
  assert.deepEqual(talk.send(DOWN, 3, result('p')), ['c1 answered by a2 after 1 s']);
  assert.deepEqual(talk.send(DOWN, 5, result('p')), ['waits answered by a3 after 4 s']);
});
