import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXCHANGE_FIELDS, PAGE_FIELDS } from './fields.ts';
import { OcppLogSchema } from './ocpp-log.ts';

test('the schema names every field of the page, in the order of the contract', () => {
  const before = ['occurrence_time', 'action', 'payload', 'site_id', 'site_name', 'charger_id'];
  assert.deepEqual(Object.keys(OcppLogSchema.properties), [
    ...before,
    ...PAGE_FIELDS,
    'exchange',
    'raw',
    'validation',
    'session',
  ]);
  assert.deepEqual(OcppLogSchema.required, [...before, ...PAGE_FIELDS]);
});

test('the exchange group ends with its derived fields, in their order', () => {
  const names = Object.keys(OcppLogSchema.properties.exchange.properties);
  assert.deepEqual(names.slice(-EXCHANGE_FIELDS.length - 1), [...EXCHANGE_FIELDS, 'event']);
});
