import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseQuery } from '@ocpp-logs/core';
import fc from 'fast-check';
import { type CursorFilter, readCursor, writeCursor } from './cursor.ts';

const filter: CursorFilter = {
  sites: ['depot'],
  from: 1,
  to: 2,
  kinds: ['exchange', 'gap'],
  actions: ['A', 'B'],
  chargers: null,
  connectors: [1, 2],
  query: null,
};
/** Any site readable. */
const ACROSS: CursorFilter = { ...filter, sites: null };
const LAST = { id: 5n, site: 'depot' };
const SEARCH = parseQuery('status:Faulted');

test('a cursor brings its id back, for every id', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), fc.constantFrom('asc', 'desc'), (id, order) => {
      for (const [of, site] of [
        [filter, 'depot'],
        [ACROSS, 'höf/2'],
      ] as const) {
        const last = { id, site };
        assert.deepEqual(readCursor(writeCursor(of, order, last), of, order), { last });
      }
    }),
  );
});

test('the order in which a filter names its items does not count', () => {
  const cursor = writeCursor(filter, 'asc', LAST);
  const same = { ...filter, kinds: ['gap', 'exchange'], actions: ['B', 'A'], connectors: [2, 1] } as const;
  assert.deepEqual(readCursor(cursor, same, 'asc'), { last: LAST });
});

test('another filter is refused, whatever differs', () => {
  const cursor = writeCursor(filter, 'asc', LAST);
  const others: Partial<CursorFilter>[] = [
    { sites: ['other'] },
    { sites: ['depot', 'other'] },
    { sites: null },
    { query: SEARCH.kind === 'query' ? SEARCH.root : null },
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
  const read = readCursor(writeCursor(filter, 'asc', LAST), filter, 'desc');
  assert.match('fault' in read ? read.fault : '', /sort_order/);
});

test('what this server did not write is refused', () => {
  const cursor = writeCursor(filter, 'asc', LAST);
  const other = Buffer.from(cursor, 'base64url');
  other[0] = 1;
  for (const text of ['x', cursor.slice(1), `${cursor}=`, other.toString('base64url'), '%']) {
    const read = readCursor(text, filter, 'asc');
    assert.match('fault' in read ? read.fault : '', /no cursor/, text);
  }
});
