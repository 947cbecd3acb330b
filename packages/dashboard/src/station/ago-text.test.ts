import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agoText } from './ago-text.ts';

test('a time that lasts is told in whole seconds, and never as less than none', () => {
  assert.deepEqual([-5, 0, 999, 5160, 59_999, 61_000, 7_260_000].map(agoText), [
    '0 s',
    '0 s',
    '0 s',
    '5 s',
    '59 s',
    '1 min 1 s',
    '2 h 1 min',
  ]);
});
