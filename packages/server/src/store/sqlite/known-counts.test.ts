import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEPOT_TIME, entryAt } from '../conformance/entries.ts';
import { inFile, openStore, pageOf, put, temporaryFolder } from './fixtures.ts';
import { KnownCounts } from './known-counts.ts';

test('what was counted is kept until something is committed, and no longer', (t) => {
  const { folder, writer, reader } = openStore(t, temporaryFolder(t));
  put(writer, 'depot', [entryAt(DEPOT_TIME)]);
  assert.equal(reader.page(pageOf('depot')).count, 1);
  inFile(folder, 1, (db) => {
    const known = new KnownCounts(db);
    const sum = () => {
      known.renew();
      return known.numbers('SELECT sum(n) FROM hour_action WHERE hour >= ?', 0);
    };
    const first = sum();
    assert.equal(sum(), first);
    assert.deepEqual(known.numbers('SELECT sum(n) FROM hour_action WHERE hour >= ?', 800), [[null]]);
    put(writer, 'depot', [entryAt(DEPOT_TIME)]);
    assert.deepEqual([first, sum()], [[[1]], [[2]]]);
  });
  assert.equal(reader.page(pageOf('depot')).count, 2);
});
