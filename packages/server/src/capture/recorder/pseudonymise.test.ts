import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { IdTags } from '@ocpp-logs/core';
import { openDryRecorder } from './dry-recorder.ts';
import { PSEUDONYM_KEY, type RecordingRig, recordingRig, START } from './recording-rig.ts';

const TAG = 'Tag-Of-A-Driver-1';
const STANDS_FOR = new IdTags((text) => createHmac('sha256', PSEUDONYM_KEY).update(text, 'utf8').digest()).of(
  TAG,
);
const RULES = new Map([['s', { level: 'debug', pseudonymise: true } as const]]);

const time = (ms: number) => new Date(START + ms).toISOString();
const line = (ms: number, direction: string, frame: string) => ({
  charger_id: 'CP1',
  ocpp_version: '1.6',
  occurrence_time: time(ms),
  direction,
  frame,
});
const LINES = [
  line(0, 'station_to_csms', `[2,"1","Authorize",{"idTag":"${TAG}"}]`),
  line(20, 'csms_to_station', `[3,"1",{"idTagInfo":{"status":"Accepted","parentIdTag":"${TAG}"}}]`),
  line(40, 'station_to_csms', `[2,"2","Authorize",{"idTag":"${TAG.toUpperCase()}"}]`),
  line(60, 'csms_to_station', `[4,"2","GenericError","no idTag=${TAG}",{"idTag":"${TAG}"}]`),
  line(80, 'csms_to_station', `[3,"nobody asked",{"idTagInfo":{"parentIdTag":"${TAG}"}}]`),
];

async function onDisk(rig: RecordingRig & { folder: string }): Promise<string> {
  await rig.writer.sync();
  const logs = join(rig.folder, 'logs');
  return readdirSync(logs)
    .map((name) => readFileSync(join(logs, name), 'latin1'))
    .join('\n')
    .toLowerCase();
}

test('live: id tags are pseudonyms in texts and fields, and on no disk; exchanges pair as ever', async (t) => {
  const rig = await recordingRig(t);
  rig.recording.keptOut.follow(RULES);
  rig.open();
  const started = `{"connectorId":1,"idTag":"${TAG}","meterStart":0,"timestamp":"${time(0)}"}`;
  rig.station(`[2,"1","StartTransaction",${started}]`);
  rig.station(`[2,"1","StartTransaction",${started}]`);
  rig.csms('[3,"1",{"transactionId":7,"idTagInfo":{"status":"Accepted"}}]');
  rig.station(`[2,"2","Authorize",{"idTag":"${TAG}"`);
  await rig.handOver();
  const [first, second] = rig.entries();
  assert.deepEqual([first?.outcome, second?.outcome], ['resent', 'answered']);
  assert.equal(second?.fields.request_id_tag, STANDS_FOR);
  assert.equal(
    Buffer.from(second?.request?.bytes ?? []).toString(),
    `[2,"1","StartTransaction",${started.replace(TAG, STANDS_FOR)}]`,
  );
  const [malformed] = rig.entries('malformed');
  assert.deepEqual([malformed?.request, malformed?.event?.event], [null, 'malformed']);
  assert.ok(!(await onDisk(rig)).includes(TAG.toLowerCase()));
});

test('what is pushed or imported again is known: its pseudonyms are the same', async (t) => {
  const rig = await recordingRig(t);
  rig.recording.keptOut.follow(RULES);
  const first = await rig.take(LINES, true, 'import');
  assert.deepEqual([first.accepted, first.duplicates], [5, 0]);
  const again = await rig.take(LINES, true, 'import');
  assert.deepEqual([again.accepted, again.duplicates], [0, 5]);
  assert.deepEqual(
    rig.entries().map(({ fields }) => fields.request_id_tag),
    [STANDS_FOR, STANDS_FOR],
  );
  assert.match(
    Buffer.from(rig.entries('orphan')[0]?.request?.bytes ?? []).toString(),
    /parentIdTag":"p[0-9a-f]{15}"/,
  );
  assert.ok(!(await onDisk(rig)).includes(TAG.toLowerCase()));
});

test('other sites keep id tags as they are', async (t) => {
  const rig = await recordingRig(t);
  rig.recording.keptOut.follow(new Map([['other', { level: 'debug', pseudonymise: true }]]));
  await rig.take(LINES.slice(0, 2), true);
  assert.equal(rig.entries()[0]?.fields.request_id_tag, TAG);
});

test('without the key nothing of a frame is kept but its length and digest', async (t) => {
  const reports: string[] = [];
  const dry = openDryRecorder({
    timeoutMs: 60_000,
    redact: [],
    rules: RULES,
    onReport: (report) => reports.push(report),
  });
  t.after(() => dry.close());
  const body = Buffer.from(
    LINES.slice(0, 1)
      .map((each) => JSON.stringify(each))
      .join('\n'),
  );
  assert.deepEqual((await dry.ingest('s', 'import', body, true)).entries, { malformed: 1 });
  assert.match(reports.join(), /no key for the pseudonyms/);
});
