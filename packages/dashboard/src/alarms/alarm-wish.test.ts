import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alarmValue, alarmWish, isEdited, NEW_ALARM, NEW_TARGET } from './alarm-wish.ts';

const TARGET = { id: 't1', kind: 'mqtt', url: 'mqtt://b', topic: 'a', username: null, has_secret: true };
const ALARM = {
  id: 'a1',
  name: 'Faults',
  rule: 'status:Faulted',
  sites: ['depot'],
  enabled: false,
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

test('an alarm that is put as it came stays as it was, with its secret', () => {
  assert.deepEqual(alarmWish(alarmValue(ALARM)), {
    name: 'Faults',
    rule: 'status:Faulted',
    sites: ['depot'],
    enabled: false,
    quiet_minutes: 5,
    targets: [{ id: 't1', kind: 'mqtt', url: 'mqtt://b', topic: 'a' }],
  });
});

test('a target is sent with what its kind has, and all sites are null', () => {
  const target = { ...NEW_TARGET, url: 'tcp://l:601', topic: 'x', username: 'u', secret: 's' };
  const wish = (kind: 'webhook' | 'mqtt' | 'syslog') =>
    alarmWish({ ...NEW_ALARM, quiet: '', targets: [{ ...target, kind }] });
  assert.deepEqual(wish('syslog'), {
    name: '',
    rule: '',
    sites: null,
    enabled: true,
    quiet_minutes: 0,
    targets: [{ kind: 'syslog', url: 'tcp://l:601' }],
  });
  assert.deepEqual(Reflect.get(wish('webhook'), 'targets'), [
    { kind: 'webhook', url: 'tcp://l:601', secret: 's' },
  ]);
  assert.deepEqual(Reflect.get(wish('mqtt'), 'targets'), [
    { kind: 'mqtt', url: 'tcp://l:601', topic: 'x', username: 'u', secret: 's' },
  ]);
});

test('a target is edited as soon as keeping it would change anything, and is not when that is taken back', () => {
  const { targets } = alarmValue(ALARM);
  const [target = NEW_TARGET] = targets;
  assert.equal(isEdited(target, targets), false);
  for (const change of [
    { url: 'mqtt://c' },
    { topic: 'b' },
    { username: 'u' },
    { secret: 's' },
    { kind: 'syslog' },
  ] as const)
    assert.equal(isEdited({ ...target, ...change }, targets), true, JSON.stringify(change));
  assert.equal(isEdited({ ...target, url: target.url }, targets), false);
  assert.equal(
    isEdited({ ...target, id: 't2' }, targets),
    true,
    'what the server does not have is none of its own',
  );
});
