import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../message.ts';
import { exchange } from '../session/case.ts';
import type { SeenEntry } from '../session/seen.ts';
import { StationWatch } from './judge.ts';
import { beat, boot, repeat } from './log-parts.fixture.ts';

function told(entries: readonly SeenEntry[]) {
  const watch = new StationWatch();
  for (const entry of entries) watch.see(entry);
  return watch.end().map(({ rule, text }) => [rule, text]);
}

/** Too seldom for the 300 s that a boot sets, not for an hour. */
const seldom = repeat(4, (at) => beat(60 + at * 661));
const SILENT = [
  'heartbeat-missing',
  'It fell silent 3 times, for up to 11 min, though it is to speak every 5 min.',
];

const configured = (seconds: number, key: string, answer: JsonObject | null, value = '3600') =>
  exchange(seconds, 'ChangeConfiguration', { key, value }, answer);
const variables = (seconds: number, name: string, attributeStatus: string, attributeValue = '3600') => {
  const named = { component: { name: 'OCPPCommCtrlr' }, variable: { name } };
  return exchange(
    seconds,
    'SetVariables',
    { setVariableData: [{ ...named, attributeValue }] },
    { setVariableResult: [{ ...named, attributeStatus }] },
    { version: '2.0.1', direction: 'csms_to_station' },
  );
};

test('what becomes unknown afterwards was known when it fell silent', () => {
  assert.deepEqual(told([boot(0), ...seldom, configured(2100, 'HeartbeatInterval', null)]), [SILENT]);
  assert.deepEqual(told([boot(0), configured(9, 'HeartbeatInterval', null), ...seldom]), []);
});

test('an interval that the station did not take, and whatever else is set, changes nothing', () => {
  const others = [
    configured(9, 'HeartbeatInterval', { status: 'Rejected' }),
    configured(9, 'MeterValueSampleInterval', { status: 'Accepted' }),
    variables(9, 'HeartbeatInterval', 'Rejected'),
    variables(9, 'NetworkConfigurationPriority', 'Accepted'),
  ];
  for (const other of others) assert.deepEqual(told([boot(0), other, ...seldom]), [SILENT]);
});

test('an interval that the station took is the one that it is held to, in all versions', () => {
  const accepted = [
    configured(9, 'heartbeatInterval', { status: 'Accepted' }),
    variables(9, 'HeartbeatInterval', 'Accepted'),
  ];
  for (const change of accepted) assert.deepEqual(told([boot(0), change, ...seldom]), []);
  const often = repeat(6, (at) => beat(60 + at * 1000));
  assert.deepEqual(told([variables(9, 'HeartbeatInterval', 'Accepted'), ...often]), [
    ['heartbeat-off', 'It sends heartbeats every 17 min; every 60 min was set.'],
  ]);
});
