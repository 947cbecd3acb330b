import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AlarmBody } from './alarm-answers.ts';
import { changesOf } from './alarm-changes.ts';

const TARGET = { id: 't1', kind: 'mqtt', url: 'mqtt://b', topic: 'a', username: null, has_secret: true };
const ALARM: AlarmBody = {
  id: 'a1',
  name: 'Faults',
  rule: 'status:Faulted',
  sites: ['depot'],
  enabled: true,
  quiet_minutes: 5,
  targets: [TARGET],
  ready: false,
  editable: true,
  etag: '"x"',
  keeper: 'ada',
  unkept: null,
  fired: 3,
  suppressed: 0,
  fault: null,
};

test('what somebody else changed of an alarm is told as it is now, and nothing else of it', () => {
  const told = (change: Partial<AlarmBody>) =>
    changesOf(ALARM, { ...ALARM, ...change }).map(({ label, text }) => `${label}: ${text}`);
  assert.deepEqual(told({ name: 'b' }), ['Name: b']);
  assert.deepEqual(told({ rule: 'x', keeper: 'bob' }), ['What it waits for: x', 'Answered for by: bob']);
  assert.deepEqual(told({ sites: null }), ['On which sites: all']);
  assert.deepEqual(told({ sites: ['depot', 'yard'] }), ['On which sites: depot, yard']);
  assert.deepEqual(told({ enabled: false, quiet_minutes: 0 }), ['Quiet for so many minutes: 0', 'On: no']);
  assert.deepEqual(told({ targets: [] }), ['Whom it tells: this page']);
  const hook = { ...TARGET, kind: 'webhook', url: 'https://h/', topic: null, has_secret: false };
  assert.deepEqual(told({ targets: [{ ...TARGET, username: 'u' }, hook] }), [
    'Whom it tells: MQTT mqtt://b a u, with a secret; Webhook https://h/',
  ]);
  assert.deepEqual(told({ targets: [{ ...hook, kind: 'of a newer server' }] }), [
    'Whom it tells: of a newer server https://h/',
  ]);
  const unkept = { reason: 'revoked', since: '2026-01-05T10:00:00.000Z' };
  assert.deepEqual(told({ unkept }), [
    'What it does: Tells nothing: the key that answered for it was revoked.',
  ]);
  // How often it came true is no change of it, and a secret is not shown.
  assert.deepEqual(told({ etag: '"y"', fired: 4, suppressed: 1 }), []);
});
