import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { RecordingRig, recordingRig } from './recording-rig.ts';

const codes = (b: RecordingRig, kind: 'connection' | 'exchange') =>
  b
    .entries(kind)
    .map(({ findings }) =>
      findings.map(({ code }) => code).filter((code) => code !== 'two-calls-outstanding'),
    );

const boot = (id: string, serial: string, version: '1.6' | '2.0.1' = '1.6') =>
  version === '1.6'
    ? `[2,"${id}","BootNotification",{"chargePointVendor":"V","chargePointModel":"M","chargePointSerialNumber":"${serial}"}]`
    : `[2,"${id}","BootNotification",{"reason":"PowerUp","chargingStation":{"vendorName":"V","model":"M","serialNumber":"${serial}"}}]`;

test('a station that is connected and connects again is told of at its new connection', async (t) => {
  const b = await recordingRig(t);
  b.open(1);
  b.open(2);
  b.hangUp(1);
  b.hangUp(2);
  b.open(3);
  await b.handOver();
  assert.deepEqual(codes(b, 'connection'), [[], ['duplicate-connection'], [], [], []]);
  assert.equal(b.commits.at(-1)?.alarms['duplicate-connection'], 1);
  assert.deepEqual(b.reports, [
    'a station that is connected has connected again {"site":"s","charger":"CP1"}',
  ]);
});

test('a station that comes to another site is told of there once, without the name of the site it was at', async (t) => {
  const b = await recordingRig(t);
  b.open(1, { site: 'other' });
  b.open(2);
  b.hangUp(2);
  b.open(3);
  b.open(4, { charger: 'CP2' });
  await b.handOver();
  assert.deepEqual(codes(b, 'connection'), [['charger-moved'], [], [], []]);
  assert.deepEqual(b.reports, [
    'a station of another site has come to this one {"site":"s","charger":"CP1","at":["other"]}',
  ]);
  assert.doesNotMatch(JSON.stringify(b.entries('connection')[0]?.findings), /other/);
});

test('another serial number is told of at the boot that tells it, also after a restart', async (t) => {
  const b = await recordingRig(t);
  b.open();
  for (const [id, serial] of [
    ['1', 'SN-1'],
    ['2', 'SN-1'],
    ['3', ' SN-2'],
  ] as const) {
    b.station(boot(id, serial));
  }
  await b.handOver();
  assert.deepEqual(codes(b, 'exchange'), [[], [], ['serial-changed']]);
  const [, , changed] = b.entries();
  assert.deepEqual(changed?.findings.slice(-1), [
    { code: 'serial-changed', path: 'request.chargePointSerialNumber' },
  ]);
  b.close();
  const again = new RecordingRig(b.folder);
  t.after(() => again.close());
  again.open(1, { subprotocol: 'ocpp2.0.1' });
  again.station(boot('4', 'SN-2', '2.0.1'));
  again.station(boot('5', 'SN-3', '2.0.1'));
  await again.handOver();
  assert.deepEqual(codes(again, 'exchange'), [[], ['serial-changed']]);
  assert.equal(again.entries()[1]?.findings.at(-1)?.path, 'request.chargingStation.serialNumber');
});

test('what is pushed or imported raises no alarm: it may be of any time', async (t) => {
  const b = await recordingRig(t);
  const line = (message: string, timestamp: string) => ({
    charger_id: 'CP1',
    occurrence_time: timestamp,
    direction: 'station_to_csms',
    frame: message,
  });
  const answer = b.take(
    [line(boot('1', 'SN-1'), '2026-01-05T11:00:00Z'), line(boot('2', 'SN-2'), '2026-01-05T11:10:00Z')],
    true,
  );
  assert.equal((await answer).accepted, 2);
  assert.deepEqual(b.reports, []);
});

test('alarms of a whole fleet are a few lines of the log, and counted all', async (t) => {
  const b = await recordingRig(t);
  for (let n = 0; n < 20; n += 1) {
    b.open(2 * n, { charger: `CP${n}` });
    b.open(2 * n + 1, { charger: `CP${n}` });
  }
  await b.handOver();
  assert.equal(b.reports.length, 5);
  assert.equal(b.commits.at(-1)?.alarms['duplicate-connection'], 20);
});

test('of an index from before, stations that were connected are known where they were', async (t) => {
  const b = await recordingRig(t);
  b.open(1, { site: 'other' });
  b.hangUp(1);
  await b.handOver();
  b.close();
  const index = new DatabaseSync(join(b.folder, 'logs', 'index.db'));
  index.exec('DROP TABLE station_identity');
  index.close();
  const again = new RecordingRig(b.folder);
  t.after(() => again.close());
  again.open(1, { site: 'other' });
  again.open(2);
  await again.handOver();
  assert.deepEqual(codes(again, 'connection'), [['charger-moved']]);
});
