import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEntryCounts, writeEntryCounts } from './entry-counts.ts';

test('counts by kind go into a header and come back', () => {
  const counts = { orphan: 1, exchange: 12, gap: 0 };
  assert.equal(writeEntryCounts(counts), 'exchange=12,orphan=1');
  assert.deepEqual(readEntryCounts('exchange=12, orphan=1'), { exchange: 12, orphan: 1 });
  assert.equal(writeEntryCounts({}), '');
  assert.deepEqual(readEntryCounts(''), {});
  assert.deepEqual(readEntryCounts('other=3,exchange=x,malformed=2'), { malformed: 2 });
});
