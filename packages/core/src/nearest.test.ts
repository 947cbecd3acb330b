import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest } from './nearest.ts';

const KNOWN = ['Heartbeat', 'MeterValues', 'StartTransaction', 'StopTransaction', 'port'];

test('a slip of the hand finds its word', () => {
  assert.equal(nearest('Hearbeat', KNOWN), 'Heartbeat');
  assert.equal(nearest('metervalue', KNOWN), 'MeterValues');
  assert.equal(nearest('StartTransacton', KNOWN), 'StartTransaction');
  assert.equal(nearest('prot', KNOWN), 'port');
});

test('nothing is suggested where nothing is near', () => {
  assert.equal(nearest('colour', KNOWN), null);
  assert.equal(nearest('', KNOWN), null);
});

test('the nearer of two wins', () => {
  assert.equal(nearest('StoTransaction', KNOWN), 'StopTransaction');
});
