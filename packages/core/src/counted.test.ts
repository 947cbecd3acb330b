import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counted } from './counted.ts';

test('one of a thing is one of it, and any other number are many', () => {
  assert.deepEqual(
    [0, 1, 2, 1_234_567].map((count) => counted(count, 'frame')),
    ['0 frames', '1 frame', '2 frames', '1,234,567 frames'],
  );
  assert.deepEqual(
    [0, 1, 2].map((count) => counted(count, 'entry', 'entries')),
    ['0 entries', '1 entry', '2 entries'],
  );
});
