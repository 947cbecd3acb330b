import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moved, readChoice, toggled } from './column-choice.ts';
import { COLUMNS, DEFAULT_COLUMNS } from './columns.ts';

test('the usual columns are those that are known from the published page', () => {
  assert.deepEqual(
    DEFAULT_COLUMNS.map((id) => COLUMNS.get(id)?.label),
    ['Timestamp', 'Action', 'Charging Station ID', 'Charging Point ID', 'Status', 'Error Code', 'Site'],
  );
});

test('what was kept is read as far as it is known', () => {
  assert.deepEqual(
    readChoice('{"ids":["action","gone","action",7],"widths":{"action":200,"gone":9,"time":"wide"}}'),
    {
      ids: ['action'],
      widths: { action: 200 },
    },
  );
  for (const text of [null, '', 'null', '[]', '{"ids":["gone"]}', '{"ids":7,"widths":[]}']) {
    assert.deepEqual(readChoice(text), { ids: DEFAULT_COLUMNS, widths: {} }, String(text));
  }
});

test('columns move, come and go, and one always stays', () => {
  assert.deepEqual(moved(['a', 'b', 'c'], 'c', -1), ['a', 'c', 'b']);
  assert.deepEqual(moved(['a', 'b'], 'a', -1), ['a', 'b']);
  assert.deepEqual(toggled(['a'], 'b'), ['a', 'b']);
  assert.deepEqual(toggled(['a', 'b'], 'a'), ['b']);
  assert.deepEqual(toggled(['a'], 'a'), ['a']);
});
