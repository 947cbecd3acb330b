import assert from 'node:assert/strict';
import { test } from 'node:test';
import { derive } from '@ocpp-logs/core';
import { Faults } from './faults.ts';
import { recordingRig } from './recording-rig.ts';

const failingAt =
  (idTag: string): typeof derive =>
  (entry, payloads, context) => {
    if (payloads?.call.idTag === idTag) throw new TypeError('not a function');
    return derive(entry, payloads, context);
  };

test('an exchange at which extraction fails is kept with its text and a finding, and counted', async (t) => {
  const rig = await recordingRig(t, undefined, { derive: failingAt('BOOM') });
  rig.open();
  rig.station('[2,"1","Authorize",{"idTag":"A"}]');
  rig.station('[2,"2","Authorize",{"idTag":"BOOM"}]');
  rig.csms('[3,"2",{"idTagInfo":{"status":"Accepted"}}]');
  rig.station('[2,"3","Authorize",{"idTag":"B"}]');
  await rig.handOver();
  const [before, failed, after, ...more] = rig.entries();
  assert.deepEqual(more, []);
  assert.deepEqual([before?.fields.request_id_tag, after?.fields.request_id_tag], ['A', 'B']);
  assert.deepEqual([failed?.outcome, failed?.fields], ['answered', {}]);
  assert.match(Buffer.from(failed?.request?.bytes ?? []).toString(), /"BOOM"/);
  assert.match(Buffer.from(failed?.answer?.bytes ?? []).toString(), /"Accepted"/);
  assert.deepEqual(
    failed?.findings.map(({ code }) => code).filter((code) => code === 'not-extracted'),
    ['not-extracted'],
  );
  assert.deepEqual([rig.commits.at(-1)?.faults, rig.commits.at(-1)?.notStored], [1, 0]);
  assert.deepEqual(rig.reports, ['an error in ocpp-logs: not a function']);
  assert.equal(rig.entries('gap').length, 0);
});

test('of many errors a few are told in a minute, all are counted', () => {
  let now = 0;
  const lines: string[] = [];
  const faults = new Faults(
    (line) => lines.push(line),
    () => now,
  );
  for (let n = 1; n <= 8; n += 1) faults.caught(new Error(`no ${n}`));
  assert.equal(faults.count, 8);
  assert.equal(lines.length, 5);
  now = 60_000;
  faults.caught(new Error('no 9'));
  assert.equal(lines.at(-1), 'an error in ocpp-logs: no 9 (and 3 more before it)');
});

test('a text that could not be read is not quoted', () => {
  const lines: string[] = [];
  const faults = new Faults(
    (line) => lines.push(line),
    () => 0,
  );
  try {
    JSON.parse('{"AuthorizationKey":secret}');
  } catch (error) {
    faults.caught(error);
  }
  assert.deepEqual(lines, ['an error in ocpp-logs: SyntaxError']);
});
