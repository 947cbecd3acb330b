/** How much is read. What is counted: the conformance of stores. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeEntry, type FoundDay, firstIdAt } from '@ocpp-logs/core';
import { entryAt } from '../conformance/entries.ts';
import type { ReadEntries } from '../sessions/reading.ts';
import type { SiteEntry } from '../store.ts';
import { fleetFindings } from './findings.ts';
import { unpackedDay } from './packed.ts';

const DAY = 86_400_000;
const TODAY = Date.UTC(2026, 4, 3);
const QUERY = {
  site: { id: 'depot', name: 'Depot', kept: 0 },
  from: TODAY,
  to: TODAY + DAY,
  now: TODAY + 9 * DAY,
  known: [],
  findings: true,
};
const BEFORE = 15;

/** Fifteen entries of the day before, ten of the day. */
const ENTRIES = Array.from({ length: 25 }, (_, place): SiteEntry => {
  const at = TODAY + (place - BEFORE) * 60_000;
  const entry = entryAt(at, { findings: [{ code: 'unit-assumed' }] });
  return { ...encodeEntry(firstIdAt(at), entry), site: 'depot' };
});

const reading: ReadEntries = async function* ({ filters: [filter], take }) {
  const own = ENTRIES.filter(({ id }) => id >= firstIdAt(filter?.from ?? 0));
  for (const entry of own.slice(0, take ?? undefined)) yield [entry];
};

function counted({ days }: Awaited<ReturnType<typeof fleetFindings>>): number | undefined {
  return days.flatMap(unpackedDay<FoundDay>)[0]?.spans[0]?.counts['unit-assumed'];
}

test('where there is more around the days than may be read, the days come first, and it is said', async () => {
  const all = await fleetFindings(reading, QUERY, 25);
  assert.deepEqual([all.cut, all.read, counted(all)], [false, 25, 10]);
  const alone = await fleetFindings(reading, QUERY, 24);
  assert.deepEqual([alone.cut, alone.read, counted(alone)], [true, 25 + 10, 10]);
});

test('of days that hold more than may be read the first are told, and it is said', async () => {
  const some = await fleetFindings(reading, QUERY, 4);
  assert.deepEqual([some.cut, counted(some)], [true, 4]);
});
