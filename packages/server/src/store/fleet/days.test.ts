import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeEntry, firstIdAt, type StationDay } from '@ocpp-logs/core';
import { entryAt } from '../conformance/entries.ts';
import type { ReadEntries } from '../sessions/reading.ts';
import type { SiteEntry } from '../store.ts';
import { fleetDays } from './days.ts';
import { unpackedDay } from './packed.ts';
import { Stops } from './stops.ts';

const DAY = 86_400_000;
const TODAY = Date.UTC(2026, 4, 3);
const QUERY = {
  site: { id: 'depot', name: 'Depot', kept: 0 },
  from: TODAY,
  to: TODAY + DAY,
  now: TODAY + 9 * DAY,
  known: [],
};

function reading(entries: readonly SiteEntry[]): ReadEntries {
  return async function* ({ filters: [filter] }) {
    if (filter?.actions?.includes('StatusNotification') !== true || filter.query !== null) return;
    for (const entry of entries) yield [entry];
  };
}

const statuses = Array.from({ length: 20 }, (_, n): SiteEntry => {
  const at = TODAY + n * 60_000;
  return { ...encodeEntry(firstIdAt(at), entryAt(at)), site: 'depot' };
});

test('no more entries are read than may be, and the answer says so', async () => {
  const some = await fleetDays(reading(statuses), QUERY, 10);
  assert.equal(some.cut, true);
  assert.ok(some.read < 20);
  const all = await fleetDays(reading(statuses), QUERY);
  assert.equal(all.cut, false);
  const [day] = all.days.flatMap(unpackedDay<StationDay>);
  assert.equal(day?.parts[0]?.tally.entries, 20);
});

test('of more stations than are told of the answer says that it is cut', async () => {
  const of = (count: number) =>
    Array.from({ length: count }, (_, n): SiteEntry => {
      const at = TODAY + n;
      return { ...encodeEntry(firstIdAt(at), { ...entryAt(at), charger: `CP${n}` }), site: 'depot' };
    });
  assert.equal((await fleetDays(reading(of(10_000)), QUERY)).cut, false);
  assert.equal((await fleetDays(reading(of(10_001)), QUERY)).cut, true);
});

test('from a stop to whatever the site says next nobody watched; one that goes on is told as far as now', () => {
  const stops = new Stops();
  const event = { event: 'closed', ended_by: 'server', how: 'shutdown' } as const;
  const seen = (at: number, change: object = {}) => ({
    ...statusSeen,
    at,
    ...change,
  });
  stops.see(seen(1));
  stops.see(seen(5, { event }));
  stops.see(seen(7, { event }));
  stops.see(seen(9));
  stops.see(seen(12, { event: { ...event, ended_by: 'station' } }));
  stops.see(seen(20, { event }));
  assert.deepEqual(stops.gaps(30), [
    { kind: 'gap', from: 5, to: 9, connection: null },
    { kind: 'gap', from: 20, to: 30, connection: null },
  ]);
});

const statusSeen = {
  id: '1',
  at: 0,
  charger: 'CP1',
  kind: 'exchange',
  connection: null,
  direction: null,
  version: null,
  messageId: null,
  action: null,
  outcome: null,
  call: {},
  answer: null,
  errorCode: null,
  errorDescription: null,
  latencyMs: null,
  answeredAt: null,
  event: null,
  fields: {},
  findings: [],
} as const;
