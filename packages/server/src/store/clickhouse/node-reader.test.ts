import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EntryId } from '@ocpp-logs/core';
import { everything } from '../sqlite/fixtures.ts';
import type { ChargerSummary, EntryFilter, Rendering } from '../store.ts';
import { StoreUnavailableError } from '../unavailable.ts';
import { type CountedReader, NodeReader } from './node-reader.ts';

const RENDERING: Rendering = { siteName: '', exchange: false, raw: false };

interface Double extends CountedReader {
  readonly picked: (readonly EntryId[])[];
}

/** Holds these ids; those that are even match a filter with stations. */
function holding(ids: readonly EntryId[], over: Partial<CountedReader> = {}): Double {
  const picked: (readonly EntryId[])[] = [];
  const none = () => assert.fail('not asked for here');
  return {
    picked,
    page: none,
    facets: none,
    histogram: none,
    sessions: none,
    session: none,
    stationTold: none,
    fleet: none,
    sizes: none,
    stream: none,
    pick: async ({ chargers }: EntryFilter, _rendering: Rendering, asked: readonly EntryId[]) => {
      picked.push(asked);
      const found = asked.filter((id) => ids.includes(id) && (chargers === null || id % 2n === 0n));
      return found.map((id) => ({ id, body: new Uint8Array() }));
    },
    chargers: none,
    actions: none,
    storage: none,
    counters: () => ({ waiting: ids.length }),
    close: async () => undefined,
    ...over,
  };
}

const idsOf = (picked: readonly { readonly id: EntryId }[]) => picked.map(({ id }) => id);

test('entries are picked from the own files, and elsewhere only those that are not here at all', async () => {
  const own = holding([1n, 2n, 4n]);
  const shared = holding([1n, 2n, 3n, 6n]);
  const reader = new NodeReader(shared, own);
  const filter = everything('depot', { chargers: ['CP1'] });
  assert.deepEqual(idsOf(await reader.pick(filter, RENDERING, [6n, 3n, 2n, 1n, 9n])), [6n, 2n]);
  assert.deepEqual(shared.picked, [[6n, 3n, 9n]], 'of 1 it is known here that it does not match');
  assert.deepEqual(idsOf(await reader.pick(filter, RENDERING, [4n, 1n])), [4n]);
  assert.equal(shared.picked.length, 1);
});

const away = async () => {
  throw new StoreUnavailableError('ClickHouse: connect ECONNREFUSED');
};
const MONTHS = [{ site: 'depot', month: '2026-05', bytes: 7 }];

test('while ClickHouse is away stations, actions and room are told as this node knows them', async () => {
  const own = holding([], {
    chargers: async () => [],
    actions: async () => ['Reset'],
    storage: async () => ({ months: MONTHS, freeBytes: 5, setAside: 1 }),
  });
  const reader = new NodeReader(holding([], { chargers: away, actions: away, storage: away }), own);
  assert.deepEqual(await reader.chargers('depot'), []);
  assert.deepEqual(await reader.actions(['depot']), ['Reset']);
  assert.deepEqual(await reader.storage(), { months: MONTHS, freeBytes: 5, setAside: 1 });
});

const station = (id: string, over: Partial<ChargerSummary> = {}): ChargerSummary => ({
  id,
  vendor: null,
  model: null,
  firmware: null,
  protocol: null,
  connected: false,
  lastSeen: 5,
  capturedThrough: 5,
  ...over,
});

test('a station that is connected here is so at once, and captured as far as can be read everywhere', async () => {
  const own = holding([], {
    chargers: async () => [
      station('CP1', { connected: true, capturedThrough: 9 }),
      station('CP3', { connected: true, capturedThrough: 9 }),
    ],
  });
  const shared = holding([], { chargers: async () => [station('CP1'), station('CP2', { connected: true })] });
  assert.deepEqual(await new NodeReader(shared, own).chargers('depot'), [
    station('CP1', { connected: true }),
    station('CP2', { connected: true }),
    station('CP3', { connected: true, capturedThrough: null }),
  ]);
});

test('a fault of a question is none of the way, and is told', async () => {
  const failing = holding([], { actions: () => Promise.reject(new RangeError('no such column')) });
  await assert.rejects(new NodeReader(failing, holding([])).actions(['depot']), RangeError);
});

test('what is free is the least of both disks, what was set aside is here, and counts are of both', async () => {
  const own = holding([1n], { storage: async () => ({ months: [], freeBytes: 5, setAside: 2 }) });
  const shared = holding([1n, 2n], { storage: async () => ({ months: MONTHS, freeBytes: 9, setAside: 0 }) });
  const reader = new NodeReader(shared, own);
  assert.deepEqual(await reader.storage(), { months: MONTHS, freeBytes: 5, setAside: 2 });
  assert.deepEqual(reader.counters(), { waiting: 3 });
});
