/** When a plug is proved, and how an attempt ended that came to nothing. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorize, event, exchange, status, time } from '../session/case.ts';
import { sessionsOf } from '../session/fold.ts';
import type { SeenEntry } from '../session/seen.ts';
import { verdictOf } from './judge.ts';

const remote = (seconds: number) =>
  exchange(seconds, 'RemoteStartTransaction', { idTag: 'A', connectorId: 1 }, { status: 'Accepted' });
const beat = (seconds: number) => exchange(seconds, 'Heartbeat', {});

function told(entries: readonly SeenEntry[]): readonly [string, string] {
  const sessions = sessionsOf(entries);
  assert.equal(sessions.length, 1);
  const [session] = sessions;
  assert.ok(session);
  const { rule, text } = verdictOf(session);
  return [rule, text];
}

test('OCPP 1.6: a connector that is Preparing because of the card proves no plug', () => {
  const card = [status(0, 1, 'Available'), authorize(60, 'A')];
  assert.deepEqual(told([...card, status(60.5, 1, 'Preparing'), status(120.5, 1, 'Available')]), [
    'authorised-not-plugged',
    'The card was accepted, but no plug is proved: the connector was Preparing for 60 s, as the card alone makes it; nobody charged.',
  ]);
  assert.deepEqual(told([...card, status(60.5, 1, 'Preparing'), beat(600)])[0], 'authorised-not-plugged');
  const started = [status(0, 1, 'Available'), remote(60), status(60.5, 1, 'Preparing')];
  assert.deepEqual(told([...started, status(120.5, 1, 'Available')]), [
    'remote-start-nothing',
    'The station accepted the remote start, and nothing happened; no plug is proved: the connector was Preparing for 60 s, as the remote start alone makes it.',
  ]);
});

test('the answer of a slow CSMS counts, and not the question', () => {
  const slow = { ...authorize(60, 'A'), answeredAt: authorize(90, 'A').at };
  const entries = [status(0, 1, 'Available'), slow, status(92, 1, 'Preparing'), status(150, 1, 'Available')];
  assert.equal(told(entries)[0], 'authorised-not-plugged');
});

test('a plug is proved by what came before the card, long after it, or by a car that answers', () => {
  const card = [status(0, 1, 'Available'), authorize(60, 'A')];
  const rule = (...entries: readonly SeenEntry[]) => told(entries)[0];
  assert.equal(
    rule(status(0, 1, 'Preparing'), authorize(2, 'A'), status(90, 1, 'Available')),
    'authorised-not-started',
  );
  assert.equal(
    rule(...card, status(66, 1, 'Preparing'), status(150, 1, 'Available')),
    'authorised-not-started',
  );
  assert.equal(
    rule(...card, status(61, 1, 'Preparing'), status(70, 1, 'Finishing'), status(150, 1, 'Available')),
    'authorised-not-started',
  );
  const refused = authorize(60, 'B', 'Invalid');
  assert.equal(
    rule(refused, status(61, 1, 'Preparing'), authorize(80, 'A'), status(150, 1, 'Available')),
    'authorised-not-started',
  );
});

test('OCPP 2.x: Occupied is a plug, whenever it came', () => {
  const version = { version: '2.0.1' } as const;
  const occupied = (seconds: number, connectorStatus: string) =>
    exchange(
      seconds,
      'StatusNotification',
      { evseId: 1, connectorId: 1, connectorStatus, timestamp: time(seconds) },
      {},
      version,
    );
  const card = exchange(
    60,
    'Authorize',
    { idToken: { idToken: 'A', type: 'ISO14443' } },
    { idTokenInfo: { status: 'Accepted' } },
    version,
  );
  assert.equal(
    told([card, occupied(61, 'Occupied'), occupied(100, 'Available')])[0],
    'authorised-not-started',
  );
});

test('what came to nothing says how it ended', () => {
  const nothing = 'The card was accepted and a cable plugged in, but charging never started';
  const tried = [status(60, 1, 'Preparing'), authorize(70, 'A')];
  assert.equal(
    told([...tried, status(90, 1, 'Available')])[1],
    `${nothing}; the connector was Available again 20 s later.`,
  );
  assert.equal(told([...tried, status(600, 1, 'Available')])[1], `${nothing}.`);
  assert.equal(told([...tried, beat(700)])[1], `${nothing}.`);
  assert.equal(
    told([status(0, 1, 'Preparing'), remote(60), status(80, 1, 'Available')])[1],
    'The station accepted the remote start, and nothing happened; a cable was plugged in; the connector was Available again 20 s later.',
  );
});

test('OCPP 2.x: what came to nothing says so by the reason of its stop', () => {
  const ended = (stoppedReason: string) =>
    told([
      event(0, 'Started', 'T', {
        seqNo: 0,
        triggerReason: 'CablePluggedIn',
        evse: { id: 1 },
        transactionInfo: { chargingState: 'EVConnected' },
      }),
      event(
        11,
        'Updated',
        'T',
        { seqNo: 1, triggerReason: 'Authorized', idToken: { idToken: 'A', type: 'ISO14443' } },
        { idTokenInfo: { status: 'Accepted' } },
      ),
      event(30, 'Ended', 'T', { seqNo: 2, transactionInfo: { chargingState: 'Idle', stoppedReason } }),
    ])[1];
  const nothing = 'The card was accepted and a cable plugged in, but charging never started';
  assert.equal(ended('EVDisconnected'), `${nothing}; the cable was pulled 19 s later (EVDisconnected).`);
  assert.equal(ended('Timeout'), `${nothing}; the station gave up 19 s later (Timeout).`);
});
