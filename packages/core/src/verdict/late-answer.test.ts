/** Answers that came late, starts that were sent again, and numbers that begin anew. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../message.ts';
import { authorize, event, exchange, start, status, stop, T0, time } from '../session/case.ts';
import { sessionsOf } from '../session/fold.ts';
import type { SeenEntry } from '../session/seen.ts';
import { verdictOf } from './judge.ts';

const verdict = (entries: readonly SeenEntry[]) => {
  const [session] = sessionsOf(entries);
  assert.ok(session);
  return verdictOf(session);
};

test('a start that is answered late is told with how often it was sent', () => {
  const begun = (seconds: number, answered: boolean) =>
    exchange(
      seconds,
      'StartTransaction',
      { connectorId: 1, idTag: 'A', meterStart: 0, timestamp: time(72) },
      answered ? { transactionId: 7, idTagInfo: { status: 'Accepted' } } : null,
    );
  const entries = [begun(72, false), begun(102, false), begun(132, true), stop(2500, 5000, 'Local')];
  const told = verdict(entries).also.find(({ rule }) => rule === 'start-repeated');
  assert.equal(told?.text, 'The CSMS did not answer its start twice, and did 60 s after the first.');
});

test('an answer to a start that bears no id is told at once, where one that is still awaited is not', () => {
  const begun = (answer: JsonObject | null) =>
    exchange(5, 'StartTransaction', { connectorId: 1, idTag: 'A', meterStart: 0 }, answer);
  const rules = (answer: JsonObject | null) =>
    verdict([authorize(0, 'A'), begun(answer), status(6, 1, 'Charging')]).also.map(({ rule }) => rule);
  assert.deepEqual(rules({ status: 'Accepted' }), ['start-unanswered']);
  assert.deepEqual(rules({ transactionId: 7, idTagInfo: { status: 'Accepted' } }), []);
  assert.deepEqual(rules(null), []);
});

test('a card that is accepted late is told with what had gone by then', () => {
  const accepted = (wait: number, gone: number | null) => {
    const card = exchange(10, 'Authorize', { idTag: 'A' }, { idTagInfo: { status: 'Accepted' } });
    const left = gone === null ? exchange(900, 'Heartbeat', {}) : status(gone, 1, 'Available');
    return verdict([status(0, 1, 'Preparing'), { ...card, answeredAt: T0 + (10 + wait) * 1000 }, left]);
  };
  const late = accepted(45, 50);
  assert.deepEqual(
    [late.rule, late.text, late.also],
    [
      'authorised-too-late',
      'The CSMS took 45 s to accept the card, and the connector was Available again after 40 s; nobody charged.',
      [],
    ],
  );
  assert.equal(late.evidence.length, 2);
  assert.equal(
    accepted(45, null).text,
    'The card was accepted after 45 s and a cable plugged in, but charging never started.',
  );
  assert.equal(
    accepted(10, null).text,
    'The card was accepted and a cable plugged in, but charging never started.',
  );
});

test('numbers that begin anew after a boot hide no gap behind it, and what comes late begins nothing', () => {
  const told = (seconds: number, type: string, seqNo: number, happened = seconds) =>
    event(seconds, type, 'T', { seqNo, timestamp: time(happened), evse: { id: 1 } });
  const boot = exchange(90, 'BootNotification', {}, { status: 'Accepted' }, { version: '2.0.1' });
  const begun = [told(0, 'Started', 0), told(60, 'Updated', 1), boot];
  const anew = [...begun, told(120, 'Updated', 0), told(180, 'Updated', 2), told(240, 'Ended', 3)];
  const also = (entries: readonly SeenEntry[]) => {
    const { text, ...first } = verdict(entries);
    return [text, ...first.also.map((each) => each.text)].filter((each) => /number/.test(each));
  };
  assert.deepEqual(also(anew), [
    'Events are missing: numbers 1.',
    'Its sequence numbers began anew once, after a boot.',
  ]);
  // An event of the queue, and one that is sent again.
  const queued = [
    ...begun,
    told(120, 'Updated', 3),
    told(130, 'Updated', 2, 100),
    told(140, 'Updated', 1, 60),
  ];
  assert.deepEqual(also(queued), []);
});

test('a start that was answered late is told with the stop that names no transaction', () => {
  const stopped = (answeredAt: number) => {
    const begun = start(10, { transactionId: 17, meterStart: 0 });
    const entries = [
      authorize(0, 'A'),
      { ...begun, answeredAt: T0 + answeredAt * 1000 },
      stop(600, 5000, 'Local', -1),
    ];
    return verdict(entries).also.find(({ rule }) => rule === 'stop-misnamed')?.text;
  };
  assert.equal(stopped(55), 'Its stop names transaction -1; the CSMS gave it 17 after 45 s.');
  assert.equal(stopped(20), 'Its stop names transaction -1; the CSMS gave it 17.');
});

test('the wait for the id of a start counts from the first time it was sent', () => {
  const begun = (seconds: number, answer: boolean) =>
    exchange(
      seconds,
      'StartTransaction',
      { connectorId: 1, idTag: 'A', meterStart: 0, timestamp: time(10) },
      answer ? { transactionId: 17, idTagInfo: { status: 'Accepted' } } : null,
    );
  const entries = [authorize(0, 'A'), begun(10, false), begun(70, true), stop(600, 5000, 'Local', -1)];
  const told = verdict(entries).also.find(({ rule }) => rule === 'stop-misnamed')?.text;
  assert.equal(told, 'Its stop names transaction -1; the CSMS gave it 17 after 60 s.');
});

test('a remote start that the station accepted late is told so', () => {
  const remote = exchange(
    0,
    'RemoteStartTransaction',
    { idTag: 'A', connectorId: 1 },
    { status: 'Accepted' },
  );
  const told = (seconds: number) =>
    verdict([{ ...remote, answeredAt: T0 + seconds * 1000 }, exchange(900, 'Heartbeat', {})]).text;
  assert.equal(
    told(30),
    'The station accepted the remote start after 30 s, and nothing happened; no plug was seen.',
  );
  assert.equal(told(1), 'The station accepted the remote start, and nothing happened; no plug was seen.');
});
