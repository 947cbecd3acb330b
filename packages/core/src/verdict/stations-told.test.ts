/** What is told of boots, firmware and certificates, and what is left alone since it can be read innocently. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConnectionEvent } from '../entry.ts';
import type { JsonObject } from '../message.ts';
import { connection, exchange, T0, time } from '../session/case.ts';
import { inOrder, type SeenEntry } from '../session/seen.ts';
import { StationWatch } from './judge.ts';
import { beat, boot, HOUR } from './log-parts.fixture.ts';

function told(entries: readonly SeenEntry[]) {
  const watch = new StationWatch();
  for (const entry of entries.toSorted(inOrder)) watch.see(entry);
  return watch.end().map(({ rule, text, evidence }) => [rule, text, evidence.length]);
}

const silentBoot = (seconds: number): SeenEntry => ({ ...boot(seconds), answer: null, outcome: 'timeout' });
const running = (seconds: number, firmwareVersion: string) =>
  exchange(
    seconds,
    'BootNotification',
    { chargePointVendor: 'V', chargePointModel: 'M', firmwareVersion },
    { status: 'Accepted', interval: 300 },
  );
const update = (seconds: number, call: JsonObject = {}, answer: JsonObject | null = {}) =>
  exchange(seconds, 'UpdateFirmware', { location: 'ftp://f', retrieveDate: time(seconds), ...call }, answer);
const reported = (seconds: number, status: string) =>
  exchange(seconds, 'FirmwareStatusNotification', { status });
const version = '2.0.1';
const GAP: SeenEntry = { ...connection(100, { event: 'closed' }), kind: 'gap', event: null };

test('a boot that is answered when the station asks again took from its first question on', () => {
  assert.deepEqual(told([silentBoot(0), silentBoot(60), boot(120), beat(400)]), [
    ['boot-late', 'The CSMS took 2 min to answer its boot, when it had asked 3 times.', 3],
  ]);
});

test('boots that nobody answers are told of a log without any answer where nothing else is said', () => {
  const boots = [0, 60, 120].map(silentBoot);
  const saysMore = exchange(300, 'Heartbeat', {}, null);
  assert.deepEqual(told([...boots, saysMore]), []);
  const end = connection(300, { event: 'closed' });
  assert.deepEqual(told([...boots, end]), [['boot-unanswered', 'Nobody answered its boot (3 times).', 3]]);
  assert.deepEqual(told([...boots.slice(1), end]), []);
});

test('a boot whose connection ends at once, or that ends the log, was not left unanswered', () => {
  const lost = connection(65, { event: 'closed' });
  assert.deepEqual(told([beat(0), silentBoot(60), lost, boot(90), beat(300)]), []);
  assert.deepEqual(told([beat(0), silentBoot(60), lost, beat(300)]), []);
  assert.deepEqual(told([beat(0), silentBoot(60), beat(120)]), []);
  assert.deepEqual(told([beat(0), silentBoot(60), GAP, beat(300)]), []);
});

test('another boot hours later is not the answer to one that was not answered', () => {
  const between = [beat(60), beat(3 * HOUR - 60)];
  assert.deepEqual(told([silentBoot(0), ...between, boot(3 * HOUR), beat(3 * HOUR + 99)]), []);
});

test('a boot for each Reset is what the CSMS asked for, and what follows on it is not', () => {
  const reset = (seconds: number, status = 'Accepted') =>
    exchange(seconds, 'Reset', { type: 'Soft' }, { status });
  const loop = ['boot-loop', 'The station boots again and again: 3 times in short time.', 3];
  const each = [0, 180, 360].flatMap((at) => [reset(at), boot(at + 90)]);
  assert.deepEqual(told(each), []);
  assert.deepEqual(told([reset(0), boot(60), boot(120), boot(240)]), []);
  assert.deepEqual(told([reset(0), boot(60), boot(120), boot(240), boot(360)]), [loop]);
  const refused = [reset(0, 'Rejected'), boot(60), boot(120), boot(240)];
  assert.deepEqual(told(refused).at(0), loop);
  const late = [reset(0), boot(301), boot(400), boot(500)];
  assert.deepEqual(told(late), [loop]);
  const says = (reason: string) =>
    [0, 60, 120].map((at) => ({ ...boot(at), version, call: { reason, chargingStation: {} } }) as SeenEntry);
  assert.deepEqual(told(says('RemoteReset')), []);
  assert.deepEqual(told(says('Watchdog')), [loop]);
});

test('a firmware update that is refused is told with its reason, an error alike, and once', () => {
  const call = { requestId: 1, firmware: { location: 'f', retrieveDateTime: time(0) } };
  const rejected = { status: 'Rejected', statusInfo: { reasonCode: 'Busy' } };
  assert.deepEqual(told([exchange(0, 'UpdateFirmware', call, rejected, { version })]), [
    ['firmware-refused', 'It refused a firmware update (UpdateFirmware Rejected: Busy).', 1],
  ]);
  const error = exchange(0, 'UpdateFirmware', call, null, { version, errorCode: 'InternalError' });
  assert.deepEqual(told([error]), [
    ['firmware-refused', 'It refused a firmware update (UpdateFirmware InternalError).', 1],
  ]);
  assert.deepEqual(told([exchange(0, 'UpdateFirmware', call, null, { version })]), []);
});

test('an update of which nothing is told is waited for until its dates and its tries are over', () => {
  const silent = (entries: readonly SeenEntry[]) => told(entries).map(([, text]) => text);
  const text = 'It accepted a firmware update and told nothing of it, until 60 min after it was due.';
  assert.deepEqual(silent([update(0), beat(HOUR)]), [text]);
  const tries = { retries: 3, retryInterval: 600 };
  assert.deepEqual(silent([update(0, tries), beat(HOUR + 1799)]), []);
  assert.deepEqual(silent([update(0, tries), beat(HOUR + 1800)]), [text]);
  const installed = { requestId: 1, firmware: { location: 'f', installDateTime: time(2 * HOUR) } };
  const taken = exchange(0, 'UpdateFirmware', installed, { status: 'Accepted' }, { version });
  assert.deepEqual(silent([taken, beat(3 * HOUR - 1)]), []);
  assert.deepEqual(silent([taken, beat(3 * HOUR)]), [text]);
});

test('an update that shows in another way, or may have been told in a gap, is not silent', () => {
  const later = beat(2 * HOUR);
  assert.deepEqual(told([running(0, '1'), update(60), running(600, '2'), later]), []);
  assert.deepEqual(told([update(60), running(600, '2'), later]), []);
  assert.deepEqual(told([update(60), reported(600, 'Installed'), later]), []);
  assert.deepEqual(told([update(60), GAP, later]), []);
  const event = exchange(600, 'SecurityEventNotification', { type: 'FirmwareUpdated', timestamp: time(0) });
  assert.deepEqual(told([update(60), event, later]), []);
  const silent = told([running(0, '1'), update(60), running(600, '1'), later]);
  assert.deepEqual(
    silent.map(([rule]) => rule),
    ['firmware-silent'],
  );
});

test('an update that is scheduled has not come to a stop before its date, nor one that runs after a boot', () => {
  const scheduled = [update(0, { retrieveDate: time(2 * HOUR) }), reported(9, 'DownloadScheduled')];
  assert.deepEqual(told([...scheduled, beat(3 * HOUR - 1)]), []);
  assert.deepEqual(told([...scheduled, beat(3 * HOUR)]), [
    ['firmware-unfinished', 'A firmware update stays at DownloadScheduled, for 3 h 0 min so far.', 1],
  ]);
  assert.deepEqual(told([reported(9, 'InstallScheduled'), beat(3 * HOUR)]), []);
  assert.deepEqual(told([running(0, '1'), reported(9, 'Installing'), running(60, '2'), beat(2 * HOUR)]), []);
  const same = [running(0, '1'), reported(9, 'Installing'), running(60, '1'), beat(2 * HOUR + 9)];
  assert.deepEqual(told(same), [
    [
      'firmware-unfinished',
      'A firmware update stays at Installing, for 2 h 0 min so far; it booted meanwhile with the firmware that it had.',
      2,
    ],
  ]);
});

test('an update is unfinished by what the station says, and may have ended in a gap', () => {
  const stuck = reported(0, 'Downloading');
  const rules = (...entries: readonly SeenEntry[]) => told([stuck, ...entries]).map(([rule]) => rule);
  assert.deepEqual(rules(beat(2 * HOUR)), ['firmware-unfinished']);
  assert.deepEqual(rules(GAP, beat(2 * HOUR)), []);
  assert.deepEqual(rules(GAP, reported(HOUR, 'Downloading'), beat(2 * HOUR)), ['firmware-unfinished']);
  const called = exchange(2 * HOUR, 'ChangeConfiguration', {}, null, { outcome: 'pending' });
  const refused = connection(2 * HOUR, { event: 'closed' });
  assert.deepEqual(rules(called, refused), []);
});

test('behind a gap, and behind its end, an update does not inherit the dates of the one before', () => {
  const later = { retrieveDate: time(500 * HOUR) };
  const stuck = [reported(HOUR, 'Downloading'), beat(3 * HOUR)];
  const unfinished = [
    ['firmware-unfinished', 'A firmware update stays at Downloading, for 2 h 0 min so far.', 1],
  ];
  assert.deepEqual(told([update(0, later), ...stuck]), []);
  assert.deepEqual(told([update(0, later), GAP, ...stuck]), unfinished);
  assert.deepEqual(told([update(0, later), reported(60, 'Installed'), ...stuck]), unfinished);
  const scheduled = [reported(HOUR, 'InstallScheduled'), beat(9 * HOUR)];
  assert.deepEqual(told([update(0), GAP, ...scheduled]), []);
});

test('security events and refusals of certificates are told by name, in all versions', () => {
  const types = [
    'InvalidFirmwareSignature',
    'InvalidFirmwareSigningCertificate',
    'InvalidCentralSystemCertificate',
    'InvalidCsmsCertificate',
    'InvalidChargePointCertificate',
    'InvalidChargingStationCertificate',
    'InvalidTLSVersion',
    'InvalidTLSCipherSuite',
  ];
  for (const type of types) {
    const event = exchange(0, 'SecurityEventNotification', { type, timestamp: time(0) });
    assert.deepEqual(told([event]), [
      ['certificate-trouble', `There is trouble with certificates: ${type}.`, 1],
    ]);
  }
  const refused: readonly (readonly [string, JsonObject, string])[] = [
    ['CertificateSigned', { status: 'Rejected' }, 'CertificateSigned Rejected'],
    ['InstallCertificate', { status: 'Failed' }, 'InstallCertificate Failed'],
    ['DeleteCertificate', { status: 'Failed' }, 'DeleteCertificate Failed'],
    ['SignCertificate', { status: 'Rejected' }, 'SignCertificate Rejected'],
    ['GetCertificateStatus', { status: 'Failed' }, 'GetCertificateStatus Failed'],
    ['Get15118EVCertificate', { status: 'Failed', exiResponse: '' }, 'Get15118EVCertificate Failed'],
    [
      'GetCertificateChainStatus',
      { certificateStatus: [{ status: 'Good' }, { status: 'Revoked' }] },
      'GetCertificateChainStatus Revoked',
    ],
  ];
  for (const [action, answer, word] of refused) {
    assert.deepEqual(told([exchange(0, action, {}, answer, { version })]), [
      ['certificate-trouble', `There is trouble with certificates: ${word}.`, 1],
    ]);
  }
  assert.deepEqual(told([exchange(0, 'DeleteCertificate', {}, { status: 'NotFound' })]), []);
});

test('a certificate is awaited by its type, and no longer once the log has a gap', () => {
  const asked = (certificateType: string) =>
    exchange(0, 'SignCertificate', { csr: 'C', certificateType }, { status: 'Accepted' }, { version });
  const signed = exchange(
    90,
    'CertificateSigned',
    { certificateChain: 'C', certificateType: 'V2GCertificate' },
    { status: 'Accepted' },
    { version },
  );
  assert.deepEqual(told([asked('V2GCertificate'), signed, beat(HOUR)]), []);
  assert.deepEqual(told([asked('ChargingStationCertificate'), signed, beat(HOUR)]), [
    [
      'certificate-awaited',
      'It asked for a certificate (ChargingStationCertificate), which was accepted, and none came in 60 min.',
      1,
    ],
  ]);
  assert.deepEqual(told([asked('V2GCertificate'), GAP, beat(HOUR)]), []);
  const ofAll = exchange(0, 'SignCertificate', { csr: 'C' }, { status: 'Accepted' }, { version });
  assert.deepEqual(told([ofAll, signed, beat(HOUR)]), []);
  assert.deepEqual(
    told([ofAll, beat(HOUR)])[0]?.[1],
    'It asked for a certificate, which was accepted, and none came in 60 min.',
  );
});

test('a call that ends the connection each time is told, and none that ends it once, late or rightly', () => {
  const ending = (
    action: string,
    after: number,
    times = 3,
    how: Partial<ConnectionEvent> = {},
    before = 60,
  ) =>
    Array.from({ length: times }, (_, at) => [
      beat(at * 600 - before),
      exchange(at * 600, action, {}, null, { outcome: 'connection_lost', direction: 'csms_to_station' }),
      connection(at * 600 + after, { event: 'closed', ...how }),
    ]).flat();
  const found = (entries: readonly SeenEntry[]) => told(entries).map(([, text]) => text);
  assert.deepEqual(found(ending('SetChargingProfile', 2)), [
    'Its connection ended 3 times right after a call of the CSMS: SetChargingProfile 3 times.',
  ]);
  assert.deepEqual(found(ending('SetChargingProfile', 11)), []);
  assert.deepEqual(found(ending('SetChargingProfile', 2, 2)), []);
  assert.deepEqual(found(ending('Reset', 2)), []);
  const opened = (before: number) =>
    [0, 1, 2].map((at) => connection(at * 600 - before, { event: 'accepted' }));
  assert.deepEqual(found([...ending('SetChargingProfile', 2), ...opened(59)]), []);
  assert.equal(found([...ending('SetChargingProfile', 2), ...opened(60)]).length, 1);
  const answers = exchange(1900, 'SetChargingProfile', {}, { status: 'Rejected' });
  assert.deepEqual(found([...ending('SetChargingProfile', 2), answers]), []);
  const endedBy = (how: Partial<ConnectionEvent>) => found(ending('SetChargingProfile', 2, 3, how)).length;
  assert.equal(endedBy({ ended_by: 'station', how: 'reset' }), 1);
  assert.equal(endedBy({ ended_by: 'unknown', how: 'unknown' }), 1);
  assert.equal(endedBy({ ended_by: 'csms', how: 'close_frame' }), 0);
  assert.equal(endedBy({ ended_by: 'server', how: 'reset' }), 0);
  assert.equal(endedBy({ ended_by: 'unknown', how: 'timeout' }), 0);
  assert.equal(endedBy({ ended_by: 'station', how: 'shutdown' }), 0);
});

test('who was silent before a call may not have been there any more when its connection ended', () => {
  const ending = (before: readonly SeenEntry[], at: number) => [
    ...before,
    exchange(at, 'TriggerMessage', {}, null, { outcome: 'connection_lost' }),
    connection(at + 2, { event: 'closed' }),
  ];
  const found = (before: (at: number) => SeenEntry) =>
    told([600, 1200, 1800].flatMap((at) => ending([before(at)], at))).map(([rule]) => rule);
  assert.deepEqual(
    found((at) => beat(at - 61)),
    [],
  );
  assert.deepEqual(
    found((at) => beat(at - 60)),
    ['connection-ends-at-call'],
  );
  const answered = (at: number) => ({
    ...exchange(at - 70, 'GetConfiguration', {}, {}, { direction: 'csms_to_station' }),
    answeredAt: T0 + (at - 60) * 1000,
  });
  assert.deepEqual(found(answered), ['connection-ends-at-call']);
});

test('a log that holds the answers of the station alone says nothing of those of the CSMS', () => {
  const set = (seconds: number) => exchange(seconds, 'SetChargingProfile', {}, { status: 'Accepted' });
  const silent = [60, 120, 180, 240].map((at) => exchange(at, 'MeterValues', { connectorId: 1 }, null));
  assert.deepEqual(told([set(0), ...silent, set(400)]), []);
  const [unanswered] = told([set(0), beat(1), ...silent, set(400)]);
  assert.deepEqual(unanswered, ['csms-unanswered', 'The CSMS did not answer: MeterValues 4 times.', 4]);
});
