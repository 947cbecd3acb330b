/** How much is read of one station. What is told of it: the conformance of stores. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Entry, encodeEntry, firstIdAt } from '@ocpp-logs/core';
import { DEPOT_TIME, entryAt, wireOf } from '../conformance/entries.ts';
import type { SiteEntry } from '../store.ts';
import type { ReadEntries } from './reading.ts';
import { stationTold } from './station-told.ts';

const ENTRIES: readonly SiteEntry[] = Array.from({ length: 10 }, (_, place) => ({
  ...encodeEntry(firstIdAt(DEPOT_TIME + place * 1000), entryAt(DEPOT_TIME + place * 1000)),
  site: 'depot',
}));
const QUERY = {
  site: { id: 'depot', name: 'Depot', kept: 0 },
  charger: 'CP1',
  from: DEPOT_TIME,
  to: DEPOT_TIME + 60_000,
};

test('of more entries than are read the first are, and it is said until when', async () => {
  let given = 0;
  const read: ReadEntries = async function* ({ take }) {
    for (let at = 0; at < Math.min(ENTRIES.length, take ?? 0); at += 3) {
      const batch = ENTRIES.slice(at, Math.min(at + 3, take ?? 0));
      given += batch.length;
      yield batch;
    }
  };
  const told = await stationTold(read, QUERY, 4);
  assert.deepEqual([told.read, told.cutAt], [4, DEPOT_TIME + 4000]);
  assert.equal(given, 5, 'and one more, to know that there is one');
  const whole = await stationTold(read, QUERY, 10);
  assert.deepEqual([whole.read, whole.cutAt], [10, null]);
});

test('answers to no call are read as well, with what they answer', async () => {
  const call = '[2,"m1","Authorize",{"idTag":"A"}]';
  const silent = { action: 'Authorize', outcome: 'timeout', request: wireOf(call), answer: null } as const;
  const orphan = {
    kind: 'orphan',
    action: null,
    outcome: null,
    direction: 'csms_to_station',
    messageId: 'm2',
    request: wireOf('[3,"m2",{"idTagInfo":{"status":"Invalid"}}]'),
    answer: null,
    findings: [{ code: 'orphan-answer' }],
  } as const;
  const entries: readonly Entry[] = [entryAt(DEPOT_TIME, silent), entryAt(DEPOT_TIME + 2000, orphan)];
  const read: ReadEntries = async function* ({ filters: [filter] }) {
    for (const entry of entries.filter(({ kind }) => filter?.kinds.includes(kind)))
      yield [{ ...encodeEntry(firstIdAt(entry.at), entry), site: 'depot' }];
  };
  const { conclusions, findings } = await stationTold(read, QUERY);
  assert.deepEqual(
    conclusions.map(({ rule, text }) => [rule, text]),
    [
      [
        'answer-misnamed',
        'An answer came that bears the message id of no call, and a call was left without: Authorize (Invalid).',
      ],
    ],
  );
  assert.deepEqual(
    findings.map(({ code }) => code),
    ['orphan-answer'],
  );
});
