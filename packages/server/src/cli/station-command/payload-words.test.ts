import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OcppVersion } from '@ocpp-logs/core';
import { UsageError } from '../command.ts';
import { formOf } from './command-list.ts';
import { payloadOfWords } from './payload-words.ts';

function made(version: OcppVersion, action: string, ...words: string[]): string {
  return payloadOfWords(words, formOf(version, action).request);
}

test('a word becomes what the schema says its field is', () => {
  assert.equal(made('1.6', 'Reset', 'type=Soft'), '{"type":"Soft"}');
  assert.equal(made('1.6', 'ClearCache'), '{}');
  assert.equal(
    made('1.6', 'RemoteStopTransaction', 'transactionId=12345678901234567890'),
    '{"transactionId":12345678901234567890}',
  );
  assert.equal(made('1.6', 'GetConfiguration', 'key=A, B'), '{"key":["A","B"]}');
  assert.equal(made('1.6', 'GetConfiguration', 'key=["A,B"]'), '{"key":["A,B"]}');
  assert.equal(made('1.6', 'ChangeConfiguration', 'key=A', 'value=60'), '{"key":"A","value":"60"}');
  assert.equal(
    made('1.6', 'ChangeConfiguration', 'key=A', 'value=a=b "c"'),
    '{"key":"A","value":"a=b \\"c\\""}',
  );
  assert.equal(
    made('2.0.1', 'CustomerInformation', 'requestId=1', 'report=true'),
    '{"requestId":1,"report":true}',
  );
  assert.equal(made('2.0.1', 'ClearVariableMonitoring', 'id=1,2'), '{"id":[1,2]}');
});

test('a dot leads into an object, which may also be given as JSON', () => {
  const dotted = made(
    '2.0.1',
    'TriggerMessage',
    'requestedMessage=MeterValues',
    'evse.id=1',
    'evse.connectorId=2',
  );
  assert.equal(dotted, '{"requestedMessage":"MeterValues","evse":{"id":1,"connectorId":2}}');
  assert.equal(made('2.0.1', 'ChangeAvailability', 'evse={"id":1}'), '{"evse":{"id":1}}');
  assert.throws(() => made('2.0.1', 'ChangeAvailability', 'evse={id:1}'), UsageError);
});

test('what fits no type goes out as text, for the server to name', () => {
  assert.equal(made('1.6', 'UnlockConnector', 'connectorId=one'), '{"connectorId":"one"}');
  assert.equal(made('1.6', 'UnlockConnector', 'connectorId=01'), '{"connectorId":"01"}');
  assert.equal(made('1.6', 'UnlockConnector', 'connector=1'), '{"connector":"1"}');
  assert.equal(made('1.6', 'UnlockConnector', '__proto__=1'), '{"__proto__":"1"}');
});

test('a word that is no field, and a field given twice, are refused', () => {
  assert.throws(() => made('1.6', 'Reset', 'Soft'), /"Soft" is no field; fields are NAME=VALUE/);
  assert.throws(() => made('1.6', 'Reset', 'type=Soft', 'type=Hard'), /type is given twice/);
  assert.throws(
    () => made('2.0.1', 'ChangeAvailability', 'evse={"id":1}', 'evse.id=2'),
    /evse\.id is given twice/,
  );
});
