/** What a station said that it would send: what is told of it, and what is left alone since it can be read innocently. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../message.ts';
import { connection, event, exchange, meter, start, status, stop } from '../session/case.ts';
import { inOrder, type SeenEntry } from '../session/seen.ts';
import { beat, boot, free, notified, trigger } from './log-parts.fixture.ts';
import { triggerNotFollowed } from './triggers.ts';

function told(...entries: readonly SeenEntry[]): string | null {
  const watch = triggerNotFollowed();
  for (const entry of entries.toSorted(inOrder)) watch.see(entry);
  const [sighting] = watch.end();
  return sighting === undefined ? null : String(sighting.facts.words);
}

const asked = (requestedMessage: string, connectorId?: number) =>
  trigger(100, requestedMessage, 'Accepted', connectorId === undefined ? {} : { connectorId });
const asked2 = (requestedMessage: string, evse: JsonObject) =>
  exchange(100, 'TriggerMessage', { requestedMessage, evse }, { status: 'Accepted' }, { version: '2.0.1' });
const before = [free(0), status(1, 2, 'Available'), beat(2)];
const later = beat(401);

test('a message is waited for 5 minutes from the answer on, as long as the station goes on talking', () => {
  assert.equal(told(...before, asked('StatusNotification'), later), 'StatusNotification');
  assert.equal(told(...before, asked('StatusNotification'), beat(400)), null);
  assert.equal(told(...before, asked('StatusNotification')), null);
  assert.equal(told(...before, asked('StatusNotification'), free(399), later), null);
  assert.equal(told(...before, asked('StatusNotification'), exchange(401, 'Reset', {})), null);
  const two = [asked('StatusNotification'), trigger(110, 'BootNotification')];
  assert.equal(told(...before, ...two, beat(500)), 'StatusNotification, BootNotification');
});

test('what was not accepted is not waited for', () => {
  for (const word of ['Rejected', 'NotImplemented'])
    assert.equal(told(...before, trigger(100, 'BootNotification', word), later), null);
  assert.equal(
    told(exchange(100, 'TriggerMessage', { requestedMessage: 'BootNotification' }, null), later),
    null,
  );
  for (const own of ['CustomTrigger', 'toString']) assert.equal(told(...before, asked(own), later), null);
});

test('another connector tells nothing of the one that was asked for, and all of them may answer for all', () => {
  assert.equal(
    told(...before, asked('StatusNotification', 1), status(110, 2, 'Available'), later),
    'StatusNotification of connector 1',
  );
  assert.equal(told(...before, asked('StatusNotification', 1), free(110), later), null);
  assert.equal(told(...before, asked('StatusNotification'), status(110, 2, 'Available'), later), null);
});

test('a connection that went away, a gap and a boot that nobody asked for end the waiting', () => {
  const closed = connection(200, { event: 'closed' });
  const gap: SeenEntry = { ...closed, kind: 'gap', event: null };
  const orphan: SeenEntry = { ...closed, kind: 'orphan', event: null };
  for (const ends of [closed, gap, orphan, connection(200, { event: 'accepted' }), boot(200)])
    assert.equal(told(...before, asked('FirmwareStatusNotification'), ends, later), null);
  assert.equal(
    told(asked('FirmwareStatusNotification'), trigger(101, 'BootNotification'), boot(200), later),
    'FirmwareStatusNotification',
  );
});

test('a log without heartbeats, statuses or meter values may have been kept without them', () => {
  const firmware = exchange(401, 'FirmwareStatusNotification', { status: 'Idle' });
  assert.equal(told(asked('StatusNotification'), later), null);
  assert.equal(told(asked('Heartbeat'), exchange(401, 'DataTransfer', {})), null);
  assert.equal(told(asked('Heartbeat'), exchange(401, 'DataTransfer', {}), beat(999)), 'Heartbeat');
  assert.equal(told(start(0), asked('MeterValues'), later), null);
  // From here on only what lower log levels hold is known of.
  assert.equal(told(...before, asked('Heartbeat'), free(401), firmware), null);
  assert.equal(told(...before, asked('StatusNotification'), firmware), null);
  assert.equal(told(...before, asked('BootNotification'), firmware), 'BootNotification');
});

test('meter values are waited for while a transaction runs there', () => {
  const running = [start(0), meter(60, { wh: 1 })];
  assert.equal(told(...running, asked('MeterValues', 1), later), 'MeterValues of connector 1');
  assert.equal(told(...running, asked('MeterValues'), later), 'MeterValues');
  assert.equal(told(...running, asked('MeterValues', 2), later), null);
  assert.equal(told(...running, stop(90), asked('MeterValues', 1), later), null);
  assert.equal(told(...running, asked('MeterValues', 1), stop(120), later), null);
  assert.equal(told(...running, free(90), asked('MeterValues', 1), later), null);
  assert.equal(told(...running, asked('MeterValues', 1), meter(300, { wh: 2 }), later), null);
});

test('OCPP 2.x: an event of the transaction bears meter values too, and a NotifyEvent states', () => {
  const begun = event(0, 'Started', 't', { seqNo: 0, evse: { id: 1 } });
  const goesOn = (seconds: number, seqNo: number) =>
    event(seconds, 'Updated', 't', { seqNo, evse: { id: 1 } });
  const ended = event(90, 'Ended', 't', { seqNo: 2 });
  assert.equal(told(begun, asked2('TransactionEvent', { id: 1 }), later), 'TransactionEvent of connector 1');
  assert.equal(told(begun, asked2('TransactionEvent', { id: 1 }), goesOn(120, 1), later), null);
  assert.equal(told(begun, ended, asked2('TransactionEvent', { id: 1 }), later), null);
  const metered = exchange(50, 'MeterValues', { evseId: 1, meterValue: [] }, {}, { version: '2.0.1' });
  assert.equal(told(begun, metered, asked2('MeterValues', { id: 1 }), later), 'MeterValues of connector 1');
  assert.equal(told(begun, metered, asked2('MeterValues', { id: 1 }), goesOn(120, 1), later), null);
  const state = asked2('StatusNotification', { id: 1, connectorId: 1 });
  assert.equal(told(...before, state, later), 'StatusNotification of connector 1');
  assert.equal(
    told(...before, state, notified(120, 'Connector', 'AvailabilityState', 'Available'), later),
    null,
  );
});

test('ExtendedTriggerMessage is judged alike, and a certificate is asked for by SignCertificate', () => {
  const extended = (requestedMessage: string) =>
    exchange(100, 'ExtendedTriggerMessage', { requestedMessage }, { status: 'Accepted' });
  const log = exchange(120, 'LogStatusNotification', { status: 'Idle' });
  const sign = exchange(390, 'SignCertificate', { csr: 'C' }, { status: 'Accepted' });
  assert.equal(told(extended('LogStatusNotification'), later), 'LogStatusNotification');
  assert.equal(told(extended('LogStatusNotification'), log, later), null);
  assert.equal(told(extended('SignChargePointCertificate'), later), 'SignChargePointCertificate');
  assert.equal(told(extended('SignChargePointCertificate'), sign, later), null);
});
