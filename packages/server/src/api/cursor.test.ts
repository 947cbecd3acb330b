import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { EntryFilter } from '../store/store.ts';
import { readCursor, writeCursor } from './cursor.ts';

const filter: EntryFilter = {
  site: 'depot',
  from: 1,
  to: 2,
  kinds: ['exchange', 'gap'],
  actions: ['A', 'B'],
  chargers: null,
  connectors: [1, 2],
};

test('a cursor brings its id back, for every id', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), fc.constantFrom('asc', 'desc'), (id, order) => {
      assert.deepEqual(readCursor(writeCursor(filter, order, id), filter, order), { last: id });
    }),
  );
});

test('the order in which a filter names its items does not count', () => {
  const cursor = writeCursor(filter, 'asc', 5n);
  const same = { ...filter, kinds: ['gap', 'exchange'], actions: ['B', 'A'], connectors: [2, 1] } as const;
  assert.deepEqual(readCursor(cursor, same, 'asc'), { last: 5n });
});

test('another filter is refused, whatever differs', () => {
  const cursor = writeCursor(filter, 'asc', 5n);
  const others: Partial<EntryFilter>[] = [
    { site: 'other' },
    { from: 0 },
    { to: 3 },
    { kinds: ['exchange'] },
    { actions: null },
    { actions: ['A'] },
    { chargers: ['CP'] },
    { connectors: [1] },
  ];
  for (const other of others) {
    const read = readCursor(cursor, { ...filter, ...other }, 'asc');
    assert.match('fault' in read ? read.fault : '', /another filter/, JSON.stringify(other));
  }
});

test('the other order is refused', () => {
  const read = readCursor(writeCursor(filter, 'asc', 5n), filter, 'desc');
  assert.match('fault' in read ? read.fault : '', /sort_order/);
});

test('what this server did not write is refused', () => {
  const cursor = writeCursor(filter, 'asc', 5n);
  const other = Buffer.from(cursor, 'base64url');
  other[0] = 2;
  for (const text of ['x', cursor.slice(1), `${cursor}A`, `${cursor}=`, other.toString('base64url'), '%']) {
    const read = readCursor(text, filter, 'asc');
    assert.match('fault' in read ? read.fault : '', /no cursor/, text);
  }
});
