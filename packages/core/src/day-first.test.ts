import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isoOfDayFirst, isSlashedDay } from './day-first.ts';

test('a day with dots is day first, with or without a time of day', () => {
  assert.equal(isoOfDayFirst('31.01.2026'), '2026-01-31');
  assert.equal(isoOfDayFirst(' 5.1.2026 '), '2026-01-05');
  assert.equal(isoOfDayFirst('31.01.2026 14:05'), '2026-01-31T14:05:00');
  assert.equal(isoOfDayFirst('31.01.2026, 9:05:07'), '2026-01-31T09:05:07');
  for (const text of ['31.01.26', '31.01.', '2026.01.31', '31/01/2026', '31.01.2026 14', '1.1.2026x', '']) {
    assert.equal(isoOfDayFirst(text), null, text);
  }
});

test('slashes are known for what they are', () => {
  for (const text of ['31/01/2026', '1/2/26', '2026/01/31 14:00'])
    assert.equal(isSlashedDay(text), true, text);
  for (const text of ['31.01.2026', 'a/b/c', '31/01', '-3h']) assert.equal(isSlashedDay(text), false, text);
});
