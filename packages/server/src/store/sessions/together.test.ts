import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeEntry, firstIdAt, timeOfId } from '@ocpp-logs/core';
import { entryAt } from '../conformance/entries.ts';
import type { EntriesQuery, SiteEntry } from '../store.ts';
import { Reading } from './reading.ts';
import { readTogether, type Stretch } from './together.ts';

const DAY = 86_400_000;
const TODAY = Date.UTC(2026, 4, 3);
const SITE = { id: 'depot', name: 'Depot', kept: 0 };
const WHAT = { kinds: ['exchange'], actions: null } as const;

/** By station how many entries: of all stations in turns, three in each millisecond. */
function reading(counts: Readonly<Record<string, number>>) {
  const left = new Map(Object.entries(counts));
  const entries: SiteEntry[] = [];
  for (let place = 0; left.size > 0; ) {
    for (const [charger, count] of left) {
      const at = TODAY + Math.floor(place / 3);
      const id = firstIdAt(at) + BigInt(place % 3);
      entries.push({ ...encodeEntry(id, entryAt(at, { charger })), site: 'depot' });
      place += 1;
      if (count > 1) left.set(charger, count - 1);
      else left.delete(charger);
    }
  }
  const asked: EntriesQuery[] = [];
  let given = 0;
  const read = new Reading(async function* (query) {
    asked.push(query);
    const [filter] = query.filters;
    const own = entries
      .filter(({ charger }) => filter?.chargers?.includes(charger) !== false)
      .filter(({ id }) => timeOfId(id) >= (filter?.from ?? 0) && timeOfId(id) < (filter?.to ?? 0))
      .slice(0, query.take ?? undefined);
    for (let at = 0; at < own.length; at += 1) {
      given += 1;
      yield own.slice(at, at + 1);
    }
  });
  return { read, asked, entries, given: () => given };
}

const stretch = (charger: string, from = TODAY, to = TODAY + DAY): Stretch => ({
  site: SITE,
  charger,
  from,
  to,
});

async function told(rig: ReturnType<typeof reading>, stretches: readonly Stretch[], most: number) {
  const seen = new Map<string, string[]>(stretches.map(({ charger }) => [charger, []]));
  const whole = await readTogether(rig.read, stretches, WHAT, most, ({ charger }, { id }) => {
    seen.get(charger)?.push(id);
  });
  return { seen, whole: [...whole].map(({ charger }) => charger).sort() };
}

const idsOf = ({ entries }: ReturnType<typeof reading>, charger: string) =>
  entries.filter((entry) => entry.charger === charger).map(({ id }) => String(id));

test('stations of the same days are read by one question, each its own entries in the order of time', async () => {
  const rig = reading({ CP1: 4, CP2: 7, CP3: 2, other: 5 });
  const { seen, whole } = await told(rig, [stretch('CP1'), stretch('CP2'), stretch('CP3')], 100);
  assert.deepEqual(whole, ['CP1', 'CP2', 'CP3']);
  for (const charger of whole) assert.deepEqual(seen.get(charger), idsOf(rig, charger));
  assert.equal(rig.asked.length, 1);
  assert.deepEqual(rig.asked[0]?.filters[0]?.chargers, ['CP1', 'CP2', 'CP3']);
});

test('other days are another question, and what lies beyond the end of one is not its own', async () => {
  const rig = reading({ CP1: 6, CP2: 6 });
  const { seen, whole } = await told(
    rig,
    [
      stretch('CP1', TODAY, TODAY + 1),
      stretch('CP2', TODAY, TODAY + 3),
      stretch('CP3', TODAY - 9 * DAY, TODAY),
    ],
    100,
  );
  assert.equal(rig.asked.length, 2);
  assert.deepEqual(whole, ['CP1', 'CP2', 'CP3']);
  assert.deepEqual(
    ['CP1', 'CP2', 'CP3'].map((charger) => seen.get(charger)?.length),
    [2, 4, 0],
  );
});

test('one that needs more than its share goes on with what others leave, from where it was, and sees nothing twice', async () => {
  const rig = reading({ CP1: 40, CP2: 3, CP3: 2 });
  const all = [stretch('CP1'), stretch('CP2'), stretch('CP3')];
  const enough = await told(rig, all, 46);
  assert.deepEqual(enough.whole, ['CP1', 'CP2', 'CP3']);
  for (const charger of enough.whole) assert.deepEqual(enough.seen.get(charger), idsOf(rig, charger));
  assert.ok(rig.given() <= 45 + 3, `${rig.given()}, of which those of one millisecond came again`);
  const less = await told(reading({ CP1: 40, CP2: 3, CP3: 2 }), all, 30);
  assert.deepEqual(less.whole, ['CP2', 'CP3']);
});

test('of two that need more than there is, one that needs less of it is seen whole', async () => {
  const rig = reading({ CP1: 12, CP2: 60 });
  const { whole, seen } = await told(rig, [stretch('CP1'), stretch('CP2')], 20);
  assert.deepEqual(whole, []);
  assert.ok((seen.get('CP1')?.length ?? 0) + (seen.get('CP2')?.length ?? 0) <= 20);
  assert.deepEqual((await told(reading({ CP1: 12, CP2: 60 }), [stretch('CP1'), stretch('CP2')], 50)).whole, [
    'CP1',
  ]);
  assert.deepEqual((await told(rig, [stretch('CP1')], 0)).whole, []);
  assert.deepEqual((await told(rig, [], 9)).whole, []);
});
