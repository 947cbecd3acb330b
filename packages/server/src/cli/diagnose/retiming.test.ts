import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlacedRow } from './placed-row.ts';
import { type AssumedOf, Retiming } from './retiming.ts';

const START = '2026-01-05T10:00:00.000Z';
const status = (timestamp: string) => `[2,"1","StatusNotification",{"timestamp":"${timestamp}"}]`;
const clock = (currentTime: string) => `[3,"1",{"currentTime":"${currentTime}"}]`;

function row(line: number, time: string, frame: string, untimed = false): PlacedRow {
  return { charger_id: 'C', occurrence_time: time, frame, file: 'a', line, ...(untimed ? { untimed } : {}) };
}

function retimed(rows: readonly PlacedRow[], assumed: Partial<AssumedOf> = {}) {
  const retiming = new Retiming(new Map([['a', { zone: false, start: null, ...assumed }]]));
  const taken = retiming.take(rows, true).map(({ line, occurrence_time }) => [line, occurrence_time]);
  return { taken, notes: retiming.notes };
}

test('the zone of a log is what its messages show, those of the CSMS before those of the station', () => {
  const rows = [
    row(1, '2026-01-05T12:00:00.000Z', status('2026-01-05T06:00:00Z')),
    row(2, '2026-01-05T12:00:01.000Z', clock('2026-01-05T10:00:00.900Z')),
  ];
  const { taken, notes } = retimed(rows, { zone: true });
  assert.deepEqual(taken, [
    [1, '2026-01-05T10:00:00.000Z'],
    [2, '2026-01-05T10:00:01.000Z'],
  ]);
  assert.match(notes.join(), /read as UTC\+02:00, as the times in its messages show/);
  const half = [row(1, '2026-01-05T06:30:00.000Z', clock('2026-01-05T10:00:00Z'))];
  assert.match(retimed(half, { zone: true }).notes.join(), /UTC-03:30/);
});

test('a clock that is off by some minutes shows a zone of half hours, and none of quarters', () => {
  const offBy = (minutes: number) => {
    const told = new Date(Date.parse('2026-01-05T12:00:00Z') - minutes * 60_000).toISOString();
    return retimed([row(1, '2026-01-05T12:00:00.000Z', status(told))], { zone: true }).notes.join();
  };
  assert.match(offBy(5 * 60 + 26), /UTC\+05:30/);
  assert.match(offBy(5 * 60 + 44), /UTC\+05:45/);
  assert.match(offBy(5 * 60 + 41), /are read as UTC:/);
});

test('a clock that is off by no zone shows none', () => {
  const rows = [row(1, '2026-01-05T12:00:00.000Z', status('2026-01-05T09:53:00Z'))];
  const { taken, notes } = retimed(rows, { zone: true });
  assert.deepEqual(taken, [[1, '2026-01-05T12:00:00.000Z']]);
  assert.match(notes.join(), /are read as UTC:/);
  // Of a log with a zone nothing is assumed.
  const zoned = retimed([row(1, '2026-01-05T12:00:00.000Z', clock('2026-01-05T10:00:00Z'))]);
  assert.deepEqual([zoned.taken, zoned.notes], [[[1, '2026-01-05T12:00:00.000Z']], []]);
});

test('what bears no times has the latest that was told so far', () => {
  const { taken } = retimed(
    [
      row(1, START, '[2,"1","BootNotification",{}]', true),
      row(2, START, clock('2026-01-05T10:00:05Z'), true),
      row(3, START, status('2026-01-05T09:00:00Z'), true),
      row(4, START, '[2,"2","MeterValues",{"meterValue":[{"timestamp":"2026-01-05T10:20:00Z"}]}]', true),
      row(5, '2026-01-05T10:30:00.000Z', '[3,"2",{}]'),
    ],
    { start: START },
  );
  assert.deepEqual(
    taken.map(([, time]) => String(time).slice(11, 19)),
    ['10:00:00', '10:00:05', '10:00:05', '10:20:00', '10:30:00'],
  );
});

test('a log with the newest line first is read from its end, a line in its own order', () => {
  const rows = [5, 4, 3, 2, 1].flatMap((minute, at) => [
    row(at + 1, `2026-01-05T10:0${minute}:00.000Z`, `[2,"${minute}","Heartbeat",{}]`),
    row(at + 1, `2026-01-05T10:0${minute}:00.000Z`, `[3,"${minute}",{}]`),
  ]);
  const retiming = new Retiming(new Map());
  // It is held until the last of it is known.
  assert.deepEqual(retiming.take(rows.slice(0, 8), false), []);
  assert.deepEqual(
    retiming.take(rows.slice(8), true).map(({ line, frame }) => [line, frame?.slice(1, 2)]),
    [5, 4, 3, 2, 1].flatMap((line) => [
      [line, '2'],
      [line, '3'],
    ]),
  );
  const shuffled = [3, 2, 4, 1, 5].map((minute, at) =>
    row(at + 1, `2026-01-05T10:0${minute}:00.000Z`, '[2,"1","Heartbeat",{}]'),
  );
  assert.deepEqual(
    retimed(shuffled).taken.map(([line]) => line),
    [1, 2, 3, 4, 5],
  );
});
