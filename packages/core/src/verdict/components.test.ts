/** What NotifyEvent tells: as a cause of what a session came to, and as trouble of its station. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../message.ts';
import { event, exchange, time } from '../session/case.ts';
import { sessionsOf } from '../session/fold.ts';
import { inOrder, type SeenEntry } from '../session/seen.ts';
import { StationWatch, verdictOf } from './judge.ts';
import { beat, HOUR, notified } from './log-parts.fixture.ts';
import { STATION_RULES } from './station-rules.ts';

const version = '2.0.1';
const evse = { evse: { id: 1, connectorId: 1 } };
const status = (seconds: number, connectorStatus: string) =>
  exchange(
    seconds,
    'StatusNotification',
    { evseId: 1, connectorId: 1, connectorStatus, timestamp: time(seconds) },
    {},
    { version },
  );
const state = (seconds: number, value: string, more: JsonObject = {}) =>
  notified(seconds, 'Connector', 'AvailabilityState', value, { trigger: 'Delta', ...more });
const card = (seconds: number) =>
  exchange(
    seconds,
    'Authorize',
    { idToken: { idToken: 'A', type: 'ISO14443' } },
    { idTokenInfo: { status: 'Accepted' } },
    { version },
  );
const tx = (seconds: number, type: string, seqNo: number, chargingState: string, more: JsonObject = {}) => {
  const { stoppedReason, ...rest } = more;
  return event(seconds, type, 'T', {
    seqNo,
    ...evse,
    transactionInfo: { chargingState, ...(stoppedReason === undefined ? {} : { stoppedReason }) },
    ...rest,
  });
};
const metered = (wh: number, seconds: number) => ({
  meterValue: [{ timestamp: time(seconds), sampledValue: [{ value: wh }] }],
});

function told(entries: readonly SeenEntry[]) {
  return sessionsOf(entries).map((session) => {
    const { rule, text, evidence, also } = verdictOf(session);
    return [rule, text, evidence.length, ...also.map((each) => each.rule)];
  });
}
function ofStation(entries: readonly SeenEntry[]) {
  const watch = new StationWatch();
  for (const entry of entries.toSorted(inOrder)) watch.see(entry);
  return watch.end().map(({ rule, text }) => [rule, text]);
}

test('a connector whose states NotifyEvent alone tells has sessions, with the same ids by these entries alone', () => {
  const log = [
    state(0, 'Occupied'),
    card(9),
    tx(12, 'Started', 0, 'Charging', metered(0, 12)),
    tx(1812, 'Ended', 1, 'Idle', { stoppedReason: 'EVDisconnected', ...metered(9000, 1812) }),
    state(1813, 'Available'),
    state(4000, 'Occupied'),
    state(4060, 'Available'),
  ];
  const [first, second] = sessionsOf(log);
  assert.deepEqual([first?.id, first?.marks.length, second?.id], [log[0]?.id, 5, log[5]?.id]);
  assert.deepEqual(told(log), [
    ['charged', 'Charged 9.0 kWh in 30 min, ended by unplugging.', 2],
    ['plugged-only', 'Plugged in for 60 s without a card or a remote start and unplugged again.', 2],
  ]);
});

test('one message of several EVSEs is of the session of the first, and tells the others', () => {
  const both = (seconds: number, value: string): SeenEntry => {
    const [one, two] = [1, 2].map((id) =>
      notified(
        seconds,
        'Connector',
        'AvailabilityState',
        value,
        { trigger: 'Delta' },
        { id, connectorId: 1 },
      ),
    );
    assert.ok(one && two);
    const eventData = [one, two].flatMap(({ call }) => (Array.isArray(call.eventData) ? call.eventData : []));
    return { ...one, call: { ...one.call, eventData } };
  };
  const plug = (id: number) =>
    notified(id, 'Connector', 'AvailabilityState', 'Occupied', { trigger: 'Delta' }, { id, connectorId: 1 });
  const sessions = sessionsOf([plug(1), plug(2), both(600, 'Available'), beat(700)]);
  assert.deepEqual(
    sessions.map(({ connector, over, marks }) => [connector, over, marks.length]),
    [
      [1, true, 2],
      [2, true, 1],
    ],
  );
  // A plug at the second is of the message that began the session at the first.
  assert.deepEqual(
    sessionsOf([both(0, 'Occupied')]).map(({ connector }) => connector),
    [1],
  );
});

test('a fault of OCPP 2.x is told with the component that an event names', () => {
  const problem = notified(30, 'ConnectorPlugRetentionLock', 'Problem', 'true', {
    techCode: 'E17',
    techInfo: 'motor blocked',
  });
  assert.deepEqual(told([status(0, 'Occupied'), card(5), problem, status(31, 'Faulted')]), [
    [
      'connector-fault',
      'The connector reported a fault, ConnectorPlugRetentionLock Problem (E17, motor blocked); nobody charged.',
      2,
    ],
  ]);
  const charging = [
    tx(0, 'Started', 0, 'Charging', metered(0, 0)),
    tx(600, 'Updated', 1, 'Charging', metered(2000, 600)),
  ];
  const tripped = notified(700, 'RCD', 'Tripped', 'true');
  const ended = tx(702, 'Ended', 2, 'EVConnected', { stoppedReason: 'GroundFault', ...metered(2100, 702) });
  assert.deepEqual(told([...charging, tripped, ended])[0]?.slice(0, 3), [
    'stop-fault',
    'A fault came while charging, GroundFault (RCD Tripped); 2.1 kWh in 12 min.',
    2,
  ]);
});

test('trouble without a fault is why nobody charged, unless it was cleared or it charged on', () => {
  const plugged = [status(0, 'Occupied'), card(5)];
  const lock = (seconds: number, more: JsonObject = {}) =>
    notified(seconds, 'ConnectorPlugRetentionLock', 'Problem', 'true', more);
  assert.deepEqual(told([...plugged, lock(20), status(90, 'Available')]), [
    ['connector-error', 'The connector reported ConnectorPlugRetentionLock Problem; nobody charged.', 1],
  ]);
  const again = (last: SeenEntry) => told([...plugged, lock(20), last, status(90, 'Available')])[0]?.[0];
  assert.equal(again(lock(40, { cleared: true })), 'authorised-not-started');
  assert.equal(
    again(notified(40, 'ConnectorPlugRetentionLock', 'Problem', 'false')),
    'authorised-not-started',
  );
  const display = notified(20, 'Display', 'Problem', 'true');
  assert.equal(told([...plugged, display, status(90, 'Available')])[0]?.[0], 'authorised-not-started');
  const other = notified(20, 'Connector', 'Problem', 'true', {}, { id: 2, connectorId: 1 });
  assert.equal(told([...plugged, other, status(90, 'Available')])[0]?.[0], 'authorised-not-started');
  const charged = [
    tx(10, 'Started', 0, 'Charging', metered(0, 10)),
    lock(20),
    tx(30, 'Updated', 1, 'SuspendedEVSE'),
    tx(40, 'Updated', 2, 'Charging'),
    tx(1810, 'Ended', 3, 'Idle', { stoppedReason: 'EVDisconnected', ...metered(9000, 1810) }),
  ];
  assert.deepEqual(told([...plugged, ...charged]), [
    ['charged', 'Charged 9.0 kWh in 30 min, ended by unplugging.', 2, 'error-meanwhile'],
  ]);
});

test('a stop for which OCPP 2.x has no word is that of the trouble before it', () => {
  const log = (stoppedReason: JsonObject) => [
    status(0, 'Occupied'),
    card(5),
    tx(10, 'Started', 0, 'Charging', metered(0, 10)),
    notified(900, 'LiquidCoolingSystem', 'Overload', 'true'),
    tx(901, 'Ended', 1, 'EVConnected', {
      triggerReason: 'AbnormalCondition',
      ...stoppedReason,
      ...metered(4000, 901),
    }),
  ];
  const text = 'The station ended it after it had reported LiquidCoolingSystem Overload; 4.0 kWh in 15 min.';
  assert.deepEqual(told(log({}))[0]?.slice(0, 2), ['stop-error', text]);
  assert.deepEqual(told(log({ stoppedReason: 'Other' }))[0]?.slice(0, 2), ['stop-error', text]);
});

test('a card that the station itself refused is told so, and is no trouble of the station', () => {
  const blocked = notified(
    8,
    'TokenReader',
    'Problem',
    'true',
    { techCode: 'LOCAL_LIST', techInfo: 'Token A is blocked here' },
    null,
  );
  const log = [
    status(0, 'Occupied'),
    card(5),
    tx(7, 'Started', 0, 'EVConnected', metered(0, 7)),
    blocked,
    tx(9, 'Ended', 1, 'EVConnected', { triggerReason: 'Deauthorized', stoppedReason: 'DeAuthorized' }),
  ];
  const text =
    'The station itself refused the card (TokenReader Problem, LOCAL_LIST, Token A is blocked here)';
  assert.deepEqual(told(log)[0]?.slice(0, 2), ['stop-deauthorised', `${text}; 0 Wh in 2 s.`]);
  assert.ok(told(log)[0]?.[2] === 3);
  assert.deepEqual(ofStation(log), []);
  const reader = notified(8, 'TokenReader', 'Problem', 'true', { techInfo: 'no answer' }, null);
  const withReader = told(log.map((entry) => (entry === blocked ? reader : entry)))[0];
  assert.match(String(withReader?.[1]), /^Charging was not allowed any more \(DeAuthorized\)/);
  assert.deepEqual(ofStation([reader]), [
    ['component-trouble', 'Components reported trouble: TokenReader Problem (no answer).'],
  ]);
});

test('alerts count by the severity of their event, or of their monitor', () => {
  const hot = (more: JsonObject) => notified(60, 'TemperatureSensor', 'Temperature', '91', more);
  const text = 'Components reported trouble: TemperatureSensor Temperature 91 at EVSE 1.';
  assert.deepEqual(ofStation([hot({ severity: 4 })]), [['component-trouble', text]]);
  assert.deepEqual(ofStation([hot({ severity: 5 })]), []);
  assert.deepEqual(ofStation([hot({ severity: 2, cleared: true })]), []);
  assert.deepEqual(ofStation([hot({ severity: 2, trigger: 'Periodic' })]), []);
  assert.deepEqual(ofStation([hot({})]), []);
  const monitored = hot({ variableMonitoringId: 7, eventNotificationType: 'CustomMonitor' });
  const set = (severity: number) =>
    exchange(
      0,
      'SetVariableMonitoring',
      { setMonitoringData: [] },
      { setMonitoringResult: [{ id: 7, status: 'Accepted', severity }] },
      { version },
    );
  assert.deepEqual(ofStation([set(2), monitored]), [['component-trouble', text]]);
  assert.deepEqual(ofStation([set(6), monitored]), []);
  const report = exchange(
    0,
    'NotifyMonitoringReport',
    { monitor: [{ variableMonitoring: [{ id: 7, severity: 3 }] }] },
    {},
    { version },
  );
  assert.deepEqual(ofStation([report, monitored]), [['component-trouble', text]]);
});

test('trouble that was cleared later has been, and counts', () => {
  const log = [0, 60].flatMap((at) => [
    notified(at, 'Connector', 'Problem', 'true'),
    notified(at + 30, 'Connector', 'Problem', 'false', { cleared: true }),
  ]);
  assert.deepEqual(ofStation(log), [
    ['component-trouble', 'Components reported trouble: Connector Problem at EVSE 1 2 times.'],
  ]);
  const sees = STATION_RULES.find(({ id }) => id === 'component-trouble')?.sees ?? '';
  assert.match(sees, /also those that are cleared later/);
});

test('Faulted is told of a station that has NotifyEvent for it', () => {
  assert.deepEqual(ofStation([state(0, 'Faulted', { techCode: 'F1' }), beat(HOUR)]), [
    ['faulted', 'Connectors reported Faulted: Faulted (F1) at connector 1.'],
  ]);
  assert.deepEqual(ofStation([state(0, 'Faulted', { cleared: true })]), []);
});

test('a remote stop that ended the charging, and not yet the transaction, was followed', () => {
  const remoteStop = exchange(
    600,
    'RequestStopTransaction',
    { transactionId: 'T' },
    { status: 'Accepted' },
    { version },
  );
  const log = (triggerReason: string) => [
    status(0, 'Occupied'),
    card(5),
    tx(10, 'Started', 0, 'Charging', metered(0, 10)),
    remoteStop,
    tx(601, 'Updated', 1, 'EVConnected', { triggerReason, ...metered(3000, 601) }),
    tx(2000, 'Ended', 2, 'Idle', { stoppedReason: 'EVDisconnected', ...metered(3000, 2000) }),
  ];
  assert.deepEqual(told(log('RemoteStop'))[0]?.slice(3), []);
  assert.deepEqual(told(log('MeterValuePeriodic'))[0]?.slice(3), ['remote-stop-nothing']);
});

test('a variable whose name only sounds like trouble is none, nor is one that is set', () => {
  const names = ['UseDefault', 'ErrorLogEnabled', 'AlarmSupported', 'FailSafe', 'OverloadCounter', 'Active'];
  for (const name of names) assert.deepEqual(ofStation([notified(0, 'Connector', name, 'true')]), []);
  for (const name of ['GroundFault', 'OverTemperature', 'RectifierFailure', 'ContactorError']) {
    assert.deepEqual(ofStation([notified(0, 'Connector', name, 'true')]), [
      ['component-trouble', `Components reported trouble: Connector ${name} at EVSE 1.`],
    ]);
  }
});

test('an EVSE that is available says of no cable that it is out', () => {
  const available = notified(60, 'EVSE', 'AvailabilityState', 'Available', { trigger: 'Delta' }, { id: 1 });
  const [session] = sessionsOf([state(0, 'Occupied'), available, beat(70)]);
  assert.deepEqual([session?.over, session?.marks.length], [false, 1]);
});
