import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesText, differenceText, percentText, shareText } from './fleet-words.ts';

test('a share that is nearly all, or nearly nothing, is not told as all or nothing', () => {
  assert.deepEqual([null, 0, 1, 0.98765, 0.9999, 0.0004].map(percentText), [
    '–',
    '0 %',
    '100 %',
    '98.8 %',
    '> 99.9 %',
    '< 0.1 %',
  ]);
});

test('a share is told with how many it is of, and with its interval', () => {
  assert.equal(
    shareText({ count: 1870, of: 2000, share: 0.935, low: 0.923, high: 0.945 }),
    '1,870 of 2,000, 95 % interval 92.3 % to 94.5 %',
  );
  assert.equal(shareText({ count: 0, of: 0, share: null, low: null, high: null }), 'none');
});

test('a difference is called one only where its reading says so', () => {
  const difference = { difference: 0.041, low: 0.012, high: 0.07 };
  assert.equal(
    differenceText({ ...difference, reading: 'higher' }),
    'Higher by 4.1 points (+1.2 to +7.0 points)',
  );
  assert.equal(
    differenceText({ difference: -0.041, low: -0.07, high: -0.012, reading: 'lower' }),
    'Lower by 4.1 points (−7.0 to −1.2 points)',
  );
  assert.equal(
    differenceText({ difference: 0.1, low: -0.1, high: 0.3, reading: 'unclear' }),
    'No difference that the numbers bear (−10.0 to +30.0 points)',
  );
  assert.equal(differenceText(null), 'Not known on both sides');
});

test('bytes are told in the unit that fits', () => {
  assert.deepEqual([null, 0, 999, 1000, 1_250_000, 3e15].map(bytesText), [
    '–',
    '0 B',
    '999 B',
    '1.0 kB',
    '1.3 MB',
    '3000.0 TB',
  ]);
});
