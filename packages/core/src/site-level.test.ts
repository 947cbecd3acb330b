import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACTION_VERSIONS } from './catalogue-actions.ts';
import { actionsBelowDebug, keepsAction, levelOfAction, type SITE_LEVELS } from './site-level.ts';

const ACTIONS = Object.keys(ACTION_VERSIONS);
const at = (level: (typeof SITE_LEVELS)[number]) => ACTIONS.filter((action) => keepsAction(level, action));

test('each level keeps what the one before it keeps', () => {
  assert.deepEqual(at('none'), []);
  assert.deepEqual(at('minimal'), [
    'BootNotification',
    'FirmwareStatusNotification',
    'PublishFirmware',
    'PublishFirmwareStatusNotification',
    'SignedFirmwareStatusNotification',
    'SignedUpdateFirmware',
    'UnpublishFirmware',
    'UpdateFirmware',
  ]);
  assert.deepEqual(
    at('info').filter((action) => !at('minimal').includes(action)),
    [
      'Authorize',
      'SecurityEventNotification',
      'StartTransaction',
      'StatusNotification',
      'StopTransaction',
      'TransactionEvent',
    ],
  );
  assert.deepEqual(at('debug'), ACTIONS);
});

test('every action of the table is one of the official schemas', () => {
  for (const action of actionsBelowDebug().keys()) assert.ok(ACTIONS.includes(action), action);
});

test('what is not known, or spelled otherwise, is kept at debug alone', () => {
  for (const action of [null, '', 'bootnotification', 'VendorAction', 'toString']) {
    assert.equal(levelOfAction(action), 'debug');
    assert.equal(keepsAction('info', action), false);
    assert.equal(keepsAction('debug', action), true);
    assert.equal(keepsAction('none', action), false);
  }
});
