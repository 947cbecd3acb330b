import assert from 'node:assert/strict';
import { test } from 'node:test';
import { curlExample, keyWish, NEW_KEY, toggledIn } from './key-wish.ts';

test('a key without an end or sites asks for none; one with a last day is good until it is over', () => {
  assert.deepEqual(keyWish({ ...NEW_KEY, name: 'Grafana' }), { name: 'Grafana', scopes: ['read'] });
  assert.deepEqual(keyWish({ name: 'a', scopes: ['ingest'], sites: ['depot'], expires: '2026-12-31' }), {
    name: 'a',
    scopes: ['ingest'],
    sites: ['depot'],
    expires: new Date(2027, 0, 1).toISOString(),
  });
});

test('the example asks for what the key may read', () => {
  assert.equal(
    curlExample({ bearer: 'b.c', sites: ['north yard'] }, 'https://logs.example/ocpp'),
    "curl -H 'Authorization: Bearer b.c' \\\n  'https://logs.example/ocpp/rest/v1/ocpp-logs/site/north%20yard?take=5'",
  );
  assert.match(curlExample({ bearer: 'b', sites: null }, 'http://x'), /'http:\/\/x\/rest\/v1\/sites'$/);
});

test('what is chosen twice is chosen no more', () => {
  assert.deepEqual(toggledIn(['a'], 'b'), ['a', 'b']);
  assert.deepEqual(toggledIn(['a', 'b'], 'a'), ['b']);
});
