import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MissingOption } from './format.ts';
import { timestampReader } from './timestamp.ts';

const read = (...texts: readonly string[]) => {
  const readTime = timestampReader({ timeZone: 'Europe/Berlin', date: '2026-12-31' });
  return texts.map((text) => readTime(text));
};

test('zones as logs write them', () => {
  assert.deepEqual(
    read(
      '2026-01-31T12:00:00Z',
      '2026/01/31 12:00:00,5 UTC',
      '2026-01-31 12:00:00.123456 +0100',
      '2026-01-31t12:00:00z',
      '2026-01-31 12:00:00-05',
      '2026-01-31 12:00:00.250',
    ),
    [
      '2026-01-31T12:00:00Z',
      '2026-01-31T12:00:00.5Z',
      '2026-01-31T12:00:00.123456+01:00',
      '2026-01-31T12:00:00Z',
      '2026-01-31T12:00:00-05:00',
      '2026-01-31T11:00:00.250Z',
    ],
  );
});

test('what is none of the calendar is null', () => {
  assert.deepEqual(
    read('2026-02-29 12:00:00Z', '2026-13-01 12:00:00Z', '2026-01-01 24:00:00Z', '2026-01-01 12:60:00Z', 'x'),
    [null, null, null, null, null],
  );
});

test('a local time keeps to its zone over the changes of the clock', () => {
  assert.deepEqual(
    read('2026-03-29 01:59:59', '2026-03-29 03:00:00', '2026-10-25 02:59:59', '2026-10-25 03:00:00'),
    ['2026-03-29T00:59:59Z', '2026-03-29T01:00:00Z', '2026-10-25T00:59:59Z', '2026-10-25T02:00:00Z'],
  );
});

test('times of syslog take their year from the date, and go on to the next', () => {
  assert.deepEqual(read('Dec 31 23:59:59', 'Jan  1 00:00:01.5', 'Jan  2 2024 00:00:00', 'Feb 29 00:00:00'), [
    '2026-12-31T22:59:59Z',
    '2026-12-31T23:00:01.5Z',
    '2024-01-01T23:00:00Z',
    null,
  ]);
});

test('a clock alone takes its day from the date, and goes on to the next', () => {
  assert.deepEqual(read('23:59:59.806', '23:59:58', '00:00:01'), [
    '2026-12-31T22:59:59.806Z',
    '2026-12-31T22:59:58Z',
    '2026-12-31T23:00:01Z',
  ]);
});

test('milliseconds behind a colon, and months of a journal in German', () => {
  assert.deepEqual(read('2026-01-31 12:00:00:250', '2026-01-31 12:00:01:007', '23:59:59:806'), [
    '2026-01-31T11:00:00.250Z',
    '2026-01-31T11:00:01.007Z',
    '2026-12-31T22:59:59.806Z',
  ]);
  assert.deepEqual(read('Mär  5 12:00:00', 'Mai  5 12:00:00', 'Okt  5 12:00:00', 'Dez  5 12:00:00'), [
    '2026-03-05T11:00:00Z',
    '2026-05-05T10:00:00Z',
    '2026-10-05T10:00:00Z',
    '2026-12-05T11:00:00Z',
  ]);
});

test('what only a person can know is asked for', () => {
  const readTime = timestampReader({ timeZone: null, date: null });
  const asks = (text: string, reason: RegExp) =>
    assert.throws(
      () => readTime(text),
      (error) => error instanceof MissingOption && reason.test(error.message),
    );
  asks('2026-01-31 12:00:00', /bear no zone .*--time-zone/);
  asks('Jan  5 12:00:00', /bear no year \(Jan {2}5\): add --date/);
  asks('12:00:00', /bear no day \(12:00:00\): add --date/);
});
