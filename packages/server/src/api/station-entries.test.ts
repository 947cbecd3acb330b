import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEPOT, entryAt, NOW, ReaderDouble } from './fixtures.ts';
import { kept, renderingOf } from './scopes.ts';
import { eachEntry, type Reading } from './station-entries.ts';

const ALL = {
  from: 0,
  to: NOW,
  kinds: ['exchange'],
  actions: null,
  chargers: ['CP-1'],
  connectors: null,
  query: null,
} as const;
const scope = {
  filter: kept(ALL, DEPOT, NOW),
  rendering: renderingOf(DEPOT, { exchange: true, raw: false }, 0),
};

function reading(change: Partial<Reading> = {}): Reading & { readonly reader: ReaderDouble } {
  const reader = new ReaderDouble();
  reader.entries = Array.from({ length: 250 }, (_, place) => entryAt('2026-01-05T10:00:00Z', BigInt(place)));
  return { signal: new AbortController().signal, clock: () => 0, ...change, reader };
}

test('every entry is seen once, in the order asked for', async () => {
  const seen: string[] = [];
  const told = await eachEntry(reading(), { scope, order: 'desc', max: 1000 }, ({ exchange }) =>
    seen.push(exchange?.id ?? ''),
  );
  assert.deepEqual(told, { entries: 250, complete: true });
  assert.deepEqual(seen, [...new Set(seen)].toSorted().reverse());
});

test('no more than wanted are seen, and what may be missing is told', async () => {
  const told = await eachEntry(reading(), { scope, order: 'asc', max: 250 }, () => {});
  assert.deepEqual(told, { entries: 250, complete: false });
});

test('what takes too long ends with what was seen', async () => {
  let now = 0;
  const slow = reading({
    clock: () => {
      now += 1_000;
      return now;
    },
  });
  const told = await eachEntry(slow, { scope, order: 'asc', max: 1000 }, () => {});
  assert.equal(told.complete, false);
  assert.ok(told.entries > 0 && told.entries < 250);
  assert.equal(slow.reader.ended, true);
});

test('nobody waits for it any more: it stops, and so does the store', async () => {
  const gone = new AbortController();
  const left = reading({ signal: gone.signal });
  await assert.rejects(
    eachEntry(left, { scope, order: 'asc', max: 1000 }, () => gone.abort(new Error('gone'))),
    /gone/,
  );
  assert.equal(left.reader.ended, true);
});

test('a range of which nothing is kept is not asked for', async () => {
  const asking = reading();
  const none = { ...scope, filter: { ...scope.filter, from: NOW } };
  assert.deepEqual(await eachEntry(asking, { scope: none, order: 'asc', max: 10 }, () => {}), {
    entries: 0,
    complete: true,
  });
  assert.equal(asking.reader.asked.length, 0);
});
