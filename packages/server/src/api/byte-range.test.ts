import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSameFile, readRange } from './byte-range.ts';

test('one range of bytes is read as RFC 9110 says', () => {
  assert.deepEqual(readRange('bytes=0-0', 10), { start: 0, end: 0 });
  assert.deepEqual(readRange('bytes=3-', 10), { start: 3, end: 9 });
  assert.deepEqual(readRange('bytes=3-99', 10), { start: 3, end: 9 });
  assert.deepEqual(readRange('bytes=-4', 10), { start: 6, end: 9 });
  assert.deepEqual(readRange('Bytes = 2 - 5', 10), { start: 2, end: 5 });
  assert.deepEqual(readRange('bytes=-99', 10), { start: 0, end: 9 });
});

test('what holds no byte of the file cannot be satisfied', () => {
  assert.equal(readRange('bytes=10-', 10), 'none');
  assert.equal(readRange('bytes=-0', 10), 'none');
  assert.equal(readRange('bytes=0-', 0), 'none');
});

test('what is no range, and several ranges, mean the whole file', () => {
  for (const header of [undefined, '', 'bytes=', 'bytes=5-2', 'lines=1-2', 'bytes=0-1,3-4', 'bytes=a-b']) {
    assert.equal(readRange(header, 10), 'whole');
  }
});

test('a range of another file is none', () => {
  assert.ok(isSameFile(undefined, '"a"'));
  assert.ok(isSameFile('"a"', '"a"'));
  for (const other of ['"b"', 'W/"a"', 'Sat, 10 Jan 2026 12:30:00 GMT']) assert.ok(!isSameFile(other, '"a"'));
});
