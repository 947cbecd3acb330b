import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Entry, SiteLevel } from '@ocpp-logs/core';
import { SITE_LEVELS } from '@ocpp-logs/core';
import type { RecordingRig } from './recording-rig.ts';
import { recordingRig, START } from './recording-rig.ts';

const ISO = new Date(START).toISOString();
const LATER = new Date(START + 20).toISOString();

function level(rig: RecordingRig, to: SiteLevel): void {
  rig.recording.keptOut.follow(new Map([['s', { level: to, pseudonymise: false }]]));
}

const CALLS = {
  BootNotification: '{"chargePointVendor":"VendorOfBoot","chargePointModel":"M"}',
  Authorize: '{"idTag":"TagOfAuthorize"}',
  StatusNotification: '{"connectorId":1,"errorCode":"NoError","status":"Available"}',
  MeterValues:
    '{"connectorId":1,"transactionId":7,"meterValue":[{"timestamp":"2026-01-05T12:00:00Z","sampledValue":[{"value":"424242"}]}]}',
  SignedFirmwareStatusNotification: '{"status":"Installed","requestId":31337}',
  VendorAction: '{"text":"TextOfVendor"}',
};
const ANSWERS = {
  BootNotification: `{"currentTime":"${ISO}","interval":300,"status":"Accepted"}`,
  Authorize: '{"idTagInfo":{"status":"Accepted"}}',
};

async function talk(rig: RecordingRig): Promise<void> {
  for (const [n, [action, payload]] of Object.entries(CALLS).entries()) {
    rig.station(`[2,"m${n}","${action}",${payload}]`);
    rig.now += 10;
    rig.csms(`[3,"m${n}",${new Map(Object.entries(ANSWERS)).get(action) ?? '{}'}]`);
    rig.now += 10;
  }
  rig.station('no OCPP at all');
  rig.csms('[3,"AnswerToNothing",{"text":"TextOfOrphan"}]');
  await rig.handOver();
}

const actionsOf = (entries: readonly Entry[]) => entries.map(({ action }) => action);

const KEPT: Readonly<Record<SiteLevel, readonly string[]>> = {
  none: [],
  minimal: ['BootNotification', 'SignedFirmwareStatusNotification'],
  info: ['BootNotification', 'Authorize', 'StatusNotification', 'SignedFirmwareStatusNotification'],
  debug: Object.keys(CALLS),
};

/** What is on the disk of it, as texts that occur nowhere else. */
const MARKS: Readonly<Record<string, string>> = {
  BootNotification: 'VendorOfBoot',
  Authorize: 'TagOfAuthorize',
  MeterValues: '424242',
  SignedFirmwareStatusNotification: '31337',
  VendorAction: 'TextOfVendor',
};

function bytesOf(folder: string): string {
  const logs = join(folder, 'logs');
  return readdirSync(logs)
    .map((name) => readFileSync(join(logs, name), 'latin1'))
    .join('\n');
}

for (const at of SITE_LEVELS) {
  test(`${at}: of what is said, that is kept which the level names, and nothing else is on the disk`, async (t) => {
    const rig = await recordingRig(t);
    level(rig, at);
    rig.open();
    await talk(rig);
    assert.deepEqual(actionsOf(rig.entries()), KEPT[at]);
    assert.ok(rig.entries().every(({ outcome }) => outcome === 'answered'));
    assert.equal(rig.entries('malformed').length, at === 'none' ? 0 : 1);
    assert.equal(rig.entries('connection').length, at === 'none' ? 0 : 1);
    assert.equal(rig.entries('orphan').length, at === 'debug' ? 1 : 0);
    await rig.writer.sync();
    const bytes = bytesOf(rig.folder);
    for (const [action, mark] of Object.entries(MARKS)) {
      assert.equal(bytes.includes(mark), KEPT[at].includes(action), `${mark} of ${action}`);
    }
    assert.equal(bytes.includes('TextOfOrphan'), at === 'debug');
    const frames = 2 * (Object.keys(CALLS).length - KEPT[at].length) + (at === 'debug' ? 0 : 1);
    const others = at === 'none' ? 2 : 0;
    assert.equal(rig.recording.keptOut.count, frames + others);
    assert.equal(rig.commits.at(-1)?.leftOut, frames + others);
  });
}

test('a change of the level is an entry at every level, and what was begun before it ends', async (t) => {
  const rig = await recordingRig(t);
  rig.open();
  rig.station('[2,"a","Heartbeat",{}]');
  await rig.handOver();
  level(rig, 'none');
  rig.recording.setting(
    's',
    { event: 'setting', setting: 'level', from: 'debug', to: 'none', by: 'user Ada' },
    rig.now,
  );
  rig.csms(`[3,"a",{"currentTime":"${ISO}"}]`);
  rig.station('[2,"b","Heartbeat",{}]');
  await rig.handOver();
  level(rig, 'debug');
  rig.csms(`[3,"b",{"currentTime":"${ISO}"}]`);
  await rig.handOver();
  assert.deepEqual(
    rig.entries().map(({ messageId, outcome }) => [messageId, outcome]),
    [['a', 'answered']],
  );
  assert.deepEqual(
    rig.entries('setting').map(({ event }) => event),
    [{ event: 'setting', setting: 'level', from: 'debug', to: 'none', by: 'user Ada' }],
  );
  assert.deepEqual(rig.entries('orphan'), [], 'the answer to a left out call is no orphan');
});

test('what is left out is paired and known all the same: a later entry says where its transaction runs', async (t) => {
  const rig = await recordingRig(t);
  level(rig, 'minimal');
  rig.open();
  const started = '{"connectorId":3,"idTag":"T","meterStart":0,"timestamp":"2026-01-05T12:00:00Z"}';
  rig.station(`[2,"1","StartTransaction",${started}]`);
  rig.csms('[3,"1",{"transactionId":4711,"idTagInfo":{"status":"Accepted"}}]');
  await rig.handOver();
  level(rig, 'info');
  rig.now += 1000;
  rig.station(
    '[2,"2","StopTransaction",{"transactionId":4711,"meterStop":9,"timestamp":"2026-01-05T12:00:01Z"}]',
  );
  rig.csms('[3,"2",{}]');
  await rig.handOver();
  assert.deepEqual(
    rig.entries().map(({ action, context, fields }) => [action, context.connector, fields.connector_id]),
    [['StopTransaction', 3, 3]],
  );
});

test('pushed and imported frames follow the level; what is left out is counted, and comes at a higher level', async (t) => {
  const rig = await recordingRig(t);
  level(rig, 'info');
  const way = { charger_id: 'CP1', ocpp_version: '1.6' };
  const lines = [
    { ...way, occurrence_time: ISO, direction: 'station_to_csms', frame: '[2,"1","Heartbeat",{}]' },
    {
      ...way,
      occurrence_time: LATER,
      direction: 'csms_to_station',
      frame: `[3,"1",{"currentTime":"${ISO}"}]`,
    },
    {
      ...way,
      occurrence_time: ISO,
      direction: 'station_to_csms',
      frame: '[2,"2","Authorize",{"idTag":"T"}]',
    },
    {
      ...way,
      occurrence_time: LATER,
      direction: 'csms_to_station',
      frame: '[3,"2",{"idTagInfo":{"status":"Accepted"}}]',
    },
  ];
  const first = await rig.take(lines, true, 'import');
  assert.deepEqual(
    { ...first },
    { accepted: 2, duplicates: 0, rejected: [], entries: { exchange: 1 }, leftOut: 2 },
  );
  assert.deepEqual(actionsOf(rig.entries()), ['Authorize']);
  level(rig, 'debug');
  const second = await rig.take(lines, true, 'import');
  assert.deepEqual([second.accepted, second.duplicates, second.leftOut], [2, 2, undefined]);
  assert.deepEqual(actionsOf(rig.entries()).toSorted(), ['Authorize', 'Heartbeat']);
});

test('at none nothing that is pushed tells of its stations either', async (t) => {
  const rig = await recordingRig(t);
  level(rig, 'none');
  await rig.take([
    {
      charger_id: 'StationNobodyKnows',
      occurrence_time: ISO,
      direction: 'station_to_csms',
      frame: `[2,"1","BootNotification",${CALLS.BootNotification}]`,
    },
  ]);
  await rig.writer.sync();
  assert.ok(!bytesOf(rig.folder).includes('StationNobodyKnows'));
});
