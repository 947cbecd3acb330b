import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stretchesOf } from './stretches.ts';

const MONTHS = [
  { site: 'b', month: '2026-01' },
  { site: 'a', month: '2026-02' },
  { site: 'a', month: '2025-12' },
];
const ALL = { sites: null, from: 0, to: Number.MAX_SAFE_INTEGER };

test('months come one after the other, the oldest first', () => {
  assert.deepEqual(
    stretchesOf(MONTHS, ALL).map(({ site, month }) => `${site} ${month}`),
    ['a 2025-12', 'b 2026-01', 'a 2026-02'],
  );
  const [first] = stretchesOf(MONTHS, ALL);
  assert.deepEqual([first?.from, first?.to], [Date.UTC(2025, 11), Date.UTC(2026, 0)]);
});

test('what was not asked for is left out, a month is cut where the time ends', () => {
  const asked = { sites: new Set(['a']), from: Date.UTC(2026, 0, 5), to: Date.UTC(2026, 1, 3) };
  assert.deepEqual(stretchesOf(MONTHS, asked), [
    { site: 'a', month: '2026-02', from: Date.UTC(2026, 1), to: Date.UTC(2026, 1, 3) },
  ]);
});
