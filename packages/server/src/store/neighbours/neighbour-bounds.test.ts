/** How much is read. What is told: the conformance of stores. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Entry, EntryJsonWriter, encodeEntry, firstIdAt, KINDS, timeOfId } from '@ocpp-logs/core';
import { DEPOT_TIME, entryAt } from '../conformance/entries.ts';
import { parsed } from '../conformance/searches.ts';
import type { ReadEntries } from '../sessions/reading.ts';
import type { EntriesQuery, SiteEntry } from '../store.ts';
import { withNeighbourFindings } from './neighbour-fill.ts';
import { settledFilters } from './neighbour-search.ts';

const CHARGERS = ['CP1', 'CP1', 'CP1', 'CP1', 'CP2'];
const stored = (entry: Entry): SiteEntry => ({
  ...encodeEntry(firstIdAt(entry.at), entry),
  site: 'depot',
});
const ENTRIES = CHARGERS.map((charger, place) => stored(entryAt(DEPOT_TIME + place * 1000, { charger })));

function reading(entries: readonly SiteEntry[] = ENTRIES): {
  readonly read: ReadEntries;
  readonly asked: EntriesQuery[];
} {
  const asked: EntriesQuery[] = [];
  return {
    asked,
    read: async function* (query) {
      asked.push(query);
      const [filter] = query.filters;
      const chargers = filter?.chargers ?? null;
      const from = filter?.from ?? 0;
      const found = entries.filter(
        ({ charger, id, kind }) =>
          chargers?.includes(charger) !== false && timeOfId(id) >= from && filter?.kinds.includes(kind),
      );
      yield found.slice(0, query.take ?? undefined);
    },
  };
}

const FILTER = {
  site: 'depot',
  from: DEPOT_TIME,
  to: DEPOT_TIME + 60_000,
  kinds: KINDS,
  actions: null,
  chargers: null,
  connectors: null,
};

test('a search that would have to read more than may be read is refused, with what to do', async () => {
  const { read, asked } = reading();
  const filter = { ...FILTER, query: parsed('finding:(message-id-repeated OR seq-gap)') };
  await assert.rejects(settledFilters(read, [filter], 4), {
    code: 'SEARCH_TOO_WIDE',
    message:
      'seq-gap, message-id-repeated can be told only by reading the entries around, here more than 4: narrow it to a station, such as station:CP_1, or to a shorter time',
  });
  assert.equal(asked[0]?.take, 5, 'and one more, to know that there is one');
  const [settled] = await settledFilters(read, [filter], 5);
  assert.equal(settled?.query?.kind, 'any');
  // Of both sites together.
  await assert.rejects(settledFilters(read, [filter, { ...filter, site: 'yard' }], 9), {
    code: 'SEARCH_TOO_WIDE',
  });
});

test('only what can tell it is read, and nothing where nobody asks for it', async () => {
  const { read, asked } = reading();
  const plain = [{ ...FILTER, query: parsed('has:finding') }];
  assert.equal(await settledFilters(read, plain), plain);
  assert.equal(asked.length, 0);
  const query = parsed('finding:seq-gap station:CP1 status:Available');
  await settledFilters(read, [{ ...FILTER, query, kept: DEPOT_TIME - 1000 }]);
  const [filter] = asked[0]?.filters ?? [];
  assert.deepEqual(
    [filter?.actions, filter?.kinds, filter?.query, filter?.from],
    [['TransactionEvent'], ['exchange'], parsed('station:CP1'), DEPOT_TIME - 1000],
  );
});

test('a number that may have come while nothing was recorded is looked for by nobody', async () => {
  const numbered = (seconds: number, seqNo: number) =>
    stored(
      entryAt(DEPOT_TIME + seconds * 1000, {
        action: 'TransactionEvent',
        version: '2.0.1',
        fields: { seq_no: seqNo, transaction_id: 'T' },
      }),
    );
  const time = (seconds: number) => new Date(DEPOT_TIME + seconds * 1000).toISOString();
  const gap = stored(
    entryAt(DEPOT_TIME + 10_000, {
      kind: 'gap',
      action: null,
      request: null,
      answer: null,
      event: { event: 'gap', from: time(10), to: time(20), reason: 'overload' },
    }),
  );
  const found = async (...entries: readonly SiteEntry[]) => {
    const [settled] = await settledFilters(reading(entries).read, [
      { ...FILTER, query: parsed('finding:seq-gap') },
    ]);
    return JSON.stringify(settled?.query, (_, value) => (typeof value === 'bigint' ? `${value}` : value));
  };
  const after = numbered(30, 2);
  assert.ok((await found(numbered(0, 0), after)).includes(String(after.id)));
  assert.ok(!(await found(numbered(0, 0), gap, after)).includes(String(after.id)));
});

test('where a page would need more, its stations share what is read, and the rest is unknown', async () => {
  const rendering = {
    siteName: 'Depot',
    exchange: false,
    raw: false,
    validation: true,
    neighbours: { kept: 0 },
  };
  const writer = new EntryJsonWriter('depot', rendering);
  for (const entry of ENTRIES) writer.item(entry);
  const body = writer.take();
  const told = async (most: number) => {
    const [filled] = await withNeighbourFindings(
      reading().read,
      [{ site: 'depot', rendering }],
      [body],
      most,
    );
    const rows: readonly { readonly validation: { readonly complete: boolean } }[] = JSON.parse(
      `[${Buffer.from(filled ?? '').toString()}]`,
    );
    return rows.map(({ validation }) => validation.complete);
  };
  assert.deepEqual(await told(8), [true, true, true, true, true]);
  assert.deepEqual(
    await told(6),
    [true, true, true, true, true],
    'the one leaves to the other what it needs not',
  );
  assert.deepEqual(await told(5), [false, false, false, false, true]);
  assert.deepEqual(await told(0), [false, false, false, false, false]);
});
