import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  authorize,
  connection,
  event,
  exchange,
  meter,
  start,
  status,
  stop,
  T0,
  time,
} from '../session/case.ts';
import { sessionsOf } from '../session/fold.ts';
import { inOrder, type SeenEntry } from '../session/seen.ts';
import { RULES, StationWatch, verdictOf } from './judge.ts';
import type { Conclusion } from './rule.ts';
import { CASES } from './rules.fixture.ts';

function concluded(entries: readonly SeenEntry[]): readonly Conclusion[] {
  const verdicts = sessionsOf(entries).map((session) => verdictOf(session));
  const watch = new StationWatch();
  for (const entry of entries.toSorted(inOrder)) watch.see(entry);
  return [...verdicts.flatMap((verdict) => [verdict, ...verdict.also]), ...watch.end()];
}

const rulesOf = (entries: readonly SeenEntry[]) => concluded(entries).map(({ rule }) => rule);

test('every rule has a case, and every case a rule', () => {
  assert.deepEqual(Object.keys(CASES).sort(), RULES.map(({ id }) => id).sort());
  assert.equal(new Set(RULES.map(({ id }) => id)).size, RULES.length);
});

test('every rule says what it sees, and of what is wrong what to do about it', () => {
  for (const { id, severity, sees, text, remedy } of RULES) {
    assert.ok(sees !== '' && text !== '', id);
    if (severity !== 'note') assert.notEqual(remedy, '', id);
  }
});

for (const [id, { seen, nearly }] of Object.entries(CASES)) {
  test(`${id} is seen, and not where it nearly is`, () => {
    const found = concluded(seen).find(({ rule }) => rule === id);
    assert.ok(found, `seen: ${rulesOf(seen).join(', ')}`);
    assert.doesNotMatch(found.text, /[{}]|undefined|null|NaN/);
    assert.ok(found.evidence.length > 0);
    const ids = new Set(seen.map((entry) => entry.id));
    for (const { entry } of found.evidence) assert.ok(ids.has(entry), `${entry} is no entry of the log`);
    assert.ok(!rulesOf(nearly).includes(id), `nearly: ${rulesOf(nearly).join(', ')}`);
  });
}

test('what went well is told plainly, and nothing is told besides', () => {
  const [session] = sessionsOf([
    status(0, 1, 'Preparing'),
    authorize(5, 'A'),
    start(9),
    meter(1200, { wh: 7000 }),
    stop(2469, 13_300, 'Local'),
    status(2470, 1, 'Finishing'),
    status(2490, 1, 'Available'),
  ]);
  assert.ok(session);
  const verdict = verdictOf(session);
  assert.equal(verdict.text, 'Charged 12.3 kWh in 41 min, ended by the driver.');
  assert.deepEqual(verdict.also, []);
});

test('late telling is proved by what was late, and by nothing else', () => {
  const proofs = (entries: readonly SeenEntry[]) =>
    concluded(entries)
      .find(({ rule }) => rule === 'told-late')
      ?.evidence.map(({ what, at }) => [what.split(' ')[0], (at - T0) / 1000]);
  const known = Array.from({ length: 5 }, (_, at) => status(at * 60, 1, 'Available'));
  const stopped = { ...stop(9000).call, timestamp: time(7000) };
  const late = exchange(9000, 'StopTransaction', stopped, { idTagInfo: { status: 'Accepted' } });
  assert.deepEqual(proofs([...known, start(3600), late]), [['StopTransaction', 9000]]);
  const begun = start(3600, { timestamp: time(3000) });
  assert.deepEqual(proofs([...known, begun, stop(9000)]), [['StartTransaction', 3600]]);
  assert.deepEqual(proofs([...known, begun, late]), [
    ['StartTransaction', 3600],
    ['StopTransaction', 9000],
  ]);
  const updated = [
    event(0, 'Started', 't', { seqNo: 0 }),
    event(60, 'Updated', 't', { seqNo: 1, offline: true }),
    event(90, 'Updated', 't', { seqNo: 2, offline: true }),
    event(120, 'Ended', 't', { seqNo: 3 }),
  ];
  assert.deepEqual(proofs(updated), [['TransactionEvent', 60]]);
});

test('a stop that may have come while nothing was recorded is not said to have been never told', () => {
  const gap = (seconds: number): SeenEntry => ({
    ...connection(seconds, { event: 'closed' }),
    kind: 'gap',
    event: { event: 'gap', from: time(seconds), to: time(seconds + 60), reason: 'overload' },
  });
  const told = (...gaps: readonly SeenEntry[]) => {
    const log = [gap(0), authorize(90, 'A'), start(95), status(3600, 1, 'Available'), ...gaps];
    const [session] = sessionsOf(log);
    assert.ok(session);
    const { rule, text, evidence } = verdictOf(session);
    return [rule, text.split(';')[0], evidence.at(-1)?.entry === gaps[0]?.id];
  };
  const untold = ['stop-missing', 'The end of this transaction was never told'];
  assert.deepEqual(told(), [...untold, false]);
  const lost = 'The end of this transaction was not recorded: it may have come in a gap of the log';
  assert.deepEqual(told(gap(600)), ['stop-missing', lost, true]);
  assert.deepEqual(told(gap(3650)), ['stop-missing', lost, true]);
});

test('the first rule of the table is the verdict', () => {
  const [session] = sessionsOf([
    status(0, 1, 'Preparing'),
    authorize(5, 'A', 'Invalid'),
    status(9, 1, 'Faulted', 'OtherError'),
  ]);
  assert.ok(session);
  const verdict = verdictOf(session);
  assert.equal(verdict.rule, 'authorisation-refused');
  assert.deepEqual(
    verdict.also.map(({ rule }) => rule),
    ['connector-fault'],
  );
});

test('every session has a verdict, whatever the log', () => {
  const lists = Object.values(CASES).flatMap(({ seen, nearly }) => [seen, nearly]);
  fc.assert(
    fc.property(fc.subarray(lists, { maxLength: 6 }), (parts) => {
      const entries = parts.flat();
      for (const session of sessionsOf(entries)) assert.notEqual(verdictOf(session).text, '');
    }),
  );
});

const verdictRule = (entries: readonly SeenEntry[]) => {
  const [session] = sessionsOf(entries);
  assert.ok(session);
  const verdict = verdictOf(session);
  return [verdict.rule, ...verdict.also.map(({ rule }) => rule)];
};

test('samples that count from zero, or in another unit, neither run backwards nor jump', () => {
  const around = (...samples: readonly number[]) => [
    authorize(0, 'A'),
    start(5, { meterStart: 2_300_000 }),
    ...samples.map((wh, at) => meter(60 + at * 600, { wh })),
    stop(2400, 2_306_000),
  ];
  assert.deepEqual(verdictRule(around(500, 2500, 5500)), ['charged']);
  assert.deepEqual(verdictRule(around(2300.5, 2302.5, 2305.5)), ['charged', 'unit-wrong']);
  assert.deepEqual(verdictRule(around(2_300_500, 2_302_500, 2_301_000)), ['charged', 'meter-dips']);
});

test('a meter that tells 0 at start and stop, and whose samples rise, did not charge 0 Wh', () => {
  const entries = [
    authorize(0, 'A'),
    start(5, { meterStart: 0 }),
    meter(60, { wh: 9000 }),
    meter(600, { wh: 12_000 }),
    stop(900, 0),
  ];
  assert.deepEqual(verdictRule(entries), ['register-wrong']);
});

test('OCPP 2.x: a transaction that begins with the plug is an attempt until it charges', () => {
  const evse = { evse: { id: 1 } };
  const info = (chargingState: string, stoppedReason?: string) => ({
    transactionInfo: stoppedReason === undefined ? { chargingState } : { chargingState, stoppedReason },
  });
  const plugged = event(0, 'Started', 'T', {
    seqNo: 0,
    triggerReason: 'CablePluggedIn',
    ...evse,
    ...info('EVConnected'),
  });
  const card = (word: string) =>
    exchange(
      20,
      'Authorize',
      { idToken: { idToken: 'A', type: 'ISO14443' } },
      { idTokenInfo: { status: word } },
      { version: '2.0.1' },
    );
  const unplugged = event(60, 'Ended', 'T', { seqNo: 1, ...info('Idle', 'EVDisconnected') });
  assert.deepEqual(verdictRule([plugged, card('Invalid'), unplugged]), ['authorisation-refused']);
  assert.deepEqual(verdictRule([plugged, card('Accepted'), unplugged]), ['authorised-not-started']);
  assert.deepEqual(verdictRule([plugged, unplugged]), ['plugged-only']);
  const deauthorised = event(60, 'Ended', 'T', { seqNo: 1, ...info('Idle', 'DeAuthorized') });
  assert.deepEqual(verdictRule([plugged, card('Accepted'), deauthorised]), ['stop-deauthorised']);
  const charging = event(30, 'Updated', 'T', { seqNo: 1, ...info('Charging') });
  assert.deepEqual(verdictRule([plugged, card('Accepted'), charging]), ['charging']);
});

test('a remote start that the station asks about, and the CSMS refuses, is a refusal', () => {
  const remote = exchange(
    0,
    'RemoteStartTransaction',
    { idTag: 'A', connectorId: 1 },
    { status: 'Accepted' },
  );
  const entries = [remote, authorize(2, 'A', 'Invalid'), status(300, 1, 'Available')];
  assert.deepEqual(verdictRule(entries), ['authorisation-refused']);
});

test('amperes above a limit count where they are those of the grid', () => {
  const profile = exchange(
    6,
    'SetChargingProfile',
    {
      connectorId: 1,
      csChargingProfiles: {
        chargingProfilePurpose: 'TxProfile',
        chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }] },
      },
    },
    { status: 'Accepted' },
  );
  const drawing = (more: { readonly soc?: number }) => [
    authorize(0, 'A'),
    start(5),
    profile,
    ...[120, 180, 240].map((at) => meter(at, { amperes: 32, ...more })),
    stop(600),
  ];
  assert.deepEqual(verdictRule(drawing({})), ['charged', 'above-limit']);
  assert.deepEqual(verdictRule(drawing({ soc: 50 })), ['charged']);
});

test('boots that the CSMS asks for are no loop', () => {
  const boots = [0, 100, 200, 300].flatMap((at) => [
    exchange(at, 'TriggerMessage', { requestedMessage: 'BootNotification' }, { status: 'Accepted' }),
    exchange(
      at + 1,
      'BootNotification',
      { chargePointVendor: 'V', chargePointModel: 'M' },
      { status: 'Accepted' },
    ),
  ]);
  assert.deepEqual(rulesOf(boots), []);
});

test('one call is enough where the station answers others, and an answer whose payload was left out counts', () => {
  const silent = (seconds: number) => exchange(seconds, 'Reset', {}, null);
  const beat = (seconds: number) => ({ ...exchange(seconds, 'Heartbeat', {}), answer: null });
  assert.ok(rulesOf([exchange(0, 'Reset', {}), silent(1), beat(62)]).includes('station-unanswered'));
  assert.ok(rulesOf([beat(0), silent(1), silent(2), silent(3), beat(64)]).includes('station-unanswered'));
  const alone = [silent(1), silent(2), silent(3), exchange(64, 'Heartbeat', {}, null)];
  assert.ok(!rulesOf(alone).includes('station-unanswered'));
});

test('what the manufacturer says of a fault is told with it', () => {
  const fault = exchange(0, 'StatusNotification', {
    connectorId: 0,
    status: 'Faulted',
    errorCode: 'OtherError',
    info: 'Modbus lost',
    vendorErrorCode: '210',
  });
  const told = concluded([fault]).find(({ rule }) => rule === 'faulted');
  assert.equal(told?.text, 'Connectors reported Faulted: OtherError (210, Modbus lost) at the station.');
});

test('what a station says of why it holds back is told, and what says nothing is not', () => {
  const held = (info: string, vendorErrorCode: string) =>
    concluded([
      start(0, { meterStart: 1000 }),
      exchange(9, 'StatusNotification', {
        connectorId: 1,
        status: 'SuspendedEVSE',
        errorCode: 'NoError',
        info,
        vendorErrorCode,
      }),
      stop(600, 1000),
    ])[0]?.text;
  const text = 'The station gave nothing in 10 min: it held charging back';
  assert.equal(held('waits for load management', '0x0000'), `${text} (waits for load management).`);
  assert.equal(held('null', ''), `${text}.`);
});

test("a stop that is told after the restart, by a clock of whole seconds that is a little slow, is the Reset's", () => {
  const told = (at: number) =>
    exchange(744, 'StopTransaction', {
      transactionId: 7,
      meterStop: 6000,
      timestamp: time(at),
      reason: 'HardReset',
    });
  const asked = exchange(590.4, 'Reset', { type: 'Hard' }, { status: 'Accepted' });
  const [session] = sessionsOf([start(0), asked, told(588)]);
  assert.ok(session);
  assert.equal(verdictOf(session).rule, 'stop-reset');
  // One that is asked for when the stop was told already is not what it stopped for.
  const [before] = sessionsOf([
    start(0),
    stop(600, 6000, 'HardReset'),
    exchange(602, 'Reset', { type: 'Hard' }, { status: 'Accepted' }),
  ]);
  assert.ok(before);
  assert.equal(verdictOf(before).rule, 'stop-reboot');
});
