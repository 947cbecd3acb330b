import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boxesOf, percentText, type Segment, shareOf } from './lane-rows.ts';

const RANGE = { from: 1000, to: 2000 };
const segment = (from: number, to: number, label = 'Charging'): Segment => ({
  from,
  to,
  look: 'ok',
  label,
  words: label,
  entry: null,
});

test('segments lie where their time is, and what is too short is still seen', () => {
  const boxes = boxesOf([segment(1000, 1500), segment(1500, 1500.1), segment(1999.9, 2000)], RANGE, 400);
  assert.deepEqual(
    boxes.map(({ x, width }) => [x, width]),
    [
      [0, 200],
      [200, 2],
      [398, 2],
    ],
  );
});

test('a label stands only where it has room', () => {
  const [wide, narrow] = boxesOf([segment(1000, 1500), segment(1500, 1550)], RANGE, 400);
  assert.deepEqual([wide?.text, narrow?.text], ['Charging', null]);
});

test('what reaches beyond the range is cut at its edges', () => {
  const [box] = boxesOf([segment(0, 9000)], RANGE, 400);
  assert.deepEqual([box?.x, box?.width], [0, 400]);
});

test('shares are of the time, and only what is whole is told as whole', () => {
  const away: Segment = { ...segment(1750, 2000), look: 'away' };
  assert.equal(shareOf([segment(1000, 1750), away], 'ok'), 0.75);
  assert.equal(shareOf([], 'ok'), 0);
  assert.deepEqual([0, 0.000001, 0.5, 0.995, 0.999999, 1].map(percentText), [
    '0 %',
    '0.1 %',
    '50 %',
    '99.5 %',
    '99.9 %',
    '100 %',
  ]);
});
