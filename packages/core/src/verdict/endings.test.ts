/** In what words it is told how a transaction ended, or where it is when the log ends. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../message.ts';
import { authorize, event, exchange, meter, start, status, stop, time } from '../session/case.ts';
import { sessionsOf } from '../session/fold.ts';
import type { SeenEntry } from '../session/seen.ts';
import { verdictOf } from './judge.ts';

function verdict(entries: readonly SeenEntry[]) {
  const sessions = sessionsOf(entries);
  assert.equal(sessions.length, 1);
  const [session] = sessions;
  assert.ok(session);
  return verdictOf(session);
}
const text = (entries: readonly SeenEntry[]) => verdict(entries).text;
const rules = (entries: readonly SeenEntry[]) => {
  const { rule, also } = verdict(entries);
  return [rule, ...also.map((told) => told.rule)];
};

const TOKEN = { idToken: { idToken: 'A', type: 'ISO14443' } };
const read = (seconds: number, value: number) => ({
  meterValue: [{ timestamp: time(seconds), sampledValue: [{ value }] }],
});
const begun = (chargingState: string, status = 'Accepted') =>
  event(
    0,
    'Started',
    'T',
    {
      seqNo: 0,
      triggerReason: 'Authorized',
      evse: { id: 1 },
      transactionInfo: { chargingState },
      ...TOKEN,
      ...read(0, 1000),
    },
    { idTokenInfo: { status } },
  );

test('OCPP 2.x: a reason that is left out is Local, unless the trigger says otherwise', () => {
  const ended = (triggerReason: string) =>
    text([begun('Charging'), event(2460, 'Ended', 'T', { seqNo: 1, triggerReason, ...read(2460, 6000) })]);
  assert.equal(ended('StopAuthorized'), 'Charged 5.0 kWh in 41 min, ended by the driver.');
  assert.equal(ended('RemoteStop'), 'Charged 5.0 kWh in 41 min, ended.');
});

test('a car that had enough and a station that says Other is ended by the station', () => {
  const entries = [
    start(0),
    status(5, 1, 'Charging'),
    status(590, 1, 'SuspendedEV'),
    stop(600, 6000, 'Other'),
  ];
  assert.equal(
    text(entries),
    'Charged 5.0 kWh in 10 min, ended by the station after the car had stopped taking.',
  );
});

test('a fault that comes before any energy is not told as one while charging', () => {
  const fault = (seconds: number) => status(seconds, 1, 'Faulted', 'EVCommunicationError');
  const before = [start(0), fault(38), stop(39, 1000, 'Other')];
  assert.equal(text(before), 'A fault came before energy flowed, EVCommunicationError; 0 Wh in 39 s.');
  const within = [start(0), status(5, 1, 'Charging'), fault(38), stop(39, 1000, 'Other')];
  assert.equal(text(within), 'A fault came while charging, EVCommunicationError; 0 Wh in 39 s.');
});

test('an emergency stop is told once, with what the station says of it', () => {
  const pressed = exchange(599, 'StatusNotification', {
    connectorId: 1,
    status: 'Faulted',
    errorCode: 'OtherError',
    info: 'Emergency button',
  });
  const entries = [authorize(0, 'A'), start(5), pressed, stop(605, 4000, 'EmergencyStop')];
  assert.deepEqual(rules(entries), ['stop-emergency']);
  assert.equal(text(entries), 'The emergency stop was pressed (Emergency button); 3.0 kWh in 10 min.');
});

test('OCPP 2.x: a card that was never allowed was refused, and nobody charged', () => {
  const ended = (told: JsonObject) =>
    event(1, 'Ended', 'T', {
      seqNo: 1,
      triggerReason: 'Deauthorized',
      transactionInfo: { chargingState: 'EVConnected', stoppedReason: 'DeAuthorized' },
      ...told,
    });
  assert.equal(
    text([begun('EVConnected', 'Invalid'), ended({})]),
    'The card was refused (Invalid, once); nobody charged.',
  );
  assert.deepEqual(rules([begun('Charging', 'Invalid'), ended(read(1, 1005))]), ['stop-deauthorised']);
  const asked = exchange(
    -5,
    'Authorize',
    TOKEN,
    { idTokenInfo: { status: 'Accepted' } },
    { version: '2.0.1' },
  );
  assert.deepEqual(rules([asked, begun('EVConnected', 'Blocked'), ended({})]), ['stop-deauthorised']);
});

test('what is over at once is not told with an energy that nobody knows', () => {
  const begins = exchange(
    0,
    'StartTransaction',
    { connectorId: 1, idTag: 'A', timestamp: time(0) },
    { transactionId: 7, idTagInfo: { status: 'Blocked' } },
  );
  const over = (seconds: number) => [
    begins,
    exchange(
      seconds,
      'StopTransaction',
      { transactionId: 7, timestamp: time(seconds), reason: 'DeAuthorized' },
      {},
    ),
  ];
  const refused = 'The CSMS refused the card (Blocked) when charging began';
  assert.equal(text(over(1)), `${refused}; over after 1 s.`);
  assert.equal(text(over(600)), `${refused}; energy unknown in 10 min.`);
});

test('what runs without energy when the log ends says for how long', () => {
  const held = (word: string, until: number, wh: number) =>
    verdict([
      authorize(0, 'A'),
      start(5, { meterStart: 1000 }),
      status(6, 1, word),
      meter(until, { wh, watts: 0 }),
    ]);
  const two = held('SuspendedEV', 7206, 1000);
  assert.deepEqual(
    [two.rule, two.severity, two.text],
    [
      'nothing-yet',
      'warning',
      'Runs when the log ends, and the car takes nothing (SuspendedEV) for 2 h 0 min; 0 Wh so far.',
    ],
  );
  assert.equal(
    held('SuspendedEVSE', 606, 1000).text,
    'Runs when the log ends, and the station holds it back (SuspendedEVSE) for 10 min; 0 Wh so far.',
  );
  assert.equal(held('SuspendedEVSE', 606, 1000).rule, 'charging');
  assert.equal(held('SuspendedEV', 7206, 4000).rule, 'charging');
  assert.equal(held('Charging', 7206, 1000).rule, 'nothing-yet');
});
