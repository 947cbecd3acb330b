/** What counts as lost: a call that is not stored, unless a gap of its own station says so of its time. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameOf } from './calls.ts';
import type { StationSent } from './stations-process.ts';
import { compareSite } from './stored.ts';

const timeOf = (second: number) => new Date(Date.UTC(2026, 0, 5) + second * 1000).toISOString();

function call(station: number, number: number, outcome = 'answered'): string {
  const id = `${String(station).padStart(5, '0')}-${String(number).padStart(7, '0')}`;
  const time = timeOf(number);
  return JSON.stringify({ occurrence_time: time, exchange: { message_id: id, outcome } });
}

function gap(station: number | null, from: number, to: number): string {
  const event = { event: 'gap', from: timeOf(from), to: timeOf(to) };
  return JSON.stringify({ charger_id: station === null ? '' : nameOf(station), exchange: { event } });
}

/** A server that has stored these lines; stations 1 and 2 have sent ten calls each, one a second. */
async function compared(calls: readonly string[], gaps: readonly string[] = []) {
  const server = {
    get: async (path: string) => new Response((path.includes('kinds=gap') ? gaps : calls).join('\n')),
  };
  const stations = [1, 2].map((number): StationSent => ({ number, sent: 10, unanswered: [] }));
  const { examples, ...faults } = await compareSite(server, 'depot', stations);
  return { ...faults, examples };
}

const TEN = Array.from({ length: 10 }, (_, place) => place + 1);
const allBut = (station: number, ...missing: number[]) =>
  TEN.filter((number) => !missing.includes(number)).map((number) => call(station, number));
const NONE = { missing: 0, inGap: 0, twice: 0, foreign: 0, otherwise: 0 };

test('all are there', async () => {
  const { examples, compared: looked, ...faults } = await compared([...allBut(1), ...allBut(2)]);
  assert.deepEqual([faults, looked, examples], [NONE, 20, []]);
});

test('calls that are missing lie in a gap of their own station, and in no other', async () => {
  const calls = [...allBut(1, 4, 5), ...allBut(2)];
  for (const [gaps, missing, inGap] of [
    [[], 2, 0],
    [[gap(1, 4, 6)], 0, 2],
    // Of the station beside it, of the site, before, after.
    [[gap(2, 4, 6)], 2, 0],
    [[gap(null, 4, 6)], 2, 0],
    [[gap(1, 1, 3)], 2, 0],
    [[gap(1, 7, 8)], 2, 0],
    [[gap(1, 1, 3), gap(1, 7, 8), gap(1, 5, 6)], 0, 2],
  ] as const) {
    const { examples, compared: _, ...faults } = await compared(calls, gaps);
    assert.deepEqual(faults, { ...NONE, missing, inGap }, gaps.join('\n'));
    assert.deepEqual(examples, missing === 0 ? [] : ['missing: 1-4', 'missing: 1-5']);
  }
});

test('the last calls and the first ones may lie in a gap too', async () => {
  const calls = [...allBut(1, 1, 10), ...allBut(2)];
  const one = await compared(calls, [gap(1, 10, 11)]);
  assert.deepEqual([one.missing, one.inGap, one.examples], [1, 1, ['missing: 1-1']]);
  const both = await compared(calls, [gap(1, 10, 11), gap(1, 0, 2)]);
  assert.deepEqual([both.missing, both.inGap], [0, 2]);
});

test('an answer that is missing is told by a gap of its station; what is there twice or was never sent is not', async () => {
  const calls = [...allBut(1, 3), call(1, 3, 'timeout'), ...allBut(2), call(2, 7), call(2, 11)];
  const without = await compared(calls);
  assert.deepEqual([without.otherwise, without.twice, without.foreign, without.missing], [1, 1, 1, 0]);
  const told = await compared(calls, [gap(1, 3, 4), gap(2, 7, 12)]);
  assert.deepEqual([told.otherwise, told.twice, told.foreign], [0, 1, 1]);
});
