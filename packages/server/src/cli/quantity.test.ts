import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesText, countText, spanText } from './quantity.ts';

test('numbers, sizes and spans are short and exact enough', () => {
  assert.equal(countText(1_234_567), '1,234,567');
  const sizes = [0, 999, 1_000, 1_049, 12_345_678, 999_499, 999_500, 5e9, 1.2e15].map(bytesText);
  assert.deepEqual(sizes, [
    '0 B',
    '999 B',
    '1.0 kB',
    '1.0 kB',
    '12.3 MB',
    '999 kB',
    '1.0 MB',
    '5.0 GB',
    '1200 TB',
  ]);
  assert.deepEqual([0, 6.2, 59.5, 754, 3_723].map(spanText), ['0:00', '0:07', '1:00', '12:34', '1:02:03']);
});
