/** What an answer of OCPP 2.x says of why is told with what came of it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../message.ts';
import { event, exchange, start, status, stop } from '../session/case.ts';
import { sessionsOf } from '../session/fold.ts';
import { inOrder, type SeenEntry } from '../session/seen.ts';
import { StationWatch, verdictOf } from './judge.ts';

const V2 = { version: '2.0.1' } as const;
const why = (reasonCode: string, additionalInfo?: string): JsonObject => ({
  statusInfo: additionalInfo === undefined ? { reasonCode } : { reasonCode, additionalInfo },
});
const refusal = (reasonCode: string, additionalInfo?: string): JsonObject => ({
  status: 'Rejected',
  ...why(reasonCode, additionalInfo),
});
const call = (seconds: number, action: string, asked: JsonObject, answer: JsonObject) =>
  exchange(seconds, action, asked, answer, V2);
const TOKEN = { idToken: { idToken: 'A', type: 'ISO14443' } };

const texts = (entries: readonly SeenEntry[]) =>
  sessionsOf(entries).flatMap((session) => {
    const { text, also } = verdictOf(session);
    return [text, ...also.map((told) => told.text)];
  });
const proofs = (entries: readonly SeenEntry[]) =>
  sessionsOf(entries).flatMap((session) => verdictOf(session).evidence.map(({ what }) => what));
const ofStation = (...entries: readonly SeenEntry[]) => {
  const watch = new StationWatch();
  for (const entry of entries.toSorted(inOrder)) watch.see(entry);
  return watch.end().map(({ text }) => text);
};

test('a remote start that is refused', () => {
  const asked = { remoteStartId: 1, evseId: 1, ...TOKEN };
  const refused = [
    call(0, 'RequestStartTransaction', asked, refusal('FaultedConnector', 'EVSE 1 lock fault')),
  ];
  assert.deepEqual(texts(refused), [
    'The station refused the remote start (Rejected: FaultedConnector, EVSE 1 lock fault).',
  ]);
  assert.deepEqual(proofs(refused), [
    'RequestStartTransaction Rejected (FaultedConnector, EVSE 1 lock fault)',
  ]);
  const silent = [call(0, 'RequestStartTransaction', asked, { status: 'Rejected' })];
  assert.deepEqual(texts(silent), ['The station refused the remote start (Rejected).']);
});

test('a card that is refused, and its certificate', () => {
  const card = (answer: JsonObject) => [call(0, 'Authorize', TOKEN, answer)];
  const personalMessage = { format: 'UTF8', content: 'Contract expired' };
  assert.deepEqual(texts(card({ idTokenInfo: { status: 'Blocked', personalMessage } })), [
    'The card was refused (Blocked: Contract expired, once); nobody charged.',
  ]);
  const expired = { idTokenInfo: { status: 'Invalid' }, certificateStatus: 'CertificateExpired' };
  assert.deepEqual(texts(card(expired)), [
    'The contract certificate was not accepted (Invalid: CertificateExpired); nobody charged.',
  ]);
  const welcome = { idTokenInfo: { status: 'Accepted', personalMessage: { content: 'Welcome' } } };
  assert.deepEqual(proofs(card(welcome)), ['Authorize Accepted']);
});

test('a card that is refused when charging begins', () => {
  const info = { status: 'Blocked', personalMessage: { content: 'Contract expired' } };
  const told = { seqNo: 0, triggerReason: 'Authorized', evse: { id: 1 }, ...TOKEN };
  const begun = event(
    0,
    'Started',
    'T',
    { ...told, transactionInfo: { chargingState: 'Charging' } },
    { idTokenInfo: info },
  );
  const ended = event(60, 'Ended', 'T', {
    seqNo: 1,
    triggerReason: 'Deauthorized',
    transactionInfo: { stoppedReason: 'DeAuthorized' },
  });
  const [text = ''] = texts([begun, ended]);
  assert.match(text, /^The CSMS refused the card \(Blocked: Contract expired\) when charging began;/);
});

test('a profile and a stop that are refused', () => {
  const begun = event(0, 'Started', 'T', {
    seqNo: 0,
    evse: { id: 1 },
    ...TOKEN,
    transactionInfo: { chargingState: 'Charging' },
  });
  const chargingProfile = {
    id: 1,
    stackLevel: 0,
    chargingProfilePurpose: 'TxProfile',
    chargingProfileKind: 'Relative',
    transactionId: 'T',
    chargingSchedule: [
      { id: 1, chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }] },
    ],
  };
  const told = texts([
    begun,
    call(5, 'SetChargingProfile', { evseId: 1, chargingProfile }, refusal('InvalidSchedule')),
    call(9, 'RequestStopTransaction', { transactionId: 'T' }, refusal('TxInProgress', 'locked')),
  ]);
  assert.ok(
    told.includes('The station did not take the charging profile (TxProfile Rejected: InvalidSchedule).'),
  );
  assert.ok(told.includes('The station refused to stop (once: TxInProgress, locked).'));
});

test('what is told of a station', () => {
  const boot = { chargingStation: { vendorName: 'V', model: 'M' }, reason: 'PowerUp' };
  assert.deepEqual(ofStation(call(0, 'BootNotification', boot, refusal('UnknownSerial'))), [
    'The CSMS does not accept the station (Rejected: UnknownSerial).',
  ]);
  assert.deepEqual(ofStation(call(0, 'Reset', { type: 'Immediate' }, refusal('TxInProgress', 'EVSE 2'))), [
    'It did not do what the CSMS told it to: Reset Immediate Rejected: TxInProgress, EVSE 2.',
  ]);
  const unlock = { status: 'UnlockFailed', ...why('MotorBlocked') };
  assert.deepEqual(ofStation(call(0, 'UnlockConnector', { evseId: 1, connectorId: 1 }, unlock)), [
    'A cable could not be unlocked (UnlockFailed: MotorBlocked).',
  ]);
  assert.deepEqual(
    ofStation(call(0, 'RequestStopTransaction', { transactionId: 'X' }, refusal('TxNotFound'))),
    ['It refused to stop transactions that this log does not hold: X: TxNotFound.'],
  );
});

test('a long reason is cut', () => {
  const asked = { remoteStartId: 1, evseId: 1, ...TOKEN };
  const [text = ''] = texts([call(0, 'RequestStartTransaction', asked, refusal('X', 'y'.repeat(500)))]);
  assert.ok(text.length < 200 && text.includes('…'), text);
});

test('a card that is refused while the only connector charges is told so', () => {
  const stranger = (connectors: readonly number[]) =>
    texts([
      ...connectors.map((connector) => status(0, connector, 'Available')),
      start(10),
      status(11, 1, 'Charging'),
      exchange(300, 'Authorize', { idTag: 'B' }, { idTagInfo: { status: 'Invalid' } }),
      stop(3600),
    ]).find((text) => text.includes('refused'));
  assert.equal(
    stranger([1]),
    'The card was refused (Invalid, once) while another session went on (Charging).',
  );
  assert.equal(stranger([1, 2]), 'The card was refused (Invalid, once); nobody charged.');
});
