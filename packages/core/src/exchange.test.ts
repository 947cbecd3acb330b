import assert from 'node:assert/strict';
import test from 'node:test';
import { Connection, DOWN, UP } from './pairing-case.ts';
import { readMessage } from './read-message.ts';

const HEARTBEAT = '[2,"1","Heartbeat",{}]';
const RESULT = '[3,"1",{}]';
const ERROR = '[4,"1","InternalError","",{}]';

test('a call and its answer are one exchange, with the time between', () => {
  const talk = new Connection();
  assert.deepEqual(talk.send(UP, 0, HEARTBEAT), ['c1 pending']);
  assert.equal(talk.pairing.pendingCount, 1);
  assert.deepEqual(talk.send(DOWN, 0.25, RESULT), ['c1 answered by a1 after 0.25 s']);
  assert.equal(talk.pairing.pendingCount, 0);
  const ended = talk.events.at(-1);
  assert.ok(ended?.kind === 'ended' && ended.answeredAt === 250);
});

test('a CALLERROR ends an exchange as an error', () => {
  const talk = new Connection();
  talk.send(DOWN, 0, '[2,"1","Reset",{"type":"Soft"}]');
  assert.deepEqual(talk.send(UP, 1, ERROR), ['c1 error by a1 after 1 s']);
});

test('an error code of another version, or of none, is told', () => {
  const talk = new Connection('1.6');
  talk.send(UP, 0, HEARTBEAT);
  assert.deepEqual(talk.send(DOWN, 1, '[4,"1","FormatViolation","",{}]'), [
    'c1 error by a1 after 1 s; error-code-spelling FormatViolation',
  ]);
  talk.send(UP, 2, HEARTBEAT);
  assert.deepEqual(talk.send(DOWN, 3, '[4,"1","Oops","",{}]'), [
    'c2 error by a2 after 1 s; call-error-code-unknown Oops',
  ]);
});

test('both sides may use the same id at once', () => {
  const talk = new Connection();
  talk.send(UP, 0, HEARTBEAT);
  assert.deepEqual(talk.send(DOWN, 0, '[2,"1","Reset",{}]'), ['c2 pending']);
  assert.deepEqual(talk.send(UP, 1, RESULT), ['c2 answered by a1 after 1 s']);
  assert.deepEqual(talk.send(DOWN, 2, RESULT), ['c1 answered by a2 after 2 s']);
});

test('an answer does not pair with a call of its own direction', () => {
  const talk = new Connection();
  talk.send(UP, 0, HEARTBEAT);
  assert.deepEqual(talk.send(UP, 1, RESULT), ['a1 orphan; orphan-answer']);
  assert.equal(talk.pairing.pendingCount, 1);
});

test('ids are compared as text, whatever they are', () => {
  const talk = new Connection();
  for (const id of ['"__proto__"', '""', '7', '"ä"']) talk.send(UP, 0, `[2,${id},"Heartbeat",{}]`);
  assert.deepEqual(talk.send(DOWN, 1, '[3,"7",{}]'), ['c3 answered by a1 after 1 s']);
  assert.deepEqual(talk.send(DOWN, 1, '[3,"__proto__",{}]'), ['c1 answered by a2 after 1 s']);
  assert.deepEqual(talk.send(DOWN, 1, '[3,"",{}]'), ['c2 answered by a3 after 1 s']);
});

test('a second answer to a call is an orphan', () => {
  const talk = new Connection();
  talk.send(UP, 0, HEARTBEAT);
  talk.send(DOWN, 1, RESULT);
  assert.deepEqual(talk.send(DOWN, 2, RESULT), ['a2 orphan; orphan-answer']);
});

test('an orphan with id -1 names the one call that waits on the other side', () => {
  const talk = new Connection('2.1');
  talk.send(UP, 0, '[2,"x7","Heartbeat",{}]');
  talk.send(DOWN, 0, '[2,"y8","Reset",{}]');
  const unreadable = '[4,"-1","RpcFrameworkError","",{}]';
  assert.deepEqual(talk.send(DOWN, 1, unreadable), ['a1 orphan; orphan-answer x7']);
  talk.send(UP, 2, '[2,"x8","Heartbeat",{}]');
  assert.deepEqual(talk.send(DOWN, 3, unreadable), ['a2 orphan; orphan-answer']);
  assert.deepEqual(talk.send(UP, 3, unreadable), ['a3 orphan; orphan-answer y8']);
  assert.deepEqual(talk.send(UP, 3, '[3,"z",{}]'), ['a4 orphan; orphan-answer']);
});

test('a StartTransaction sent three times and answered once: the third is answered, two are resent', () => {
  const talk = new Connection();
  const start = '[2,"s","StartTransaction",{"connectorId":1,"idTag":"A","meterStart":0}]';
  talk.send(UP, 0, start);
  assert.deepEqual(talk.send(UP, 10, start), ['c2 pending; call-resent', 'c1 resent for c2']);
  assert.deepEqual(talk.send(UP, 20, start), ['c3 pending; call-resent', 'c2 resent for c3']);
  assert.deepEqual(talk.send(DOWN, 21, '[3,"s",{"transactionId":1}]'), ['c3 answered by a1 after 1 s']);
  assert.equal(talk.pairing.pendingCount, 0);
});

test('what was resent stays answerable, newest first', () => {
  const talk = new Connection();
  for (const seconds of [0, 1, 2]) talk.send(UP, seconds, HEARTBEAT);
  assert.deepEqual(talk.send(DOWN, 3, RESULT), ['c3 answered by a1 after 1 s']);
  assert.deepEqual(talk.send(DOWN, 4, ERROR), ['c2 error by a2 after 3 s']);
  assert.deepEqual(talk.send(DOWN, 62, RESULT), ['c1 late by a3 after 62 s']);
  assert.deepEqual(talk.send(DOWN, 63, RESULT), ['a4 orphan; orphan-answer']);
});

test('an id used again for another call replaces it; both stay answerable', () => {
  const talk = new Connection();
  talk.send(UP, 0, HEARTBEAT);
  assert.deepEqual(talk.send(UP, 1, '[2,"1","MeterValues",{}]'), [
    'c2 pending; message-id-reused',
    'c1 replaced for c2',
  ]);
  assert.deepEqual(talk.send(UP, 2, '[2,"1","MeterValues",{"a":1}]'), [
    'c3 pending; message-id-reused',
    'c2 replaced for c3',
  ]);
  assert.deepEqual(talk.send(DOWN, 3, RESULT), ['c3 answered by a1 after 1 s']);
  assert.deepEqual(talk.send(DOWN, 3, RESULT), ['c2 answered by a2 after 2 s']);
  assert.deepEqual(talk.send(DOWN, 3, RESULT), ['c1 answered by a3 after 3 s']);
});

test('a payload text that differs in a blank is another payload', () => {
  const talk = new Connection();
  talk.send(UP, 0, HEARTBEAT);
  assert.deepEqual(talk.send(UP, 1, '[2,"1","Heartbeat",{ }]'), [
    'c2 pending; message-id-reused',
    'c1 replaced for c2',
  ]);
  // Blanks around the elements are not of the payload.
  assert.deepEqual(talk.send(UP, 2, '[2, "1", "Heartbeat", { }]'), [
    'c3 pending; call-resent',
    'c2 resent for c3',
  ]);
});

test('an id used again after its end, or the other way, is no reuse', () => {
  const talk = new Connection();
  talk.send(UP, 0, HEARTBEAT);
  talk.send(DOWN, 1, RESULT);
  assert.deepEqual(talk.send(UP, 2, HEARTBEAT), ['c2 pending']);
  assert.deepEqual(talk.send(UP, 70, HEARTBEAT), ['c2 timeout', 'c3 pending']);
});

test('a second call in one direction is told on the newer, unless the older timed out', () => {
  const talk = new Connection();
  talk.send(UP, 0, HEARTBEAT);
  assert.deepEqual(talk.send(UP, 1, '[2,"2","Heartbeat",{}]'), ['c2 pending; two-calls-outstanding']);
  assert.deepEqual(talk.send(DOWN, 1, '[2,"3","Reset",{}]'), ['c3 pending']);
  assert.deepEqual(talk.send(UP, 61, '[2,"4","Heartbeat",{}]'), [
    'c1 timeout',
    'c2 timeout',
    'c3 timeout',
    'c4 pending',
  ]);
});

test('a SEND is sent, waits for nothing and is no outstanding call', () => {
  const send = '[6,"s1","NotifyPeriodicEventStream",{"id":1}]';
  const talk = new Connection('2.1');
  talk.send(UP, 0, HEARTBEAT);
  assert.deepEqual(talk.send(UP, 1, send), ['c2 sent']);
  assert.deepEqual(talk.send(DOWN, 1, RESULT), ['c1 answered by a1 after 1 s']);
  assert.deepEqual(talk.send(UP, 2, HEARTBEAT), ['c3 pending']);
  assert.deepEqual(talk.send(DOWN, 3, '[3,"s1",{}]'), ['a2 orphan; orphan-answer']);
  assert.deepEqual(new Connection('2.0.1').send(UP, 1, send), ['c1 sent; send-not-in-version']);
});

test('the action of the call is known before its answer is accepted', () => {
  const talk = new Connection();
  talk.send(DOWN, 0, '[2,"1","GetConfiguration",{}]');
  const answer = readMessage(RESULT);
  assert.ok(answer.kind === 'result');
  assert.equal(talk.pairing.actionOf(answer, { direction: UP, at: 1, arrival: 1 }), 'GetConfiguration');
  assert.equal(talk.pairing.actionOf(answer, { direction: DOWN, at: 1, arrival: 1 }), null);
  assert.deepEqual(talk.send(UP, 1, RESULT), ['c1 answered by a1 after 1 s']);
  const rejection = readMessage('[5,"1","GenericError","",{}]');
  assert.ok(rejection.kind === 'result_error');
  assert.equal(talk.pairing.actionOf(rejection, { direction: DOWN, at: 2, arrival: 2 }), 'GetConfiguration');
});
